import Wire

/// The link layer round a packet.
struct LinkEncoder {
  let isIPv6: Bool
  let direction: Packet.Direction
  let interface: UInt32

  func frame(_ link: VantageSettings.Link, _ packet: [UInt8]) -> [UInt8] { header(link) + packet }

  private func header(_ link: VantageSettings.Link) -> [UInt8] {
    let type: UInt16 = isIPv6 ? 0x86dd : 0x0800
    let packetType: UInt8 = direction == .outbound ? 4 : 0
    switch link {
    case .ethernet: return Self.stations + bigEndian(type)
    case .vlan: return Self.stations + bigEndian(0x8100 as UInt16) + bigEndian(42 as UInt16) + bigEndian(type)
    case .sll: return [0, packetType, 0, 1, 0, 6] + Self.station(1) + [0, 0] + bigEndian(type)
    case .sll2:
      return bigEndian(type) + [0, 0] + bigEndian(interface) + [0, 1, packetType, 6] + Self.station(1) + [0, 0]
    case .raw: return []
    case .null: return isIPv6 ? [30, 0, 0, 0] : [2, 0, 0, 0]
    }
  }

  private static let stations = station(2) + station(1)

  /// Locally administered.
  private static func station(_ number: UInt8) -> [UInt8] { [2, 0, 0, 0, 0, number] }
}
