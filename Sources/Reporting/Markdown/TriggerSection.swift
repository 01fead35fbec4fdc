internal import CaseModel
internal import Diagnoses
internal import Evidence

/// What ended the wait, and which connections that marked.
func triggerSection(_ judgement: Judgement, _ scene: Scene) -> String {
  let record = scene.evidence.manifest.trigger
  let clock = CaseClock(scene.timeline)
  return "## Trigger\n\n" + MarkdownText.prose(triggerSentence(judgement, record, clock))
}

/// What ended the wait, as a sentence.
func triggerSentence(_ judgement: Judgement, _ record: TriggerRecord, _ clock: CaseClock) -> String {
  switch record.kind {
  case .none: return "None: the captures were not waiting for anything."
  case .duration where !record.occurred:
    return "The wait ended by its duration, and no other trigger fired: the fault did not occur."
  case .duration: return "The wait ended by its duration."
  default: break
  }
  guard record.occurred else { return "`\(record.kind.rawValue)`: it did not fire." }
  var text = "`\(record.kind.rawValue)`"
  if let source = record.source { text += " of `\(source)`" }
  if let host = record.host { text += " on `\(host)`" }
  if let at = judgement.trigger.at {
    text += " at \(clock.text(at, bound: judgement.worstBound(clock))) (\(clock.scale))"
  }
  if let says = record.says { text += ": \(says)" }
  let flows = judgement.trigger.flows
  guard !flows.isEmpty else { return text + ". It marks no connection." }
  let named = flows.prefix(5).map { "`\($0)`" }
  let rest = flows.count > 5 ? ["\(Wording.grouped(Int64(flows.count - 5))) more"] : []
  return text + ". It marks \(Wording.list(named + rest)) as bad."
}
