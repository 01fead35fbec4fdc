public import Wire

/// One packet at one tap, as it truly was.
public struct Sighting: Sendable {
  /// True time, nanoseconds since 1970.
  public internal(set) var time: Int64
  /// The sender's byte that it begins with: 0 is the SYN. A datagram's number.
  public internal(set) var start: Int64
  /// What it acknowledges of the other's bytes; -1 for nothing.
  public internal(set) var acknowledged: Int64
  /// The sighting that holds its first byte at the tap before; -1 at the first tap.
  public internal(set) var upstream: Int32
  /// Index into the connections.
  public internal(set) var connection: UInt32
  public internal(set) var length: UInt32
  public internal(set) var timestampValue: UInt32
  public internal(set) var timestampEcho: UInt32
  /// The other's bytes that it acknowledges selectively.
  public internal(set) var blocks: [Range<Int64>] = []
  public internal(set) var window: UInt16
  public internal(set) var identification: UInt16
  public internal(set) var flags: TCPFlags
  /// Index into its route's taps.
  public internal(set) var tap: UInt8
  public internal(set) var isForward: Bool
}

/// A packet on its way.
struct Piece {
  var start: Int64 = 0
  var length: Int64 = 0
  var acknowledged: Int64 = -1
  var blocks: [Range<Int64>] = []
  var time: Int64 = 0
  var timestampValue: UInt32 = 0
  var timestampEcho: UInt32 = 0
  /// The latest sighting of it.
  var seen: Int32 = -1
  var window: UInt16 = 0
  var identification: UInt16 = 0
  var flags: TCPFlags = []
  var isStray = false

  var end: Int64 { start + length + (flags.contains(.syn) || flags.contains(.fin) ? 1 : 0) }
}
