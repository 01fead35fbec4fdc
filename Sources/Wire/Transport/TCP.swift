/// RFC 9293. Ports and sequence number are taken also where the rest of the header was not captured.
enum TCP {
  static let header = 20

  @inline(__always)
  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    let start = extent.start
    guard extent.count >= header else { return dissectCut(frame, extent, &packet) }
    let ports = frame.u32(start)
    packet.sourcePort = UInt16(truncatingIfNeeded: ports >> 16)
    packet.destinationPort = UInt16(truncatingIfNeeded: ports)
    packet.sequence = frame.u32(start &+ 4)
    packet.acknowledgment = frame.u32(start &+ 8)
    packet.flags = TCPFlags(rawValue: frame.u8(start &+ 13))
    packet.window = frame.u16(start &+ 14)
    let length = Int(frame.u8(start &+ 12) >> 4) &* 4
    // A header shorter than itself, or longer than its packet: no telling where the payload begins.
    guard length >= header, start &+ length <= extent.wire else { return }
    packet.has.insert(.tcp)
    if length > header {
      TCPOptions.dissect(frame, from: start &+ header, to: start &+ length, captured: extent.captured, &packet)
    } else {
      packet.has.insert(.options)
    }
    Payload.note(frame, extent.advanced(by: length), &packet)
  }

  private static func dissectCut(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    guard extent.count >= 4 else { return }
    packet.sourcePort = frame.u16(extent.start)
    packet.destinationPort = frame.u16(extent.start &+ 2)
    if extent.count >= 8 { packet.sequence = frame.u32(extent.start &+ 4) }
  }
}
