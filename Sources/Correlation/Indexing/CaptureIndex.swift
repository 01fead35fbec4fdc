internal import CaseModel

/// One capture, read once: who talks with whom in it, and how good it is.
struct CaptureIndex: Sendable {
  var conversations: [Conversation] = []
  var samples: [LinkSample] = []
  var interfaces: [String] = []
  var health = CaptureHealth()
  /// The step of its timestamps in nanoseconds.
  var quantum: Double = 1
  var doubts: [Doubt] = []
}
