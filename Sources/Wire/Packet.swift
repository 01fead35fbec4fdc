/// One captured frame, taken apart as far as its bytes go. A plain value: the reader fills the same one again and again.
///
/// Anything that the captured bytes do not reach is left at its zero, and `has` says what was reached.
public struct Packet: Sendable {
  /// What was read whole.
  public struct Layers: OptionSet, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public static let ip = Layers(rawValue: 1)
    public static let tcp = Layers(rawValue: 2)
    public static let udp = Layers(rawValue: 4)
    public static let icmp = Layers(rawValue: 8)
    /// `quoted` holds the packet that an ICMP error is about.
    public static let quoted = Layers(rawValue: 16)
    /// Every TCP option was inside the captured bytes.
    public static let options = Layers(rawValue: 32)
    public static let timestamps = Layers(rawValue: 64)
    /// A fragment other than the first: no transport header.
    public static let laterFragment = Layers(rawValue: 128)
  }

  /// Which way a frame crossed its interface, where the capture says so (cooked captures, pcapng flags).
  public enum Direction: UInt8, Sendable, BitwiseCopyable { case unknown, inbound, outbound }

  // The frame.
  /// 1-based in its file.
  public var frame: UInt32 = 0
  /// Nanoseconds since 1970 by the capturing host's clock.
  public var time: Int64 = 0
  public var capturedLength: UInt32 = 0
  public var originalLength: UInt32 = 0
  /// Index into the reader's `interfaces`.
  public var interface: UInt32 = 0
  /// The kernel's interface index in a cooked v2 capture, else 0.
  public var interfaceIndex: UInt32 = 0
  public var direction: Direction = .unknown
  public var has: Layers = []
  /// Of a packet that `CaptureReader.inner` gave; blank in every other.
  public var tunnel = Tunnel()

  // The internet layer.
  public var source = IPAddress(v4: 0)
  public var destination = IPAddress(v4: 0)
  /// IANA protocol number of the transport.
  public var transport: UInt8 = 0
  public var timeToLive: UInt8 = 0
  public var dontFragment = false
  /// More fragments follow, or this is not the first.
  public var isFragment = false
  /// IPv4 identification (low 16 bits of it for a fragmented IPv6 packet), else 0.
  public var identification: UInt16 = 0
  /// Offset of a fragment's data in bytes.
  public var fragmentOffset: UInt32 = 0

  // The transport.
  public var sourcePort: UInt16 = 0
  public var destinationPort: UInt16 = 0
  public var sequence: UInt32 = 0
  public var acknowledgment: UInt32 = 0
  public var flags = TCPFlags()
  /// As on the wire, unscaled.
  public var window: UInt16 = 0
  public var timestampValue: UInt32 = 0
  public var timestampEcho: UInt32 = 0
  /// A hash of the selective acknowledgment's blocks, counted from `acknowledgment`: the same where sequence numbers are rewritten.
  /// 0 where the option is absent.
  public var selectiveHash: UInt32 = 0
  /// 0 where the option is absent.
  public var maximumSegmentSize: UInt16 = 0
  /// 255 where the option is absent.
  public var windowScale: UInt8 = 255
  public var icmpType: UInt8 = 0
  public var icmpCode: UInt8 = 0
  /// Identifier and sequence of an echo; next-hop MTU of a "fragmentation needed" or "packet too big" in `icmpMTU`.
  public var icmpIdentifier: UInt16 = 0
  public var icmpSequence: UInt16 = 0
  public var icmpMTU: UInt32 = 0
  public var quoted = QuotedPacket()

  // The payload: of TCP and UDP what follows their header, else what follows the IP header.
  /// Its length on the wire by the IP header, whether captured or not (IP total length 0 under TSO: by the frame's length).
  public var payloadLength: UInt32 = 0
  /// Where its captured part lies in the frame's bytes.
  public var payloadOffset: UInt32 = 0
  public var payloadCaptured: UInt32 = 0
  /// A hash of the first 24 captured payload bytes, 0 where none: the content identity of packets without sequence numbers.
  public var payloadHash: UInt64 = 0

  public init() {}
}

/// The flags of a TCP header, wire order. Inlined everywhere: they are asked for several times for every packet.
@frozen public struct TCPFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  @inlinable public static var fin: Self { Self(rawValue: 0x01) }
  @inlinable public static var syn: Self { Self(rawValue: 0x02) }
  @inlinable public static var rst: Self { Self(rawValue: 0x04) }
  @inlinable public static var psh: Self { Self(rawValue: 0x08) }
  @inlinable public static var ack: Self { Self(rawValue: 0x10) }
  @inlinable public static var urg: Self { Self(rawValue: 0x20) }
  @inlinable public static var ece: Self { Self(rawValue: 0x40) }
  @inlinable public static var cwr: Self { Self(rawValue: 0x80) }
}

/// What an ICMP error quotes of the packet that it is about.
public struct QuotedPacket: Hashable, Sendable {
  public var source = Endpoint(IPAddress(v4: 0), 0)
  public var destination = Endpoint(IPAddress(v4: 0), 0)
  public var transport: UInt8 = 0
  /// TCP only.
  public var sequence: UInt32 = 0
  public init() {}
}
