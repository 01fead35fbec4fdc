/// How far a capture could be read.
public enum CaptureEnding: Hashable, Sendable {
  /// Frames may follow.
  case open
  /// Read to its last byte.
  case complete
  /// What follows the last frame given is cut off or makes no sense; everything before it is good.
  case damaged(CaptureDamage)

  public var damage: CaptureDamage? {
    if case .damaged(let damage) = self { damage } else { nil }
  }
}

public struct CaptureDamage: Hashable, Sendable, CustomStringConvertible {
  /// Where in the file the record or block begins that could not be read.
  public let offset: Int64
  /// The 1-based number that the unreadable frame would have had.
  public let frame: UInt32
  /// `is cut off: 54 of 1514 bytes are there`.
  public let says: String

  /// `frame 812 at byte 92817 is cut off: 54 of 1514 bytes are there`.
  public var description: String { "frame \(frame) at byte \(offset) \(says)" }
}
