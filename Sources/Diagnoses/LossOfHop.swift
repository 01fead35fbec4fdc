internal import CaseModel
internal import Checks
internal import Correlation
internal import Evidence
internal import Wire

/// What all flows together lost on one hop.
struct LossOfHop {
  private let clues: [Clue]
  private let scene: Scene
  private let share: Share
  private let ranges: Int
  private let pieces: Int

  static let leastRanges = 5
  private static let leastRate = 0.001

  init(_ clues: [Clue], _ scene: Scene) {
    self.clues = clues
    self.scene = scene
    let lost = Self.sum(clues, "lost")
    pieces = Self.sum(clues, "pieces")
    share = Share(lost, of: Self.sum(clues, "sent") + Self.lossless(clues, scene), clusters: pieces)
    ranges = Self.sum(clues, "ranges")
  }

  private static func sum(_ clues: [Clue], _ name: String) -> Int {
    clues.reduce(0) { $0 + Int($1.measures[name] ?? 0) }
  }

  /// Packets with data of the flows that lost nothing, on the same hop and the same way.
  private static func lossless(_ clues: [Clue], _ scene: Scene) -> Int {
    guard let location = clues.first?.location else { return 0 }
    let names = scene.timeline.vantages
    let near = names.firstIndex { $0.name == location.from }
    let far = names.firstIndex { $0.name == location.to }
    let ends = Set([near, far].compactMap { $0 })
    let own = Set(clues.map(\.flow))
    let others = scene.timeline.flows.enumerated().lazy.filter { index, flow in
      flow.transport == 6 && !own.contains(index) && ends.isSubset(of: flow.aliases.map(\.vantage))
    }.map(\.offset)
    let looked = Array(others.prefix(most))
    // Two captures tell which way a flow goes; one alone, at one end or on both sides of a gateway, does not.
    let ways = ends.count > 1 ? [true, false] : [clues.first?.measures["from_opener"] == 1]
    let read = try? scene.timeline.eachStory(of: looked) { story in
      ways.map { sent(in: story, fromOpener: $0, from: near, to: far) }.reduce(0, +)
    }
    let counted = (read ?? []).map(\.result).reduce(0, +)
    // Of very many the first stand for all.
    return looked.count < most ? counted : Int(Double(counted) / Double(most) * Double(Array(others).count))
  }

  /// Flows that are counted one by one.
  private static let most = 512

  /// Packets with data that one flow sent over the hop, if it passes the hop's ends in that order.
  private static func sent(in story: FlowStory, fromOpener: Bool, from near: Int?, to far: Int?) -> Int {
    guard let place = place(story.paths[fromOpener], from: near, to: far) else { return 0 }
    let limit = max(1, Int(story.flow.segmentLimits[!fromOpener] ?? 1_460))
    var count = 0
    for record in story.tracks[place.vantage].records
    where record.isFromOpener == fromOpener && record.isSegment && record.length > 0
      && Place(record, at: place.vantage) == place
    {
      count += (Int(record.length) + limit - 1) / limit
    }
    return count
  }

  private static func place(_ path: [Place], from near: Int?, to far: Int?) -> Place? {
    switch (near, far) {
    case (let near?, let far?):
      // A gateway shows both of its sides: in, then out.
      let start = near == far ? path.firstIndex { $0.vantage == near } : path.lastIndex { $0.vantage == near }
      guard let start,
        path[(start + 1)...].contains(where: { $0.vantage == far })
      else { return nil }
      return path[start]
    case (let near?, nil): return path.last?.vantage == near ? path.last : nil
    case (nil, let far?): return path.first?.vantage == far ? path.first : nil
    case (nil, nil): return nil
    }
  }

  private var isCause: Bool { ranges >= Self.leastRanges && share.low >= Self.leastRate }

  var finding: Finding? {
    let ranked = clues.sorted { ($1.measures["lost"] ?? 0, $0.flow) < ($0.measures["lost"] ?? 0, $1.flow) }
    // From one side alone a few retransmissions may have been for nothing.
    guard let leading = ranked.first, isCause || leading.measures["sees"] == 0 else { return nil }
    let drops = InterfaceDrops(leading.location, scene)
    var finding = Finding(
      kind: .packetLoss, standing: isCause ? .rootCause : .note, certainty: certainty(leading),
      title: title(leading), explanation: explanation(leading, drops), flows: Set(clues.map(\.flow)).sorted(),
      location: leading.location,
      citations: leading.citations + ranked.dropFirst().prefix(9).flatMap { $0.citations.prefix(2) } + drops.citations,
      remedies: isCause ? remedies(leading) : [])
    finding?.loss = Finding.Loss(fromOpener: direction, share: (share.count, share.total))
    return finding
  }

  /// What the sender itself took for lost was lost; where it did not, a capture may have missed it.
  private func certainty(_ leading: Clue) -> FindingRecord.Certainty {
    let resent = Double(Self.sum(clues, "resent"))
    let isResent = resent >= 0.9 * Double(max(1, ranges))
    return leading.certainty == .proven && isResent ? .proven : .probable
  }

  // MARK: sentences

  private func title(_ leading: Clue) -> String {
    "\(Wording.grouped(Int64(share.count))) of \(Wording.count(share.total, "packet")) (\(share.rate)) got lost "
      + "\(Wording.place(leading.location)), \(whose(leading))"
  }

  /// nil where clues differ.
  private var direction: Bool? {
    let openers = Set(clues.map { $0.measures["from_opener"] == 1 })
    return openers.count == 1 ? openers.first : nil
  }

  /// Of many connections, what their receivers have in common.
  private func whose(_ leading: Clue) -> String {
    let flows = Set(clues.map(\.flow)).count
    let receivers = Set(clues.compactMap { $0.words["receiver"] })
    guard flows > 1 else { return "towards \(leading.words["receiver"] ?? "the receiver")" }
    let connections = "on \(Wording.count(flows, "connection"))"
    if receivers.count == 1, let one = receivers.first, !one.isEmpty { return "towards \(one) \(connections)" }
    let hosts = Set(receivers.map { $0.prefix(upTo: $0.lastIndex(of: ":") ?? $0.endIndex) })
    guard hosts.count == 1, let host = hosts.first, !host.isEmpty else { return connections }
    return "towards \(host.filter { !"[]".contains($0) }) \(connections)"
  }

  private func explanation(_ leading: Clue, _ drops: InterfaceDrops) -> String {
    let from = leading.words["sender"] ?? "the sender"
    var says = [
      "Of \(Wording.count(share.total, "packet")) with data from \(from)\(others) \(Wording.grouped(Int64(share.count))) "
        + "got lost \(Wording.place(leading.location)): \(share.text), in \(Wording.count(ranges, "range")) of bytes.",
      witness(leading), pattern, drops.text,
    ]
    if !isCause {
      says.append("That is what TCP repairs in passing, and too little to blame it for anything.")
    }
    return says.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private var others: String {
    let flows = Set(clues.map(\.flow)).count
    return flows > 1 ? " and \(Wording.count(flows - 1, "other connection"))" : ""
  }

  private func witness(_ leading: Clue) -> String {
    switch leading.measures["sees"] {
    case 1:
      "Nobody captured nearer the sender: it is told by gaps in the stream that later transmissions filled."
    case 2:
      "Nobody captured nearer the receiver: it is told by what the receiver asked for again, or took only when it was sent again; where beyond this place it was lost, "
        + "and whether an acknowledgment was, is open."
    default:
      Self.sum(clues, "resent") >= ranges
        ? "The sender sent all of them again, so the capture did not just miss them."
        : "The sender sent \(Self.sum(clues, "resent")) of them again while it was captured."
    }
  }

  private var pattern: String {
    guard pieces >= Self.leastRanges else { return whole }
    return [whole, sequence].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// Where they were lost before a card had cut them: such a loss looks like a burst on the wire, and is one.
  private var whole: String {
    guard share.count >= 2 * pieces else { return "" }
    return
      "They were lost in \(Wording.count(pieces, "piece")), as the stack hands over several packets in one (TSO, GSO)."
  }

  private var sequence: String {
    let slow = clues.compactMap { $0.measures["after_slow"] }.reduce(0, +)
    if slow >= 0.7 * Double(pieces) {
      return
        "Most of them followed packets that were slower than three in four others: a queue was full and dropped its tail."
    }
    let runs = max(1, Self.sum(clues, "runs"))
    let length = Double(pieces) / Double(runs)
    // By chance a series is 1 / (1 - rate) long on average.
    let expected = 1 / max(0.01, 1 - Double(share.count) / Double(max(1, share.total)))
    if length >= 2 * expected {
      return "They come in bursts, \(Wording.decimal(length, digits: 1)) at a time."
    }
    return "They are spread as chance would spread them (\(Wording.count(runs, "series", plural: "series")))."
  }

  /// Captures that missed frames which no other captures witness: what is missing there may be missing in the network, too.
  static func unreliable(_ scene: Scene) -> [String] {
    scene.timeline.vantages.filter { $0.health.unwitnessedBytes > 0 || ($0.health.drops ?? 0) > 0 }.map {
      "`\($0.name)`"
    }
  }

  static func nothingLost(_ scene: Scene) -> String {
    scene.timeline.vantages.count > 1
      ? "no packet with data that left one capture is missing in the next, and none was asked for again"
      : "nothing had to be sent again, as far as one capture shows"
  }

  private func remedies(_ leading: Clue) -> [Remedy] {
    let place = leading.location
    // What one host's capture shows to come in and not to go out is its own.
    let host = place.from == place.to ? place.from?.text : nil
    return [
      Remedy(
        on: host ?? "every host and switch \(Wording.place(place))",
        command: "ip -s -s link; tc -s qdisc; ethtool -S INTERFACE | grep -iE 'drop|err|fifo|discard'",
        effect:
          "shows which queue, ring or port counts as many drops as packets are missing here; read it twice, seconds apart",
        sideEffects: "none: it reads counters", rollback: "nothing to undo")
    ]
  }
}

/// Drops and errors that the hosts at both ends of a hop counted during the case.
struct InterfaceDrops {
  let text: String
  let citations: [Citation]

  init(_ location: Location, _ scene: Scene) {
    var says: [String] = []
    var citations: [Citation] = []
    var seen: Set<HostName> = []
    for name in [location.from, location.to] {
      guard let vantage = scene.timeline.vantages.first(where: { $0.name == name }), seen.insert(vantage.host).inserted,
        let reading = scene.evidence.interfaces(host: vantage.host, namespace: vantage.namespace),
        let before = reading.before, let after = reading.after
      else { continue }
      for interface in after {
        guard let old = before.first(where: { $0.name == interface.name }),
          let rise = Self.rise(old, interface), rise > 0
        else { continue }
        says.append(
          "`\(interface.name)` on `\(vantage.host)` counted \(Wording.count(rise, "drop or error", plural: "drops and errors"))"
        )
        citations.append(
          .check(
            reading.citation(says: "drops and errors of `\(interface.name)` rose by \(rise)") { interfaces in
              interfaces.first { $0.name == interface.name }.flatMap(Self.count).map(String.init)
            }))
      }
    }
    text = says.isEmpty ? "" : "Meanwhile " + Wording.list(says) + "."
    self.citations = citations
  }

  private static func rise(_ old: NetworkInterface, _ new: NetworkInterface) -> Int? {
    guard let before = count(old), let after = count(new) else { return nil }
    return after - before
  }

  private static func count(_ interface: NetworkInterface) -> Int? {
    guard let received = interface.received, let sent = interface.sent else { return nil }
    return Int(clamping: received.dropped &+ received.errors &+ sent.dropped &+ sent.errors)
  }
}
