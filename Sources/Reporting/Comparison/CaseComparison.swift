internal import CaseModel
internal import Diagnoses

/// A case beside the one that was made before something was changed: what the change did to the same measures.
///
/// A host or a namespace is the same where its name is; a measure that only one of the two has is not compared.
struct CaseComparison: Sendable {
  let before: CaseMeasures
  let after: CaseMeasures

  struct Row: Hashable, Sendable {
    /// Running text; what stands between backticks is code.
    let what: String
    let before: String
    let after: String
    var isChanged: Bool { before != after }
  }

  /// What it comes to, in sentences without their periods, the most important first.
  var sentences: [String] {
    [change, chance].compactMap { $0 } + caveats
  }

  // MARK: Sentences

  private var change: String {
    switch (before.verdict, after.verdict) {
    case (.rootCause, .healthy): "what was wrong before was not seen again"
    case (.rootCause, .rootCause):
      Set(before.causes.map(\.kind)).isDisjoint(with: after.causes.map(\.kind))
        ? "something else is wrong now" : "the same kind of trouble is still there"
    case (.rootCause, .inconclusive): "whether what was wrong before is gone cannot be said: this case is inconclusive"
    case (_, .rootCause): "what is wrong now was not seen before"
    case (_, .healthy): "nothing wrong was seen now, and no root cause was known before"
    case (_, .inconclusive): "neither case tells what is wrong"
    }
  }

  /// Whether so much less might as well be luck.
  private var chance: String? {
    let probability = Chance.ofFewer(
      before: (before.affected, before.flows), after: (after.affected, after.flows))
    guard let probability else { return nil }
    guard probability >= 0.05 else {
      return probability < 1e-6
        ? "so few affected connections would hardly ever come by chance"
        : "so few affected connections would come by chance in 1 of \(Wording.grouped(Int64(1 / probability))) such runs"
    }
    let percent = Wording.decimal(probability * 100, digits: 0)
    return "too few connections to be sure: had nothing changed, so few would be affected in \(percent) % of such runs"
  }

  private var caveats: [String] {
    var caveats: [String] = []
    if before.playbook != after.playbook { caveats.append("the two cases are of different playbooks") }
    if let earlier = before.seconds, let later = after.seconds, earlier > 2 * later || later > 2 * earlier {
      let lengths = [earlier, later].map { Wording.duration(nanoseconds: Int64(min($0, 1e9) * 1e9)) }
      caveats.append("one case is much longer than the other: \(lengths[0]) before, \(lengths[1]) after")
    }
    return caveats
  }

  // MARK: Rows

  var rows: [Row] {
    [
      Row(what: "verdict", before: Self.verdict(before), after: Self.verdict(after)),
      Row(
        what: "connections affected", before: Self.share(before.affected, before.flows),
        after: Self.share(after.affected, after.flows)),
      sending("segments sent again by the openers", \.fromOpeners),
      sending("segments sent again by the acceptors", \.fromAcceptors),
    ].compactMap { $0 } + hops + probes + counters + settings
  }

  private static func verdict(_ measures: CaseMeasures) -> String {
    guard let cause = measures.causes.first else { return measures.verdict.rawValue }
    return "\(cause.kind.rawValue) (\(cause.certainty.rawValue)) \(Headline.place(cause.location))"
  }

  private func sending(_ what: String, _ path: KeyPath<CaseMeasures, CaseMeasures.Sending>) -> Row? {
    let (earlier, later) = (before[keyPath: path], after[keyPath: path])
    guard earlier.segments > 0, later.segments > 0 else { return nil }
    return Row(
      what: what, before: Self.share(earlier.retransmissions, earlier.segments),
      after: Self.share(later.retransmissions, later.segments))
  }

  /// Where either case lost anything.
  private var hops: [Row] {
    pairs(before.hops, after.hops) { [$0.from.text, $0.to.text] }.compactMap { earlier, later in
      guard earlier.lost > 0 || later.lost > 0 else { return nil }
      return Row(
        what: "lost between `\(earlier.from)` and `\(earlier.to)`",
        before: Self.share(earlier.lost, earlier.delivered + earlier.lost),
        after: Self.share(later.lost, later.delivered + later.lost))
    }
  }

  private var probes: [Row] {
    pairs(before.probes, after.probes) { [$0.host.text, $0.namespace.text, $0.name, $0.what ?? ""] }.map {
      earlier, later in
      let what = earlier.what.map { ": `\($0)`" } ?? ""
      return Row(
        what: "probe `\(earlier.name)` on `\(Self.place(earlier.host, earlier.namespace))`\(what)",
        before: Self.answered(earlier), after: Self.answered(later))
    }
  }

  /// Those that moved in either case.
  private var counters: [Row] {
    pairs(before.counters, after.counters) { [$0.host.text, $0.namespace.text, $0.name] }.compactMap { earlier, later in
      guard earlier.change != 0 || later.change != 0 else { return nil }
      return Row(
        what: "`\(earlier.name)` on `\(Self.place(earlier.host, earlier.namespace))`",
        before: Self.signed(earlier.change), after: Self.signed(later.change))
    }
  }

  /// Those that are different.
  private var settings: [Row] {
    pairs(before.settings, after.settings) { [$0.host.text, $0.namespace.text, $0.name] }.compactMap { earlier, later in
      guard earlier.value != later.value else { return nil }
      return Row(
        what: "`\(earlier.name)` on `\(Self.place(earlier.host, earlier.namespace))`", before: earlier.value,
        after: later.value)
    }
  }

  /// What both have, in the later one's order.
  private func pairs<Measure>(
    _ before: [Measure], _ after: [Measure], key: (Measure) -> [String]
  ) -> [(Measure, Measure)] {
    let earlier = Dictionary(before.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
    return after.compactMap { later in earlier[key(later)].map { ($0, later) } }
  }

  private static func place(_ host: HostName, _ namespace: NamespaceName) -> String {
    namespace == .host ? host.text : "\(host)/\(namespace)"
  }

  private static func answered(_ probe: CaseMeasures.Probe) -> String {
    let time = probe.median.map { ", \(Wording.duration(nanoseconds: Int64(min($0, 1e9) * 1e6)))" } ?? ""
    return "\(probe.tries - probe.failed) of \(probe.tries) succeeded\(time)"
  }

  private static func signed(_ change: Int64) -> String { (change > 0 ? "+" : "") + Wording.grouped(change) }

  /// `12 of 4,021 (0.30 %)`.
  private static func share(_ part: Int, _ whole: Int) -> String {
    let counts = "\(Wording.grouped(Int64(part))) of \(Wording.grouped(Int64(whole)))"
    guard part > 0, whole > 0 else { return counts }
    return counts + " (\(Wording.decimal(Double(part) / Double(whole) * 100, digits: part * 10 > whole ? 0 : 2)) %)"
  }
}
