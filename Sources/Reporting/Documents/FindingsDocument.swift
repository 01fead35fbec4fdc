public import CaseModel
internal import Correlation
public import Diagnoses

/// `findings.json`, and what `analyze --json` prints.
///
/// - Parameter comparison: with the case of before a change.
public func findingsDocument(
  _ judgement: Judgement, _ scene: Scene, comparison: FindingsDocument.Comparison? = nil
) -> FindingsDocument {
  let timeline = scene.timeline
  let clocks = clocksDocument(scene)
  return FindingsDocument(
    tool: Tool.name, verdict: judgement.verdict, reference: clocks.reference, t0: clocks.t0,
    utcOffset: timeline.utc.map { Double($0.offset) / 1e9 }, utcBound: timeline.utc.map { Double($0.bound) / 1e9 },
    trigger: judgement.trigger, impact: judgement.impact,
    findings: judgement.findings.map { FindingRecord($0, timeline) }, hypotheses: judgement.hypotheses,
    flows: judgement.citedFlows.map { FlowRecord(timeline.flows[$0], timeline) }, clocks: clocks.clocks,
    doubts: judgement.doubts, comparison: comparison)
}

extension FindingRecord {
  init(_ judged: JudgedFinding, _ timeline: Timeline) {
    let finding = judged.finding
    self.init(
      id: judged.id, kind: finding.kind, standing: finding.standing, certainty: finding.certainty,
      title: finding.title, explanation: finding.explanation, flows: finding.flows.map { timeline.flows[$0].name },
      explains: judged.explains, location: finding.location, evidence: finding.citations, remedies: finding.remedies)
  }
}

extension Judgement {
  /// Flows of the findings and of the trigger, ascending.
  var citedFlows: [Int] { Set(findings.flatMap(\.finding.flows)).sorted() }
}
