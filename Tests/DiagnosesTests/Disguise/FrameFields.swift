import Wire

/// Where addresses, ports and numbers lie in one captured frame: in its own packet, in the packet inside a tunnel and in the one
/// that an ICMP error quotes.
///
/// It is a reading of the standards apart from the program's own.
struct FrameFields {
  enum Field {
    case station(at: Int)
    case address(at: Int, isIPv6: Bool)
    case port(at: Int)
    /// Of the stream that this end sends.
    case number(at: Int, of: Endpoint)
    case stamp(at: Int, of: Endpoint)
  }

  struct Segment {
    let source: Endpoint
    let destination: Endpoint
    let flags: TCPFlags
  }

  private(set) var fields: [Field] = []
  /// Innermost last.
  private(set) var segments: [Segment] = []
  /// Where the header checksums of IPv4 lie, with where their headers begin.
  private(set) var headers: [Range<Int>] = []
  private let bytes: [UInt8]

  init(_ bytes: [UInt8], _ link: LinkType) {
    self.bytes = bytes
    switch link {
    case .linuxCooked: cooked(type: 14, station: 6, next: 16)
    case .linuxCooked2: cooked(type: 0, station: 12, next: 20)
    default: ethernet(0)
    }
  }

  func u16(_ at: Int) -> Int { at + 2 <= bytes.count ? Int(bytes[at]) << 8 | Int(bytes[at + 1]) : 0 }
  func u32(_ at: Int) -> UInt32 { UInt32(u16(at)) << 16 | UInt32(u16(at + 2)) }

  // MARK: links

  private mutating func ethernet(_ start: Int) {
    fields += [.station(at: start), .station(at: start + 6)]
    let isTagged = u16(start + 12) == 0x8100
    internet(start + (isTagged ? 18 : 14), type: u16(start + (isTagged ? 16 : 12)))
  }

  private mutating func cooked(type: Int, station: Int, next: Int) {
    fields.append(.station(at: station))
    internet(next, type: u16(type))
  }

  private mutating func internet(_ start: Int, type: Int) {
    switch type {
    case 0x0800: ipv4(start, isQuoted: false)
    case 0x86dd: ipv6(start, isQuoted: false)
    case 0x0806:
      fields += [.station(at: start + 8), .station(at: start + 18)]
      fields += [.address(at: start + 14, isIPv6: false), .address(at: start + 24, isIPv6: false)]
    default: break
    }
  }

  // MARK: IP

  private mutating func ipv4(_ start: Int, isQuoted: Bool) {
    guard start + 20 <= bytes.count else { return }
    let next = start + Int(bytes[start] & 15) * 4
    fields += [.address(at: start + 12, isIPv6: false), .address(at: start + 16, isIPv6: false)]
    headers.append(start..<next)
    guard u16(start + 6) & 0x1fff == 0 else { return }
    transport(
      Int(bytes[start + 9]), next, IPAddress(v4: u32(start + 12)), IPAddress(v4: u32(start + 16)), isQuoted: isQuoted)
  }

  private mutating func ipv6(_ start: Int, isQuoted: Bool) {
    guard start + 40 <= bytes.count else { return }
    fields += [.address(at: start + 8, isIPv6: true), .address(at: start + 24, isIPv6: true)]
    transport(Int(bytes[start + 6]), start + 40, address6(start + 8), address6(start + 24), isQuoted: isQuoted)
  }

  func address6(_ at: Int) -> IPAddress {
    IPAddress(
      high: UInt64(u32(at)) << 32 | UInt64(u32(at + 4)), low: UInt64(u32(at + 8)) << 32 | UInt64(u32(at + 12)),
      isIPv6: true)
  }

  // MARK: transport

  private mutating func transport(
    _ number: Int, _ start: Int, _ source: IPAddress, _ destination: IPAddress, isQuoted: Bool
  ) {
    let from = Endpoint(source, UInt16(u16(start)))
    let to = Endpoint(destination, UInt16(u16(start + 2)))
    switch number {
    case 6: tcp(start, from, to, isQuoted: isQuoted)
    case 17:
      fields += [.port(at: start), .port(at: start + 2)]
      let isTunnel = [4_789, 8_472].contains(Int(to.port))
      if isTunnel, !isQuoted { ethernet(start + 16) }
    case 1 where !isQuoted && start < bytes.count && [3, 4, 5, 11, 12].contains(bytes[start]):
      ipv4(start + 8, isQuoted: true)
    case 58 where !isQuoted && start < bytes.count && (1...4).contains(bytes[start]):
      ipv6(start + 8, isQuoted: true)
    default: break
    }
  }

  private mutating func tcp(_ start: Int, _ from: Endpoint, _ to: Endpoint, isQuoted: Bool) {
    fields += [.port(at: start), .port(at: start + 2)]
    guard start + 8 <= bytes.count else { return }
    let flags = TCPFlags(rawValue: start + 13 < bytes.count ? bytes[start + 13] : 0)
    // A RST that answers a SYN counts from nothing (RFC 9293, 3.10.7.1).
    if !(flags.contains(.rst) && u32(start + 4) == 0) { fields.append(.number(at: start + 4, of: from)) }
    guard start + 20 <= bytes.count else { return }
    segments.append(Segment(source: from, destination: to, flags: flags))
    if flags.contains(.ack) { fields.append(.number(at: start + 8, of: to)) }
    options(start + 20, end: min(bytes.count, start + Int(bytes[start + 12] >> 4) * 4), from, to)
  }

  private mutating func options(_ start: Int, end: Int, _ from: Endpoint, _ to: Endpoint) {
    var at = start
    while at < end, bytes[at] != 0 {
      guard bytes[at] != 1 else {
        at += 1
        continue
      }
      guard at + 1 < end, bytes[at + 1] >= 2 else { return }
      let length = Int(bytes[at + 1])
      guard at + length <= end else { return }
      switch bytes[at] {
      case 5: for edge in stride(from: at + 2, to: at + length, by: 4) { fields.append(.number(at: edge, of: to)) }
      case 8:
        fields.append(.stamp(at: at + 2, of: from))
        if u32(at + 6) != 0 { fields.append(.stamp(at: at + 6, of: to)) }
      default: break
      }
      at += length
    }
  }
}
