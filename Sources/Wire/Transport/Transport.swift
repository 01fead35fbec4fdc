/// What stands above IP, by its protocol number.
enum Transport {
  @inline(__always)
  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    if packet.fragmentOffset > 0 {
      packet.has.insert(.laterFragment)
      return Payload.note(frame, extent, &packet)
    }
    switch packet.transport {
    case IPProtocol.tcp: TCP.dissect(frame, extent, &packet)
    case IPProtocol.udp: UDP.dissect(frame, extent, &packet)
    case IPProtocol.icmp where !packet.source.isIPv6:
      Payload.note(frame, extent, &packet)
      ICMP.dissect(frame, extent, &packet)
    case IPProtocol.icmpv6 where packet.source.isIPv6:
      Payload.note(frame, extent, &packet)
      ICMPv6.dissect(frame, extent, &packet)
    default: Payload.note(frame, extent, &packet)
    }
  }
}
