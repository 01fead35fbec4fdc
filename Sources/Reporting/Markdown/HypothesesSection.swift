internal import CaseModel
internal import Diagnoses

/// Every kind that was looked for, and what became of it.
func hypothesesSection(_ judgement: Judgement) -> String {
  let rows = judgement.hypotheses.map { row in
    [MarkdownText.code(row.kind.rawValue), row.outcome.rawValue, MarkdownText.prose(row.because)]
  }
  return "## Hypotheses\n\n" + MarkdownText.table(["kind", "outcome", "because"], rows)
}
