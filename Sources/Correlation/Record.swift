public import Wire

/// One frame of a flow at one vantage, as small as matching and judging allow.
public struct Record: Sendable {
  /// Nanoseconds by the capturing host's clock.
  public var time: Int64
  /// The payload's first byte (or the SYN's or FIN's own number) counted from the sender's initial sequence number, unwrapped to
  /// 64 bits: comparable within a direction across vantages, also where a translator rewrote sequence numbers.
  public var position: Int64
  /// What it acknowledges, counted likewise from the peer's initial sequence number; -1 without ACK.
  public var acknowledged: Int64
  /// As on the wire.
  public var sequence: UInt32
  public var acknowledgment: UInt32
  public var timestampValue: UInt32
  public var timestampEcho: UInt32
  /// Payload bytes on the wire.
  public var length: UInt32
  /// 1-based in its file; `file` is an index into the vantage's files.
  public var frame: UInt32
  public var file: UInt16
  /// Index into `Flow.aliases`.
  public var alias: UInt16
  public var window: UInt16
  public var identification: UInt16
  public var timeToLive: UInt8
  public var flags: TCPFlags
  public var bits: Bits
  public var direction: Packet.Direction
  /// The capture's interface, as in `Place`.
  public var interface: UInt32

  public struct Bits: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Sent by the flow's opener.
    public static let fromOpener = Bits(rawValue: 1)
    public static let hasTimestamps = Bits(rawValue: 2)
    public static let dontFragment = Bits(rawValue: 4)
    /// An ICMP error about this flow, not a segment of it.
    public static let icmpError = Bits(rawValue: 8)
    public static let isFragment = Bits(rawValue: 16)
  }

  public var isFromOpener: Bool { bits.contains(.fromOpener) }

  /// Sequence space that it takes: payload, SYN and FIN.
  public var sequenceLength: Int64 {
    Int64(length) + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
  }

  /// Pure acknowledgment: takes no sequence space and resets nothing.
  public var isPureAcknowledgment: Bool { sequenceLength == 0 && !flags.contains(.rst) }
}
