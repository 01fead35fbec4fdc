/// LINKTYPE_RAW: the packet itself, of the version that its first four bits tell.
enum RawIP {
  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    guard extent.count > 0 else { return }
    switch frame.u8(extent.start) >> 4 {
    case 4: IPv4.dissect(frame, extent, &packet)
    case 6: IPv6.dissect(frame, extent, &packet)
    default: break
    }
  }
}
