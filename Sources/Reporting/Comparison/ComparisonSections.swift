public import CaseModel
internal import Diagnoses

/// Before and after as a table in the terminal.
public func comparisonTable(_ comparison: FindingsDocument.Comparison) -> String {
  let compared = CaseComparison(before: comparison.before, after: comparison.after)
  let rows = [["", "before", "after"]] + compared.rows.map { [$0.what, $0.before, $0.after] }
  let cells = rows.map { $0.map { SafeText.visible($0.replacing("`", with: "")) } }
  let widths = (0..<2).map { column in cells.map { $0[column].count }.max() ?? 0 }
  let lines = cells.map { row in
    "  " + zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ") + "  "
      + (row.last ?? "")
  }
  let title = "compared with \(SafeText.visible(comparison.before.id.text)):"
  return ([title] + compared.sentences.map { "  \($0)" } + lines).joined(separator: "\n") + "\n"
}

/// What a change did; nil where the case is compared with none.
func comparisonSection(_ comparison: FindingsDocument.Comparison?) -> String? {
  guard let comparison else { return nil }
  let compared = CaseComparison(before: comparison.before, after: comparison.after)
  let rows = compared.rows.map { [$0.what, $0.before, $0.after].map { MarkdownText.prose($0) } }
  return [
    "## Before and after", "The case before the change is \(MarkdownText.code(comparison.before.id.text)).",
    MarkdownText.list(compared.sentences.map { MarkdownText.prose($0) }),
    MarkdownText.table(["measure", "before", "after"], rows),
  ].joined(separator: "\n\n")
}

extension PostmortemPage {
  /// What a change did; nil where the case is compared with none.
  func beforeAndAfter() -> Markup? {
    guard let comparison else { return nil }
    let compared = CaseComparison(before: comparison.before, after: comparison.after)
    return element(
      "p", [:], Markup("The case before the change is "), .code(comparison.before.id.text), Markup("."))
      + .items(compared.sentences.map { .prose($0) })
      + .table(
        ["measure", "before", "after"],
        compared.rows.map { row in
          let after = Markup.prose(row.after)
          return [.prose(row.what), .prose(row.before), row.isChanged ? element("strong", [:], after) : after]
        })
  }
}
