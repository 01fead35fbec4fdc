/// LINKTYPE_NULL and LINKTYPE_LOOP: an address family number before the packet.
enum NullLoopback {
  static let header = 4

  /// In the byte order of the machine that captured, which the file's own order does not tell: families are small numbers.
  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    guard extent.count >= header else { return }
    let family = frame.u32(extent.start)
    dissect(frame, family: min(family, family.byteSwapped), extent.advanced(by: header), &packet)
  }

  static func dissectBigEndian(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    guard extent.count >= header else { return }
    dissect(frame, family: frame.u32(extent.start), extent.advanced(by: header), &packet)
  }

  /// IPv6 has another number in each BSD, in macOS and in Linux.
  private static func dissect(_ frame: RawSpan, family: UInt32, _ extent: Extent, _ packet: inout Packet) {
    switch family {
    case 2: IPv4.dissect(frame, extent, &packet)
    case 10, 24, 28, 30: IPv6.dissect(frame, extent, &packet)
    default: break
    }
  }
}
