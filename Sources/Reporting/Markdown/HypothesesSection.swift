internal import CaseModel
internal import Diagnoses

/// Every kind that was looked for, and what became of it.
func hypothesesSection(_ judgement: Judgement) -> String {
  let unexamined = judgement.hypotheses.filter { $0.because == Judgement.unexamined }
  let rows = judgement.hypotheses.filter { $0.because != Judgement.unexamined }.map { row in
    [MarkdownText.code(row.kind.rawValue), row.outcome.rawValue, MarkdownText.prose(row.prose)]
  }
  var text = "## Hypotheses\n\n" + MarkdownText.table(["kind", "outcome", "because"], rows)
  if !unexamined.isEmpty {
    text += "\n\nNot examined by this version: \(Wording.list(unexamined.map { MarkdownText.code($0.kind.rawValue) }))."
  }
  return text
}
