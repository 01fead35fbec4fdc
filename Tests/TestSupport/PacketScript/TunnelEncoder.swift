import Wire

extension FrameEncoder {
  /// A packet as the column's tunnels carry it; as it is where none does.
  func wrapped(_ inner: [UInt8], _ packet: ScriptedPacket) -> [UInt8] {
    let tunnels = script.declarations.tunnels[column.name] ?? script.declarations.tunnels[column.vantage] ?? []
    for tunnel in tunnels {
      guard let from = tunnel.nodes[packet.from.name], let to = tunnel.nodes[packet.to.name],
        let source = script.declarations.addresses[from], let destination = script.declarations.addresses[to]
      else { continue }
      let header = InternetEncoder(
        source: source.endpoint.address, destination: destination.endpoint.address,
        identification: UInt16(truncatingIfNeeded: sighting.line + 5_001), timeToLive: 64, dontFragment: true,
        isTSO: false, fragment: nil)
      return header.packet(tunnel.transport(inner), tunnel.payload(inner))
    }
    return inner
  }
}

extension ScriptedTunnel {
  fileprivate func transport(_ inner: [UInt8]) -> UInt8 {
    switch kind {
    case .vxlan, .geneve: 17
    case .gre: 47
    case .ipip: isIPv6(inner) ? 41 : 4
    }
  }

  fileprivate func payload(_ inner: [UInt8]) -> [UInt8] {
    let type: UInt16 = isIPv6(inner) ? 0x86dd : 0x0800
    let bridged = LinkEncoder(isIPv6: isIPv6(inner), direction: .unknown, interface: 0).frame(.ethernet, inner)
    switch kind {
    case .vxlan: return udp(4_789, [8, 0, 0, 0] + bigEndian(identifier << 8) + bridged)
    case .geneve: return udp(6_081, [0, 0] + bigEndian(0x6558 as UInt16) + bigEndian(identifier << 8) + bridged)
    case .gre:
      let key = identifier == 0 ? [] : bigEndian(identifier)
      return bigEndian(key.isEmpty ? 0 : 0x2000 as UInt16) + bigEndian(type) + key + inner
    case .ipip: return inner
    }
  }

  /// From a port that stays the same for all that is between the same ends, without a checksum.
  private func udp(_ port: UInt16, _ payload: [UInt8]) -> [UInt8] {
    bigEndian(50_000 as UInt16) + bigEndian(port) + bigEndian(UInt16(truncatingIfNeeded: 8 + payload.count)) + [0, 0]
      + payload
  }

  private func isIPv6(_ packet: [UInt8]) -> Bool { packet.first.map { $0 >> 4 == 6 } ?? false }
}
