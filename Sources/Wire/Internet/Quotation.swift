/// The packet that an ICMP error quotes: its IP header and, if the sender was generous, eight bytes more.
enum Quotation {
  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    guard extent.count > 0 else { return }
    switch frame.u8(extent.start) >> 4 {
    case 4: dissectIPv4(frame, extent, &packet)
    case 6: dissectIPv6(frame, extent, &packet)
    default: break
    }
  }

  private static func dissectIPv4(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    let start = extent.start
    let length = Int(frame.u8(start) & 0x0f) &* 4
    guard length >= IPv4.header, extent.count >= length else { return }
    packet.quoted.source.address = IPAddress(v4: frame.u32(start &+ 12))
    packet.quoted.destination.address = IPAddress(v4: frame.u32(start &+ 16))
    packet.quoted.transport = frame.u8(start &+ 9)
    packet.has.insert(.quoted)
    let isLaterFragment = frame.u16(start &+ 6) & 0x1fff != 0
    if !isLaterFragment { dissectTransport(frame, extent.advanced(by: length), &packet.quoted) }
  }

  private static func dissectIPv6(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    let start = extent.start
    guard extent.count >= IPv6.header else { return }
    packet.quoted.source.address = IPv6.address(frame, start &+ 8)
    packet.quoted.destination.address = IPv6.address(frame, start &+ 24)
    packet.has.insert(.quoted)
    // The chain's findings belong to the quoted packet, not to the error.
    var inner = Packet()
    let rest = IPv6Extensions.dissect(frame, frame.u8(start &+ 6), extent.advanced(by: IPv6.header), &inner)
    packet.quoted.transport = inner.transport
    if let rest, inner.fragmentOffset == 0 { dissectTransport(frame, rest, &packet.quoted) }
  }

  private static func dissectTransport(_ frame: RawSpan, _ extent: Extent, _ quoted: inout QuotedPacket) {
    guard quoted.transport == IPProtocol.tcp || quoted.transport == IPProtocol.udp, extent.count >= 4 else { return }
    quoted.source.port = frame.u16(extent.start)
    quoted.destination.port = frame.u16(extent.start &+ 2)
    if quoted.transport == IPProtocol.tcp, extent.count >= 8 { quoted.sequence = frame.u32(extent.start &+ 4) }
  }
}
