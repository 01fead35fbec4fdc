/// Takes one frame apart, as far as its captured bytes go, into the fields of `packet`, whose `capturedLength` and
/// `originalLength` tell how long it was. Total: any bytes, never a trap, in time proportional to the headers.
@inline(__always)
func dissect(_ frame: RawSpan, _ linkType: LinkType, _ packet: inout Packet) {
  let wire = max(frame.byteCount, Int(packet.originalLength))
  let all = Extent(start: 0, captured: frame.byteCount, wire: wire)
  switch linkType {
  case .ethernet: Ethernet.dissect(frame, all, &packet)
  case .linuxCooked: LinuxCooked.dissect(frame, all, &packet)
  case .linuxCooked2: LinuxCooked2.dissect(frame, all, &packet)
  case .null: NullLoopback.dissect(frame, all, &packet)
  case .loop: NullLoopback.dissectBigEndian(frame, all, &packet)
  case .rawIPv4: IPv4.dissect(frame, all, &packet)
  case .rawIPv6: IPv6.dissect(frame, all, &packet)
  // 12 and 14 are what some systems number raw IP in their files.
  case .raw, LinkType(rawValue: 12), LinkType(rawValue: 14): RawIP.dissect(frame, all, &packet)
  default: break
  }
}

/// What the layers so far left for the next one, as offsets into the frame's bytes.
struct Extent {
  /// Where the next layer begins.
  var start: Int
  /// The end of what was captured of it.
  var captured: Int
  /// The end of it on the wire; trailing bytes (Ethernet padding) do not belong to it.
  var wire: Int

  /// Captured bytes left.
  @inline(__always) var count: Int { captured &- start }

  @inline(__always)
  func advanced(by bytes: Int) -> Extent { Extent(start: start &+ bytes, captured: captured, wire: wire) }

  /// Ends, on the wire, at this offset; captured bytes beyond it are not its own.
  @inline(__always)
  func ending(at end: Int) -> Extent { Extent(start: start, captured: min(captured, end), wire: end) }
}

/// EtherTypes that lead on.
enum EtherType {
  static let ipv4: UInt16 = 0x0800
  static let ipv6: UInt16 = 0x86dd
  static let vlan: UInt16 = 0x8100
  static let serviceVLAN: UInt16 = 0x88a8
  /// QinQ before it was a standard.
  static let oldServiceVLAN: UInt16 = 0x9100
  /// A whole Ethernet frame ("transparent Ethernet bridging"), in GRE and Geneve.
  static let bridged: UInt16 = 0x6558

  /// Whether a tunnel that names this carries packets that are read here.
  static func isPacket(_ type: UInt16) -> Bool { type == bridged || type == ipv4 || type == ipv6 }
}

/// IANA protocol numbers, also those of IPv6 extension headers.
enum IPProtocol {
  static let hopByHop: UInt8 = 0
  static let icmp: UInt8 = 1
  static let tcp: UInt8 = 6
  static let udp: UInt8 = 17
  static let routing: UInt8 = 43
  static let fragment: UInt8 = 44
  static let authentication: UInt8 = 51
  static let icmpv6: UInt8 = 58
  static let noNext: UInt8 = 59
  static let destinationOptions: UInt8 = 60
  static let mobility: UInt8 = 135
  static let hostIdentity: UInt8 = 139
  static let shim6: UInt8 = 140
}
