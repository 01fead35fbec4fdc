internal import CaseModel
internal import Correlation
internal import Diagnoses

/// Which connection a case is told by: of those of its leading finding the one with the most cited frames; without a finding,
/// whichever is seen at the most places.
enum ShownFlow {
  /// Flows looked at where no finding cites one.
  private static let examined = 2_000
  /// Of a finding's connections those that are looked at, and how many frames they may hold together.
  private static let compared = (flows: 64, frames: 500_000)

  /// - Parameter finding: whose connections are meant; nil for the leading one's.
  /// - Throws: what reading records back from the spool throws.
  static func index(_ judgement: Judgement, _ timeline: Timeline, of finding: JudgedFinding? = nil) throws -> Int? {
    let wanted = [finding].compactMap { $0 } + judgement.rootCauses
    if let finding = wanted.first(where: { !$0.finding.flows.isEmpty })
      ?? judgement.findings.first(where: { !$0.finding.flows.isEmpty })
    {
      return try mostCited(finding, timeline)
    }
    let marked = judgement.trigger.flows.first.flatMap { name in timeline.flows.firstIndex { $0.name == name } }
    return marked ?? fullest(timeline)
  }

  /// The first of those with the most; the finding's first where none of them has any.
  private static func mostCited(_ judged: JudgedFinding, _ timeline: Timeline) throws -> Int? {
    var frames = compared.frames
    let candidates = judged.finding.flows.prefix(compared.flows).filter { flow in
      guard timeline.flows.indices.contains(flow) else { return false }
      frames -= timeline.flows[flow].records
      return frames >= 0
    }
    guard candidates.count > 1 else { return judged.finding.flows.first }
    let counts = try timeline.eachStory(of: candidates) { FrameNotes([judged], $0, timeline).frames.count }
    return counts.max { ($0.result, $1.flow) < ($1.result, $0.flow) }?.flow
  }

  private static func fullest(_ timeline: Timeline) -> Int? {
    timeline.flows.indices.prefix(examined).map { ($0, timeline.flows[$0]) }.filter { $1.isConnection }.max { a, b in
      let (one, other) = (Set(a.1.aliases.map(\.vantage)).count, Set(b.1.aliases.map(\.vantage)).count)
      return (one, a.1.records, b.0) < (other, b.1.records, a.0)
    }?.0
  }
}
