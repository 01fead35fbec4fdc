internal import CaseModel
internal import Diagnoses

/// How each vantage's clock stands against the reference, and how well that is known.
func clocksSection(_ scene: Scene) -> String {
  let document = clocksDocument(scene)
  let rows = document.clocks.map { clock in
    let digits = clock.bound.map { CaseClock.digits($0 * 1e9) } ?? 0
    let isReference = clock.vantage == document.reference
    return [
      MarkdownText.code(clock.vantage.text),
      isReference
        ? "reference" : clock.offset.map { ($0 > 0 ? "+" : "") + Wording.decimal($0, digits: digits) } ?? "unknown",
      isReference ? "" : clock.drift.map { Wording.decimal($0, digits: 1) } ?? "unknown",
      isReference ? "" : clock.bound.map { CaseClock.text(bound: $0 * 1e9) } ?? "unknown",
      isReference ? "" : MarkdownText.code(clock.method.rawValue),
    ]
  }
  return "## Clocks\n\nSeconds to add to a vantage's timestamps at the case's first packet.\n\n"
    + MarkdownText.table(["vantage", "offset (s)", "drift (ppm)", "bound", "by"], rows)
}
