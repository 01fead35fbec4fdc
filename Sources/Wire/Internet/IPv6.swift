/// RFC 8200.
enum IPv6 {
  static let header = 40

  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    guard extent.count >= header, frame.u8(extent.start) >> 4 == 6 else { return }
    let start = extent.start
    packet.timeToLive = frame.u8(start &+ 7)
    packet.source = address(frame, start &+ 8)
    packet.destination = address(frame, start &+ 24)
    // No router fragments IPv6.
    packet.dontFragment = true
    let next = frame.u8(start &+ 6)
    let payload = Int(frame.u16(start &+ 4))
    // 0 stands for a jumbogram, or is left to the network card; the frame ends the packet then.
    let isWhole = payload == 0 && next != IPProtocol.noNext
    let whole = isWhole ? extent : extent.ending(at: start &+ header &+ payload)
    guard let rest = IPv6Extensions.dissect(frame, next, whole.advanced(by: header), &packet) else { return }
    packet.has.insert(.ip)
    Transport.dissect(frame, rest, &packet)
  }

  @inline(__always)
  static func address(_ frame: RawSpan, _ at: Int) -> IPAddress {
    IPAddress(high: frame.u64(at), low: frame.u64(at &+ 8), isIPv6: true)
  }
}
