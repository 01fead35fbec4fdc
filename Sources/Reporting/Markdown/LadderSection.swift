internal import CaseModel
internal import Correlation
internal import Diagnoses

/// The connection that the case is told by, packet by packet, as text. nil where the case holds none.
func ladderSection(_ shown: ConnectionStory?, _ scene: Scene) -> String? {
  guard let ladder = shown?.ladder, !ladder.rows.isEmpty else { return nil }
  let clock = CaseClock(scene.timeline)
  let origin = ladder.origin.map {
    " 0 is \(clock.text($0, bound: ladder.firstStop.flatMap { ladder.stops[$0].bound })) (\(clock.scale))."
  }
  let about =
    "Connection `\(ladder.flow)`, seconds downwards.\(origin ?? "") Numbers are frames of the capture above them, cited "
    + "ones in brackets; `✗` is lost, `?` is not seen further on by a capture that may have missed it."
  return "## Packet by packet\n\n" + MarkdownText.prose(about) + "\n\n"
    + MarkdownText.block(LadderText(ladder, LadderText.Style(width: 120)).lines())
}
