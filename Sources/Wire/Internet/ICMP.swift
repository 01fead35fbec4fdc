/// RFC 792, with the next-hop MTU of RFC 1191.
enum ICMP {
  static let header = 8
  static let echoReply: UInt8 = 0
  static let unreachable: UInt8 = 3
  static let sourceQuench: UInt8 = 4
  static let redirect: UInt8 = 5
  static let echoRequest: UInt8 = 8
  static let timeExceeded: UInt8 = 11
  static let parameterProblem: UInt8 = 12
  static let fragmentationNeeded: UInt8 = 4

  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    guard extent.count >= header else { return }
    let start = extent.start
    packet.has.insert(.icmp)
    packet.icmpType = frame.u8(start)
    packet.icmpCode = frame.u8(start &+ 1)
    switch packet.icmpType {
    case echoReply, echoRequest:
      packet.icmpIdentifier = frame.u16(start &+ 4)
      packet.icmpSequence = frame.u16(start &+ 6)
    case unreachable, sourceQuench, redirect, timeExceeded, parameterProblem:
      if packet.icmpType == unreachable, packet.icmpCode == fragmentationNeeded {
        packet.icmpMTU = UInt32(frame.u16(start &+ 6))
      }
      Quotation.dissect(frame, extent.advanced(by: header), &packet)
    default: break
    }
  }
}
