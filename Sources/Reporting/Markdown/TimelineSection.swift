internal import Alignment
internal import CaseModel
internal import Correlation
internal import Diagnoses

/// What is cited, of all vantages, in aligned order.
func timelineSection(_ judgement: Judgement, _ scene: Scene) -> String {
  let events = CitedEvents(judgement, scene).events
  let clock = CaseClock(scene.timeline)
  guard let origin = events.first else { return "## Timeline\n\nNothing is cited." }
  let day = clock.day(of: events.map(\.time))
  var rows: [[String]] = []
  for (position, event) in events.enumerated() {
    let before = position > 0 ? events[position - 1] : nil
    rows.append(row(event, before, origin, clock, day))
  }
  return "## Timeline\n\n" + MarkdownText.prose(timelineLegend(scene, clock)) + "\n\n"
    + MarkdownText.table(["", MarkdownText.prose(clock.heading(day: day)), "seconds", "where", "frame", "what"], rows)
}

private func row(
  _ event: CitedEvent, _ before: CitedEvent?, _ origin: CitedEvent, _ clock: CaseClock, _ day: String?
) -> [String] {
  let together = event.host == origin.host ? 0 : event.bound + origin.bound
  return [
    isOrderClaimed(event, before) ? "" : "≈", clock.text(event.time, bound: event.bound, day: day),
    clock.text(event.time, since: origin.time, bound: together),
    MarkdownText.code(event.vantage?.text ?? event.host?.text ?? "controller"),
    event.frame.map { "\($0)" } ?? event.source, MarkdownText.prose(event.what),
  ]
}

/// On one host its own clock orders; between hosts only what lies further apart than both bounds.
func isOrderClaimed(_ event: CitedEvent, _ before: CitedEvent?) -> Bool {
  guard let before, event.host != before.host || event.host == nil else { return true }
  return Double(event.time.since(before.time)) > event.bound + before.bound
}

/// What the times are worth.
func timelineLegend(_ scene: Scene, _ clock: CaseClock) -> String {
  let timeline = scene.timeline
  var text = "Times are \(timeline.utc == nil ? clock.scale : "in UTC")"
  if let utc = timeline.utc { text += " (\(CaseClock.text(bound: Double(utc.bound))) by the controller's clock)" }
  let worst = timeline.vantages.compactMap { $0.clock?.worstBound }.max() ?? 0
  text += "; between vantages they are good to \(CaseClock.text(bound: worst)). "
  return text + "`≈` marks a row that is closer to the one above than the clocks can tell: their order is not claimed."
}
