/// LINKTYPE_LINUX_SLL: what `-i any` writes without being asked for more.
enum LinuxCooked {
  static let header = 16

  @inline(__always)
  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    guard extent.count >= header else { return }
    noteDirection(frame.u16(extent.start), &packet)
    dissect(
      frame, hardware: frame.u16(extent.start &+ 2), protocol: frame.u16(extent.start &+ 14),
      extent.advanced(by: header), &packet)
  }

  /// The protocol is an EtherType, but for hardware that knows better: netlink numbers its families there.
  @inline(__always)
  static func dissect(
    _ frame: RawSpan, hardware: UInt16, protocol number: UInt16, _ extent: Extent, _ packet: inout Packet
  ) {
    let netlink: UInt16 = 824
    guard hardware != netlink else { return }
    Ethernet.dissect(frame, type: number, extent, &packet)
  }

  /// The kernel's packet type: 0 to 3 came in (to us, broadcast, multicast, to another host), 4 went out.
  @inline(__always)
  static func direction(_ packetType: UInt16) -> Packet.Direction {
    switch packetType {
    case 0...3: .inbound
    case 4: .outbound
    default: .unknown
    }
  }

  /// A direction from the cooked header is the kernel's own word; one that the file told before stands only without it.
  @inline(__always)
  static func noteDirection(_ packetType: UInt16, _ packet: inout Packet) {
    let direction = direction(packetType)
    if direction != .unknown { packet.direction = direction }
  }
}
