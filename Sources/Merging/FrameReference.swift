/// One frame of a case.
public struct FrameReference: Hashable, Sendable {
  /// Index in the evidence's captures.
  public var vantage: Int
  /// Index in the capture's files.
  public var file: Int
  /// 1-based in its file.
  public var frame: UInt32

  public init(vantage: Int, file: Int, frame: UInt32) {
    self.vantage = vantage
    self.file = file
    self.frame = frame
  }
}
