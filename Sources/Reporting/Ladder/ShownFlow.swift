internal import CaseModel
internal import Correlation
internal import Diagnoses

/// Which connection a case is told by: the first that its leading finding cites; without one, whichever is seen at the most places.
enum ShownFlow {
  /// Flows looked at where no finding cites one.
  private static let examined = 2_000

  static func index(_ judgement: Judgement, _ timeline: Timeline) -> Int? {
    let leading = judgement.rootCauses.first { !$0.finding.flows.isEmpty }
    if let flow = (leading ?? judgement.findings.first { !$0.finding.flows.isEmpty })?.finding.flows.first {
      return flow
    }
    let marked = judgement.trigger.flows.first.flatMap { name in timeline.flows.firstIndex { $0.name == name } }
    return marked ?? fullest(timeline)
  }

  private static func fullest(_ timeline: Timeline) -> Int? {
    timeline.flows.indices.prefix(examined).map { ($0, timeline.flows[$0]) }.filter { $1.isConnection }.max { a, b in
      let (one, other) = (Set(a.1.aliases.map(\.vantage)).count, Set(b.1.aliases.map(\.vantage)).count)
      return (one, a.1.records, b.0) < (other, b.1.records, a.0)
    }?.0
  }
}
