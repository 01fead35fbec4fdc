/// Holds the matched records of every flow until their stories are asked for.
struct StoryStore: Sendable {
  let stories: [FlowStory]

  func story(_ flow: Int) -> FlowStory { stories[flow] }
}
