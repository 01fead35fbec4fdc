/// Ethernet II: two addresses, a type, any VLAN tags between.
enum Ethernet {
  static let header = 14

  @inline(__always)
  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    guard extent.count >= header else { return }
    dissect(frame, type: frame.u16(extent.start &+ 12), extent.advanced(by: header), &packet)
  }

  /// What an EtherType announces, at the extent's start.
  @inline(__always)
  static func dissect(_ frame: RawSpan, type: UInt16, _ extent: Extent, _ packet: inout Packet) {
    switch type {
    case EtherType.ipv4: IPv4.dissect(frame, extent, &packet)
    case EtherType.ipv6: IPv6.dissect(frame, extent, &packet)
    case EtherType.vlan, EtherType.serviceVLAN, EtherType.oldServiceVLAN: VLAN.dissect(frame, extent, &packet)
    default: break
    }
  }
}
