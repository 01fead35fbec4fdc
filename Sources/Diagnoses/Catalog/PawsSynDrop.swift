public import CaseModel
public import Correlation
internal import Evidence
internal import Wire

/// SYNs dropped for a time stamp that runs backwards
///
/// With `net.ipv4.tcp_tw_recycle` a server remembers the last time stamp (TSval) of every client address for 60 s after it closed a
/// connection, and drops SYNs of that address with an older one (Linux before 4.12, `tcp_peer_is_proven`; RFC 7323, 5.8 warns of
/// it). Clients behind one translator share an address and not a clock, and kernels since 4.10 begin every connection's stamps
/// anywhere, so some SYNs look old: they are dropped in silence, with every retry, whatever the port.
public struct PawsSynDrop: Diagnosis {
  public static let kind = FindingKind.pawsSynDrop
  public static let explanation = """
    SYNs dropped for a time stamp that runs backwards

    With `net.ipv4.tcp_tw_recycle=1` (Linux before 4.12) a server remembers the last TCP time stamp of every client address
    for 60 s after it closed a connection, and drops SYNs of that address that carry an older one. Clients behind one
    translator share an address and not a clock, and newer kernels (since 4.10) begin every connection's stamps at random, so
    some SYNs look old. They are dropped in silence, on every port, with every retry, while ping and other clients are
    answered.

    At the server: SYNs arrive and are not answered, each with a TSval below that of the last connection of the same address
    that the server closed less than 60 s before; SYNs with a higher one are answered. `TcpExtPAWSPassive` (`netstat -s`:
    "passive connections rejected because of time stamp") rises by one for every copy. `TcpExtListenDrops` rises with it, and
    `TcpExtListenOverflows` does not: that would be the accept queue. At the client: some connects fail or take seconds,
    others to the same port do not, and another client beside it has no trouble at all.

    Confused with: a firewall that drops, an accept queue that is full.

    To do: `sysctl -w net.ipv4.tcp_tw_recycle=0` on the server. It was removed because it cannot work behind a translator;
    nothing needs it.
    """
  public static let wants = [
    "a capture at the server", "counter TcpExtPAWSPassive before and after, on the server",
    "sysctls `net.ipv4.tcp_tw_recycle` and `net.ipv4.tcp_timestamps` of the server", "`uname -r` of the server",
  ]
  public static let explains: [FindingKind] = [.packetLoss]

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] { OpeningClue.all(Self.kind, story, scene) }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    guard let clues = OpeningWords.silent(clues) else { return OpeningWords.noneSilent(clues, scene) }
    let triage = OpeningTriage(clues, scene)
    let findings = triage.groups(of: .stamps).compactMap { finding($0, scene) }
    if !findings.isEmpty { return .found(findings) }
    let unanswered = triage.groups.flatMap(\.members).filter { [.silent, .late].contains($0.opening.outcome) }
    guard !unanswered.isEmpty else { return OpeningWords.allAnswered(scene) }
    let silent = Wording.count(unanswered.count, "opening")
    if unanswered.allSatisfy({ member in member.opening.copies.allSatisfy { $0.stamp == nil } }) {
      return .refuted(because: "none of the SYNs of \(silent) without an answer carries a time stamp")
    }
    if let reason = triage.groups.compactMap({ $0.readings?.cannotRejectStamps }).first {
      return .refuted(because: reason)
    }
    if triage.groups.contains(where: { $0.isItsPlace && $0.foretold == 0 && $0.passed > 0 }) {
      return .refuted(because: "the SYNs without an answer (\(silent)) do not run behind a stamp of the same address")
    }
    return .notTestable(
      wanting: "the counter `TcpExtPAWSPassive` and the sysctl `net.ipv4.tcp_tw_recycle` of "
        + Wording.list(Set(triage.groups.map { "\($0.server)" }).sorted()))
  }

  private func finding(_ group: OpeningTriage.Group, _ scene: Scene) -> Finding? {
    let ranked = group.members.sorted {
      ($0.rejection == nil ? 1 : 0, -$0.opening.copies.count, $0.clue.flow)
        < ($1.rejection == nil ? 1 : 0, -$1.opening.copies.count, $1.clue.flow)
    }
    let sentences = StampSentences(group, ranked, scene)
    return Finding(
      kind: Self.kind, standing: .rootCause, certainty: certainty(group), title: sentences.title,
      explanation: sentences.explanation, flows: OpeningWords.flows(group.members),
      location: group.location(scene),
      citations: sentences.citations, remedies: sentences.remedies)
  }

  /// Proven: the host counted rejected stamps. From packets alone: the silent SYNs are behind what was left, the answered ones
  /// are not, and they are too many for chance.
  private func certainty(_ group: OpeningTriage.Group) -> FindingRecord.Certainty {
    let isSeen = group.members.contains { $0.rejection != nil }
    if group.readings?.rejectedStamps == true {
      return isSeen || !(group.readings?.overflowed ?? false) ? .proven : .probable
    }
    return group.agreement >= OpeningTriage.enough ? .probable : .possible
  }
}

/// The sentences of one server that drops SYNs for their stamps.
private struct StampSentences {
  let group: OpeningTriage.Group
  let members: [OpeningTriage.Member]
  let scene: Scene

  init(_ group: OpeningTriage.Group, _ members: [OpeningTriage.Member], _ scene: Scene) {
    self.group = group
    self.members = members
    self.scene = scene
  }

  var title: String {
    "\(group.server) drops SYNs of \(OpeningWords.sources(members)) whose time stamps run behind: "
      + "\(Wording.count(OpeningWords.flows(members).count, "connection")) not answered"
  }

  var explanation: String {
    var text = group.isItsPlace ? "The SYNs arrive at the server and are not answered. " : "The SYNs are not answered. "
    if let (member, rejection) = leading, let first = member.opening.copies.first, let stamp = first.stamp {
      text +=
        "That of \(member.opening.source) carries TSval \(stamp), which is \(Wording.grouped(Int64(rejection.behind))) behind "
        + "\(rejection.stamp), the last one from \(member.opening.source.address), on a connection that the server had closed "
        + "\(Wording.duration(nanoseconds: rejection.age)) before. "
    }
    if group.agreement > 0 {
      text +=
        "\(Wording.count(group.foretold, "silent opening")) run behind such a stamp, and "
        + "\(Wording.count(group.passed, "opening")) that do not were answered. "
    }
    if let readings = group.readings {
      if let delta = readings.stampRejections?.delta, delta > 0 {
        text +=
          "\(readings.place) counted \(Wording.count(Int(clamping: delta), "opening")) rejected because of the time stamp"
        text += readings.overflows?.delta == 0 ? ", and none because of a full accept queue. " : ". "
      }
      if readings.recycles?.value == "1" { text += "It has `net.ipv4.tcp_tw_recycle=1`. " }
    }
    return text + "The stamps are remembered by address, so clients behind one translator shut each other out."
  }

  private var leading: (OpeningTriage.Member, StampMemory.Rejection)? {
    members.lazy.compactMap { member in member.rejection.map { (member, $0) } }.first
  }

  var citations: [Citation] {
    let leading = members.prefix(16)
    let frames = OpeningClue.citations(of: leading.map(\.clue.flow), scene)
    var all: [Citation] = []
    for (position, member) in leading.enumerated() {
      all += memory(of: member) + (frames[member.clue.flow] ?? member.clue.citations).prefix(position == 0 ? 16 : 2)
    }
    let answered = group.neighbours.filter { $0.wasAnswered && $0.connection?.opened != nil }
    for neighbour in answered.prefix(2) { all += [neighbour.opened, neighbour.answered].compactMap { $0 } }
    return distinct(all) + checks
  }

  private func memory(of member: OpeningTriage.Member) -> [Citation] {
    guard let rejection = member.rejection else { return [] }
    return group.neighbours.first { $0.flow == rejection.flow }?.last.map { [$0] } ?? []
  }

  private func distinct(_ citations: [Citation]) -> [Citation] {
    var seen: Set<String> = []
    return citations.filter { citation in
      guard case .packet(let packet) = citation else { return true }
      return seen.insert("\(packet.file) \(packet.frame)").inserted
    }
  }

  private var checks: [Citation] {
    guard let readings = group.readings else { return [] }
    return [
      readings.stampRejections?.citation(says: readings.stampWords),
      readings.overflows?.citation(says: readings.overflowWords),
      readings.recycles?.citation(says: "1 makes the server remember stamps by address"),
      readings.stamps?.citation(says: "time stamps are in use"),
      readings.kernel?.citation(says: "Linux before 4.12 has this memory"),
    ].compactMap { $0.map(Citation.check) }
  }

  var remedies: [Remedy] {
    let place = group.readings?.place ?? "\(group.server)"
    let recycle = group.readings?.recycles?.value
    let stamps = group.readings?.stamps?.value
    return [
      Remedy(
        on: place, command: "sysctl -w net.ipv4.tcp_tw_recycle=0",
        effect:
          "no stamps are remembered by address any more (\(recycle.map { "now \($0)" } ?? "its value now was not read")); "
          + "keep it over a reboot in /etc/sysctl.d",
        sideEffects: "connections stay in TIME-WAIT for 60 s: more entries, which is what the protocol wants",
        rollback: "sysctl -w net.ipv4.tcp_tw_recycle=\(recycle ?? "1")"),
      Remedy(
        on: place, command: "sysctl -w net.ipv4.tcp_timestamps=0",
        effect:
          "without time stamps nothing is compared (\(stamps.map { "now \($0)" } ?? "its value now was not read")); "
          + "only where the first cannot be done",
        sideEffects:
          "round trips are measured less well, and old duplicates of fast connections are not told apart (RFC 7323)",
        rollback: "sysctl -w net.ipv4.tcp_timestamps=\(stamps ?? "1")"),
    ]
  }
}
