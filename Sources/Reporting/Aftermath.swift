internal import Alignment
internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Evidence
internal import Wire

/// What came after a fault's last sign: whether the fault ended, or only the captures did.
struct Aftermath {
  /// From the first sign to the last.
  let seen: ClosedRange<CaseTime>
  /// From the last sign to the end of the captures that could have shown another, nanoseconds; nil where no clock is known.
  let rest: Int64?
  /// Connections to the same service that began after the last sign, and did not meet it.
  let later: Int
  private let kind: FindingKind

  /// nil where no root cause leads, or where its instants are not known.
  init?(_ judgement: Judgement, _ scene: Scene) {
    guard let finding = Headline(judgement, scene).leading?.finding, let first = judgement.impact.first,
      let last = judgement.impact.last, first <= last
    else { return nil }
    seen = first...last
    kind = finding.kind
    rest = Self.end(of: finding.location, scene).map { max(0, $0.since(last)) }
    later = Self.later(than: last, judgement, scene)
  }

  /// Kinds that strike at a moment: nothing of them lasts.
  var isMoment: Bool {
    [.conntrackInvalidReset, .idleTimeoutReset, .middleboxReset, .endpointReset, .connectionRefused].contains(kind)
  }

  /// A sentence without its end.
  var text: String? {
    guard let rest else { return nil }
    if later > 0 {
      let size = kind == .mtuBlackhole ? ", but may have had nothing as large to send" : ""
      return later == 1
        ? "the one connection that began after that was not affected\(size)"
        : "the \(Wording.count(later, "connection")) that began after that were not affected\(size)"
    }
    if !isMoment, rest <= max(Self.patience, seen.upperBound.since(seen.lowerBound)) {
      return "still there when the captures ended"
        + (rest < Self.instant ? "" : ": its last sign was \(Self.text(rest)) before")
    }
    let ended =
      rest < Self.instant
      ? "the captures ended right then"
      : "the captures ended \(Self.text(rest)) later, and no connection to the same service began in between"
    return ended + "; they do not show whether " + (isMoment ? "it happens again" : "it is over")
  }

  /// The same in a few words, for a terminal's line.
  var brief: String? {
    guard let rest else { return nil }
    if later > 0 { return "\(Wording.count(later, "later connection")) not affected" }
    if !isMoment, rest <= max(Self.patience, seen.upperBound.since(seen.lowerBound)) {
      return "still there when the captures ended"
    }
    return "no connection to the same service began after it"
  }

  /// A fault whose signs come seldom is not over yet after that, nor after as long as it was seen.
  private static let patience: Int64 = 5_000_000_000
  /// Shorter than that, the captures ended with it.
  private static let instant: Int64 = 1_000_000

  private static func text(_ length: Int64) -> String { Wording.duration(nanoseconds: length) }

  /// When the first of the captures around a place ended; of any capture where none of those has a clock.
  private static func end(of location: Location, _ scene: Scene) -> CaseTime? {
    let ends = scene.timeline.vantages.enumerated().compactMap {
      index, vantage -> (name: VantageName, end: CaseTime)? in
      guard let clock = vantage.clock, let last = vantage.health.last else { return nil }
      let shown = clock.caseTime(unfolded: last)
      let ended = scene.evidence.captures.indices.contains(index) ? scene.evidence.captures[index].record.ended : nil
      return (vantage.name, max(shown, ended.map { clock.caseTime($0) } ?? shown))
    }
    let near = ends.filter { $0.name == location.from || $0.name == location.to }
    return (near.isEmpty ? ends : near).map(\.end).min()
  }

  private static func later(than last: CaseTime, _ judgement: Judgement, _ scene: Scene) -> Int {
    let flows = scene.timeline.flows
    let affected = Set(judgement.rootCauses.flatMap(\.finding.flows))
    let marked = Set(judgement.trigger.flows)
    let services = Set(affected.compactMap { flows.indices.contains($0) ? flows[$0].aliases.first?.acceptor : nil })
    var later = 0
    // They stand in the order in which they began.
    for index in flows.indices.reversed() {
      let flow = flows[index]
      guard let first = flow.first else { continue }
      guard first > last else { break }
      guard flow.isConnection, !affected.contains(index), !marked.contains(flow.name),
        let service = flow.aliases.first?.acceptor, services.contains(service)
      else { continue }
      later += 1
    }
    return later
  }
}
