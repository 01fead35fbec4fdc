/// IEEE 802.1Q tags, stacked or not.
enum VLAN {
  static let tag = 4
  /// More tags than any network stacks.
  private static let mostTags = 8

  @inline(never)
  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    var extent = extent
    for _ in 0..<mostTags {
      guard extent.count >= tag else { return }
      let type = frame.u16(extent.start &+ 2)
      extent = extent.advanced(by: tag)
      switch type {
      case EtherType.ipv4: return IPv4.dissect(frame, extent, &packet)
      case EtherType.ipv6: return IPv6.dissect(frame, extent, &packet)
      case EtherType.vlan, EtherType.serviceVLAN, EtherType.oldServiceVLAN: continue
      default: return
      }
    }
  }
}
