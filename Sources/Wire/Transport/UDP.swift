/// RFC 768.
enum UDP {
  static let header = 8

  @inline(__always)
  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    let start = extent.start
    guard extent.count >= 4 else { return }
    packet.sourcePort = frame.u16(start)
    packet.destinationPort = frame.u16(start &+ 2)
    guard extent.count >= header else { return }
    packet.has.insert(.udp)
    let length = Int(frame.u16(start &+ 4))
    // 0 is a jumbogram's or left to the network card; more than the packet holds is a first fragment's, or a lie.
    let datagram = length >= header ? extent.ending(at: min(extent.wire, start &+ length)) : extent
    Payload.note(frame, datagram.advanced(by: header), &packet)
  }
}
