internal import Alignment
internal import CaseModel

/// One capture, read once: who talks with whom in it, and how good it is.
struct CaptureIndex: Sendable {
  var conversations: [Conversation] = []
  var interfaces: [String] = []
  var health = CaptureHealth()
  /// The step of its timestamps in nanoseconds.
  var quantum: Double = 1
  /// Where timestamps say that the clock was set back.
  var cuts: [FoldDetector.Cut] = []
  var doubts: [Doubt] = []
}
