/// What stands between an outer packet and the one that it carries.
struct TunnelHeader {
  var kind: Tunnel.Kind
  var identifier: UInt32 = 0
  /// In bytes, from the outer packet's payload on.
  var length: Int
  /// The EtherType of what follows.
  var type: UInt16

  static let ipv4: UInt8 = 4
  static let ipv6: UInt8 = 41
  static let gre: UInt8 = 47

  /// Of what `outer` carries at the extent's start; nil where that is no tunnel, or its header is not all there.
  static func read(_ frame: RawSpan, _ extent: Extent, of outer: Packet) -> TunnelHeader? {
    switch outer.transport {
    case IPProtocol.udp where outer.has.contains(.udp):
      switch outer.destinationPort {
      case VXLAN.port, VXLAN.firstLinuxPort: VXLAN.header(frame, extent)
      case Geneve.port: Geneve.header(frame, extent)
      default: nil
      }
    case gre: GRE.header(frame, extent)
    case ipv4 where extent.count > 0: TunnelHeader(kind: .ipInIP, length: 0, type: EtherType.ipv4)
    case ipv6 where extent.count > 0: TunnelHeader(kind: .ipInIP, length: 0, type: EtherType.ipv6)
    default: nil
    }
  }
}
