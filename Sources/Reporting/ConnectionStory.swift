internal import CaseModel
internal import Correlation
public import Diagnoses

/// The connection that a case is told by: its story, read once for all that is drawn of it.
public struct ConnectionStory: Sendable {
  let flow: Flow
  let summary: FlowSummary
  var ladder: Ladder
  /// What happened to it, as in `timeline.ndjson`.
  let events: [CitedEvent]

  /// nil where the case holds no connection.
  /// - Throws: what reading records back from the spool throws.
  public init?(_ judgement: Judgement, _ scene: Scene) throws {
    guard let index = try ShownFlow.index(judgement, scene.timeline) else { return nil }
    try self.init(scene.timeline.story(index), judgement, scene)
  }

  init(_ story: FlowStory, _ judgement: Judgement, _ scene: Scene) {
    flow = story.flow
    summary = FlowSummary(story, scene.timeline.vantages)
    ladder = Ladder(story, scene, findings: judgement.findings)
    events = FlowEvents(story: story, summary: summary, scene: scene).events()
  }
}
