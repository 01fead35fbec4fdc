/// What merging did to the times of frames.
public struct MergeReport: Hashable, Sendable {
  /// Frames that came later than their clock says: behind one of their own file, or behind their sender.
  public var moved = 0
  /// By how many nanoseconds at most.
  public var farthest: Int64 = 0
  /// Frames whose senders wait for one another: a wrong match among them, so that their own clock decided.
  public var unresolved = 0

  public init() {}
}
