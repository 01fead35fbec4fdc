/// RFC 4443.
enum ICMPv6 {
  static let header = 8
  static let packetTooBig: UInt8 = 2
  static let echoRequest: UInt8 = 128
  static let echoReply: UInt8 = 129

  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    guard extent.count >= header else { return }
    let start = extent.start
    packet.has.insert(.icmp)
    packet.icmpType = frame.u8(start)
    packet.icmpCode = frame.u8(start &+ 1)
    switch packet.icmpType {
    case echoRequest, echoReply:
      packet.icmpIdentifier = frame.u16(start &+ 4)
      packet.icmpSequence = frame.u16(start &+ 6)
    // Unreachable, too big, time exceeded, parameter problem.
    case 1...4:
      if packet.icmpType == packetTooBig { packet.icmpMTU = frame.u32(start &+ 4) }
      Quotation.dissect(frame, extent.advanced(by: header), &packet)
    default: break
    }
  }
}
