internal import CaseModel
internal import Diagnoses

/// Where the evidence is weak. nil where it is not.
func doubtsSection(_ judgement: Judgement) -> String? {
  guard !judgement.doubts.isEmpty else { return nil }
  let items = judgement.doubts.map { doubt in
    let place = (doubt.vantage?.text ?? doubt.host?.text).map { MarkdownText.code($0) + ": " } ?? ""
    return place + MarkdownText.prose(doubt.says) + (doubt.couldHideFault ? " (a fault could hide behind this)" : "")
  }
  return "## Doubts\n\n" + MarkdownText.list(items)
}
