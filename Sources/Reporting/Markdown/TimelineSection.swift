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
  let order = EventOrder(events, clock)
  let rows = events.enumerated().map { row($1, order.isClaimed($0), origin, clock, day) }
  return "## Timeline\n\n" + MarkdownText.prose(timelineLegend(scene, clock)) + "\n\n"
    + MarkdownText.table(["", MarkdownText.prose(clock.heading(day: day)), "seconds", "where", "frame", "what"], rows)
}

private func row(
  _ event: CitedEvent, _ isClaimed: Bool, _ origin: CitedEvent, _ clock: CaseClock, _ day: String?
) -> [String] {
  let together = event.host == origin.host ? 0 : clock.bound(between: origin, and: event)
  return [
    isClaimed ? "" : "≈", clock.text(event.time, bound: event.bound, day: day),
    clock.text(event.time, since: origin.time, bound: together),
    MarkdownText.code(event.vantage?.text ?? event.host?.text ?? "controller"),
    event.frame.map { "\($0)" } ?? event.source, MarkdownText.prose(event.what),
  ]
}

/// What the times are worth.
func timelineLegend(_ scene: Scene, _ clock: CaseClock) -> String {
  let timeline = scene.timeline
  var text = "Times are \(timeline.utc == nil ? clock.scale : "in UTC")"
  if let utc = timeline.utc { text += " (\(CaseClock.text(bound: Double(utc.bound))) by the controller's clock)" }
  let worst = timeline.vantages.compactMap { $0.clock?.worstBound }.max() ?? 0
  text += "; between vantages they are good to \(CaseClock.text(bound: worst)). "
  return text
    + "`≈` marks a row that is closer to one above, of another host, than the clocks can tell: their order is not claimed."
}
