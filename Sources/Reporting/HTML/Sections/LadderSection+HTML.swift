internal import CaseModel
internal import Correlation
internal import Diagnoses

extension PostmortemPage {
  func ladder() -> Markup? {
    guard let shown, !shown.ladder.rows.isEmpty else { return nil }
    let origin = shown.ladder.origin.map {
      " 0 is \(clock.text($0, bound: shown.ladder.firstStop.flatMap { shown.ladder.stops[$0].bound })) (\(clock.scale))."
    }
    return element(
      "p", [:],
      Markup("Connection ") + .code(shown.flow.name.text)
        + .prose(
          ": a line for every capture; time runs downwards, not to scale, and what is folded says so.\(origin ?? "") Numbers are "
            + "frames of the file named at the head of each line; bold ones are cited. A bar behind a frame is how far its clock may be off."
        ))
      + legend(shown.ladder) + LadderDrawing(shown.ladder, clock).markup()
      + element("details", ["class": "as-text"], element("summary", [:], "The same as text"), text(shown.ladder, 120))
      + element("div", ["class": "narrow"], text(shown.ladder, 52))
  }

  private func text(_ ladder: Ladder, _ width: Int) -> Markup {
    let lines = LadderText(ladder, LadderText.Style(width: width)).lines()
    return element("pre", [:], lines.map { Markup($0) + .lineFeed })
  }

  /// Of what is drawn.
  private func legend(_ ladder: Ladder) -> Markup {
    let styles = Set(ladder.passages.map(\.style))
    var entries: [(style: String, text: String)] = [
      ("plain", "arrived"), ("quiet", "acknowledgment"), ("lost", "lost ✕"), ("unknown", "not seen further on ?"),
      ("stray", "under a foreign name"), ("reset", "RST ■"),
    ].filter { styles.contains($0.0) }
    if ladder.passages.contains(where: \.isRenamed) { entries.append(("nat", "◆ renamed (NAT)")) }
    return element(
      "p", ["class": "legend"],
      entries.map { style, text in element("span", ["class": "key \(style)"], text) })
  }
}
