internal import CaseModel
internal import Diagnoses

/// What would end it: printed, never done.
func remediesSection(_ judgement: Judgement, _ names: HostNames) -> String? {
  let causes = judgement.rootCauses + judgement.findings.filter { $0.finding.standing == .contributing }
  let remedies = causes.flatMap { judged in judged.finding.remedies.map { (judged.id, $0) } }
  guard !remedies.isEmpty else { return nil }
  let items = remedies.map { id, remedy in
    [
      "### \(MarkdownText.code(remedy.command))",
      "For \(id), on \(MarkdownText.prose(names.beside(remedy.place))):",
      MarkdownText.list([
        "effect: \(MarkdownText.prose(remedy.effect))", "side effects: \(MarkdownText.prose(remedy.sideEffects))",
        "rollback: \(MarkdownText.prose("`\(remedy.rollback)`"))",
      ]),
    ].joined(separator: "\n\n")
  }
  return "## Remedies\n\nNothing of this has been done.\n\n" + items.joined(separator: "\n\n")
}
