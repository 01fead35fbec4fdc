internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// Why openings failed: one decision for all kinds that a SYN without an answer could be.
///
/// What a server's silence means is told by what its host counted meanwhile, by what it remembers of the client's address, and by
/// what else it answered. Openings are judged together by the server's address and the place where they were seen last.
struct OpeningTriage {
  enum Cause: Sendable {
    /// The server remembers a later stamp of that address.
    case stamps
    /// The accept queue was full.
    case queue
    /// The queue of openings under way was full.
    case backlog
    /// Dropped on the way or at the server's door; which rule did it no packet tells.
    case filtered
    /// Its stack dropped something, and nothing tells why.
    case unknown
  }

  struct Member {
    let clue: Clue
    let opening: Opening
    var cause: Cause = .unknown
    var rejection: StampMemory.Rejection?
  }

  /// Openings towards one server, at one place.
  struct Group {
    let server: IPAddress
    let vantage: Int
    var members: [Member]
    /// Whether the capture ran on the server's own host.
    var ownership = Ownership.no
    var readings: ListenerReadings?
    var neighbours: [Neighbour] = []
    var agreement = 0
    var foretold = 0
    var passed = 0
    /// Flows whose fate a stamp from before the captures may have decided.
    var untold: Set<Int> = []

    /// The SYNs got to the server, or to the last cable before it.
    var isItsPlace: Bool { ownership > .no }

    func location(_ scene: Scene) -> Location {
      let name = scene.timeline.vantages[vantage].name
      return Location(from: name, to: ownership == .certain ? name : nil)
    }

    /// Whether that socket passed over ACKs and data of others.
    func ignoresConfirmations(_ server: Endpoint) -> Bool {
      members.contains { $0.opening.outcome == .confirmationIgnored && $0.opening.server == server }
    }
  }

  /// A server, as one vantage knows it.
  struct Place: Hashable {
    let server: IPAddress
    let vantage: Int
  }

  let groups: [Group]

  /// Bits of agreement from which packets alone make it probable that stamps are to blame.
  static let enough = 6

  init(_ clues: [Clue], _ scene: Scene) {
    var found: [Group] = []
    var numbers: [Place: Int] = [:]
    for clue in clues {
      guard let opening = clue.detail as? Opening else { continue }
      let member = Member(clue: clue, opening: opening)
      let place = Place(server: opening.server.address, vantage: opening.vantage)
      if let known = numbers[place] {
        found[known].members.append(member)
      } else {
        numbers[place] = found.count
        found.append(Group(server: place.server, vantage: place.vantage, members: [member]))
      }
    }
    let neighbours = Neighbour.all(of: found, numbers, scene)
    var readings = ListenerBook(scene)
    groups = found.indices.map { Self.judged(found[$0], neighbours[$0], scene, &readings) }
  }

  func groups(of cause: Cause) -> [Group] {
    groups.compactMap { group in
      var own = group
      own.members = group.members.filter { $0.cause == cause }
      return own.members.isEmpty ? nil : own
    }
  }
}

extension OpeningTriage {
  private static func judged(
    _ group: Group, _ neighbours: [Neighbour], _ scene: Scene, _ readings: inout ListenerBook
  ) -> Group {
    var group = group
    group.neighbours = neighbours
    group.ownership = ownership(group, scene)
    group.readings = readings.readings(of: group.server, at: group.vantage, isItsPlace: group.isItsPlace)
    remember(&group)
    for index in group.members.indices { group.members[index].cause = cause(group.members[index], group) }
    return group
  }

  /// As the server's other connections tell; without any, what its host and the case tell.
  private static func ownership(_ group: Group, _ scene: Scene) -> Ownership {
    let vantage = scene.timeline.vantages[group.vantage]
    let place = HostAddressBook.Place(host: vantage.host, namespace: vantage.namespace)
    if let owns = scene.addresses.has(group.server, at: place) { return owns ? .certain : .no }
    if group.members.contains(where: { $0.opening.nextPlace != nil }) { return .no }
    if vantage.roles.contains("server") { return .certain }
    return group.neighbours.map(\.ownership).max() ?? .no
  }

  /// Each client address is remembered for itself.
  private static func remember(_ group: inout Group) {
    let silent = group.members.filter { [.silent, .late].contains($0.opening.outcome) }
    let sources = Set(silent.map(\.opening.source.address))
    for source in sources.sorted() {
      var connections = group.neighbours.filter { $0.source == source }.compactMap(\.connection)
      for member in silent where member.opening.source.address == source {
        guard let first = member.opening.copies.first, let stamp = first.stamp else { continue }
        // What was answered late left a stamp, too.
        let left = connections.first { $0.flow == member.clue.flow }?.left
        connections.removeAll { $0.flow == member.clue.flow }
        connections.append(
          StampMemory.Connection(
            flow: member.clue.flow, opened: first.time, stamp: stamp, wasAnswered: false, left: left))
      }
      let memory = StampMemory(connections)
      group.agreement += memory.agreement
      group.foretold += memory.foretold
      group.passed += memory.passed
      guard memory.contradicted * 8 <= memory.foretold + memory.passed else { continue }
      group.untold.formUnion(memory.untold)
      for index in group.members.indices where group.members[index].opening.source.address == source {
        group.members[index].rejection = memory.rejected[group.members[index].clue.flow]
      }
    }
  }

  private static func cause(_ member: Member, _ group: Group) -> Cause {
    if member.opening.missingAt != nil || member.opening.outcome == .rejected { return .filtered }
    let readings = group.readings
    switch member.opening.outcome {
    case .confirmationIgnored:
      // A socket that waits for data before it accepts (TCP_DEFER_ACCEPT) sends its answer again, too, until data comes.
      return readings?.overflows?.delta == 0 ? .unknown : .queue
    case .aborted:
      return readings?.overflowed == true && readings?.abortsOnOverflow?.value == "1" ? .queue : .unknown
    case .answerLost, .refused, .rejected, .abandoned: return .unknown
    case .silent, .late: break
    }
    if member.rejection != nil, readings?.cannotRejectStamps == nil {
      let isLikely = readings?.rejectedStamps == true || readings?.overflowed != true
      if isLikely, group.isItsPlace || group.agreement >= OpeningTriage.enough || readings != nil { return .stamps }
    }
    if readings?.overflowed == true { return .queue }
    if readings?.rejectedStamps == true, hasStamps(member) { return .stamps }
    if readings?.fullBacklog != nil { return .backlog }
    // Those before the first stamp that was seen share the cause of those behind it.
    let isLikeOthers = group.untold.contains(member.clue.flow) && group.agreement >= OpeningTriage.enough
    if isLikeOthers, readings?.cannotRejectStamps == nil, hasStamps(member) { return .stamps }
    if readings?.overflows?.delta == nil, readings?.fullQueue(port: member.opening.server.port) != nil { return .queue }
    guard member.opening.outcome == .silent else { return .unknown }
    if readings?.overflows?.delta == nil, group.isItsPlace, group.ignoresConfirmations(member.opening.server) {
      return .queue
    }
    if group.isItsPlace, (readings?.drops?.delta ?? 0) > 0 { return .unknown }
    return .filtered
  }

  private static func hasStamps(_ member: Member) -> Bool { member.opening.copies.contains { $0.stamp != nil } }
}

/// A connection to the same server, seen at the same place.
struct Neighbour {
  var flow: Int
  var source: IPAddress
  var server: Endpoint
  var wasAnswered: Bool
  var ownership: Ownership
  /// Of an opening with time stamps.
  var connection: StampMemory.Connection?
  var opened: Citation?
  var answered: Citation?
  /// The opener's last segment.
  var last: Citation?

  /// Of one server, and of all servers together.
  private static let most = 1_024
  private static let mostOfAll = 8_192
  private static let reach: Int64 = 70_000_000_000

  /// Of each group: those near in time to the openings that failed, themselves among them.
  static func all(
    of groups: [OpeningTriage.Group], _ numbers: [OpeningTriage.Place: Int], _ scene: Scene
  ) -> [[Neighbour]] {
    var found = [[Neighbour]](repeating: [], count: groups.count)
    guard !groups.isEmpty else { return found }
    let wanted = flows(near: groups, numbers, scene)
    let places = groups.map { group in Set(group.members.map(\.opening.place)) }
    let read = try? scene.timeline.eachStory(of: wanted.keys.sorted()) { story -> [(Int, Neighbour)] in
      let own = Set(
        story.flow.aliases.compactMap {
          numbers[OpeningTriage.Place(server: $0.acceptor.address, vantage: $0.vantage)]
        })
      return own.sorted().compactMap { number in
        Neighbour(story, groups[number], places[number], scene).map { (number, $0) }
      }
    }
    for (flow, neighbours) in read ?? [] {
      for (number, neighbour) in neighbours where wanted[flow]?.contains(number) == true {
        var neighbour = neighbour
        neighbour.flow = flow
        neighbour.connection?.flow = flow
        found[number].append(neighbour)
      }
    }
    return found
  }

  /// Flows to look at, each with the groups that it belongs to.
  private static func flows(
    near groups: [OpeningTriage.Group], _ numbers: [OpeningTriage.Place: Int], _ scene: Scene
  ) -> [Int: Set<Int>] {
    let spans = groups.map { span(of: $0, scene) }
    var counts = [Int](repeating: 0, count: groups.count)
    var wanted: [Int: Set<Int>] = [:]
    for (index, flow) in scene.timeline.flows.enumerated() where flow.transport == 6 {
      guard wanted.count < mostOfAll else { break }
      for alias in flow.aliases {
        let place = OpeningTriage.Place(server: alias.acceptor.address, vantage: alias.vantage)
        guard let number = numbers[place], counts[number] < most, isNear(flow, spans[number]) else { continue }
        if wanted[index, default: []].insert(number).inserted { counts[number] += 1 }
      }
    }
    return wanted
  }

  private static func isNear(_ flow: Flow, _ span: ClosedRange<Int64>?) -> Bool {
    guard let span, let first = flow.first?.nanoseconds, let last = flow.last?.nanoseconds else { return true }
    return last >= span.lowerBound && first <= span.upperBound
  }

  private static func span(of group: OpeningTriage.Group, _ scene: Scene) -> ClosedRange<Int64>? {
    let times = group.members.flatMap { member -> [Int64] in
      let flow = scene.timeline.flows[member.clue.flow]
      return [flow.first, flow.last].compactMap { $0?.nanoseconds }
    }
    guard let low = times.min(), let high = times.max() else { return nil }
    return (low &- reach)...max(low &- reach, high)
  }

  private init?(_ story: FlowStory, _ group: OpeningTriage.Group, _ places: Set<Correlation.Place>, _ scene: Scene) {
    let track = story.tracks[group.vantage]
    let aliases = story.flow.aliases
    let own = track.records.indices.filter { index in
      let record = track.records[index]
      return record.isSegment && aliases.indices.contains(Int(record.alias))
        && aliases[Int(record.alias)].acceptor.address == group.server
        && (!record.isFromOpener || places.contains(Place(record, at: group.vantage)))
    }
    let opener = own.filter { track.records[$0].isFromOpener }
    let acceptor = own.filter { !track.records[$0].isFromOpener }
    guard let first = opener.first, let last = opener.last else { return nil }
    let frames = FrameCitations(story, scene)
    let alias = aliases[Int(track.records[first].alias)]
    flow = 0
    source = alias.opener.address
    server = alias.acceptor
    let answer = acceptor.first { track.records[$0].flags.isSuperset(of: [.syn, .ack]) }
    wasAnswered = acceptor.contains { !track.records[$0].flags.contains(.rst) }
    ownership = story.ownership(ofAcceptor: group.vantage, scene)
    func cite(_ index: Int, _ says: String) -> Citation {
      frames.cite(RecordReference(vantage: group.vantage, index: index), says)
    }
    answered = answer.map { cite($0, "\(alias.acceptor) answers \(alias.opener)") }
    let syn = opener.first { track.records[$0].flags.contains(.syn) }
    opened = syn.map { cite($0, "SYN of \(alias.opener)" + Self.stampText(track.records[$0])) }
    self.last = cite(
      last, "the last segment of an earlier connection, \(alias.opener)" + Self.stampText(track.records[last]))
    guard let syn else {
      guard let left = Self.left(track.records, opener, acceptor) else { return }
      connection = StampMemory.Connection(flow: 0, opened: nil, stamp: left.stamp, wasAnswered: true, left: left)
      return
    }
    guard track.records[syn].bits.contains(.hasTimestamps) else { return }
    connection = StampMemory.Connection(
      flow: 0, opened: track.records[syn].time, stamp: track.records[syn].timestampValue, wasAnswered: wasAnswered,
      left: Self.left(track.records, opener, acceptor))
  }

  /// The stamp that its last segment leaves, where the acceptor closed first: its FIN does not acknowledge the opener's. One that
  /// was sent before the capture began came first, too.
  private static func left(_ records: Records, _ opener: [Int], _ acceptor: [Int]) -> (time: Int64, stamp: UInt32)? {
    let end = opener.last { records[$0].bits.contains(.hasTimestamps) && !records[$0].flags.contains(.rst) }
    guard let end else { return nil }
    let openers = opener.first { records[$0].flags.contains(.fin) }
    guard let closing = acceptor.first(where: { records[$0].flags.contains(.fin) }) else {
      let beganBefore = opener.first.map { !records[$0].flags.contains(.syn) } ?? false
      return beganBefore && openers != nil ? (records[end].time, records[end].timestampValue) : nil
    }
    if let openers {
      let after = records[openers].position &+ records[openers].sequenceLength
      guard records[closing].acknowledged < after else { return nil }
    }
    return (records[end].time, records[end].timestampValue)
  }

  private static func stampText(_ record: Record) -> String {
    record.bits.contains(.hasTimestamps) ? ", TSval \(record.timestampValue)" : ""
  }
}
