public import Wire

/// One frame of a flow at one vantage, as small as matching and judging allow. A frame whose packet carries another one through a
/// tunnel is a record of two flows.
public struct Record: Sendable, BitwiseCopyable {
  /// Nanoseconds by the capturing host's clock, unfolded: where the clock was set back, time here goes on.
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
  /// Payload bytes on the wire; or, with the highest bit set, what a packet without payload acknowledges selectively.
  @usableFromInline var lengthOrBlocks: UInt32
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

  public struct Bits: OptionSet, Sendable, BitwiseCopyable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Sent by the flow's opener.
    public static let fromOpener = Bits(rawValue: 1)
    public static let hasTimestamps = Bits(rawValue: 2)
    public static let dontFragment = Bits(rawValue: 4)
    /// An ICMP error about this flow, not a segment of it: see `icmpType`.
    public static let icmpError = Bits(rawValue: 8)
    public static let isFragment = Bits(rawValue: 16)
    /// A fragment other than the first: it has no transport header, and takes no sequence space.
    public static let laterFragment = Bits(rawValue: 32)
    /// Not TCP: `contentIdentity` tells it from others, there are no sequence numbers.
    public static let datagram = Bits(rawValue: 64)
    /// Taken out of a tunnel: the frame's own packet is another record, of the tunnel's flow.
    public static let inTunnel = Bits(rawValue: 128)
  }

  public init(time: Int64 = 0) {
    self.time = time
    position = 0
    acknowledged = -1
    sequence = 0
    acknowledgment = 0
    timestampValue = 0
    timestampEcho = 0
    lengthOrBlocks = 0
    frame = 0
    file = 0
    alias = 0
    window = 0
    identification = 0
    timeToLive = 0
    flags = []
    bits = []
    direction = .unknown
    interface = 0
  }

  /// Payload bytes on the wire.
  @inlinable public var length: UInt32 {
    get { lengthOrBlocks & Self.isBlocks == 0 ? lengthOrBlocks : 0 }
    set { lengthOrBlocks = min(newValue, Self.isBlocks - 1) }
  }

  /// What a segment without payload acknowledges selectively, as a hash that is never 0: of nothing, too. 0 where that is not
  /// known: the options were not captured, or there is payload.
  var blocks: UInt32 {
    get { lengthOrBlocks & Self.isBlocks == 0 ? 0 : lengthOrBlocks }
    set { if lengthOrBlocks == 0 || lengthOrBlocks & Self.isBlocks != 0 { lengthOrBlocks = newValue | Self.isBlocks } }
  }

  /// Nothing is acknowledged selectively.
  static let noBlocks: UInt32 = isBlocks
  @usableFromInline static let isBlocks: UInt32 = 1 << 31

  /// Whether it acknowledges anything selectively (RFC 2018): what came behind bytes that are missing. nil where its options were
  /// not captured, and for what has payload.
  public var acknowledgesSelectively: Bool? { blocks == 0 ? nil : blocks != Self.noBlocks }

  public var isFromOpener: Bool { bits.contains(.fromOpener) }

  /// Sequence space that it takes: payload, SYN and FIN.
  public var sequenceLength: Int64 {
    Int64(length) + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
  }

  /// Pure acknowledgment: takes no sequence space and resets nothing.
  public var isPureAcknowledgment: Bool {
    flags.contains(.ack) && sequenceLength == 0 && !flags.contains(.rst)
  }

  /// TCP with its header, not a later fragment and not an error about one.
  public var isSegment: Bool { bits.isDisjoint(with: [.icmpError, .laterFragment, .datagram]) }

  // What has no sequence numbers keeps other things in their place.

  /// A hash of a datagram's or a later fragment's content; 0 for anything else.
  public var contentIdentity: UInt64 {
    bits.isDisjoint(with: [.laterFragment, .datagram]) ? 0 : UInt64(sequence) << 32 | UInt64(acknowledgment)
  }

  /// Whether this datagram carries another packet, which is a record of a flow of its own.
  public var isCarrier: Bool { bits.contains(.datagram) && timestampEcho != 0 }

  /// Of an ICMP error (bit `icmpError`), else 0. `position` and `sequence` are those of the segment that it quotes, and the
  /// error counts as sent by the end (or on behalf of the end) that the quoted segment was sent to.
  public var icmpType: UInt8 { bits.contains(.icmpError) ? UInt8(truncatingIfNeeded: timestampEcho >> 8) : 0 }
  public var icmpCode: UInt8 { bits.contains(.icmpError) ? UInt8(truncatingIfNeeded: timestampEcho) : 0 }
  /// The next-hop MTU that an ICMP error tells, 0 where it tells none.
  public var icmpMTU: UInt32 { bits.contains(.icmpError) ? timestampValue : 0 }
}
