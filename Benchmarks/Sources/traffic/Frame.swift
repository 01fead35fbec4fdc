/// What one packet says, whichever addresses it wears.
struct Frame {
  /// Ethernet, IPv4, TCP with a timestamp.
  static let headers = 14 + 20 + 32

  enum Flags {
    static let fin: UInt8 = 0x01
    static let syn: UInt8 = 0x02
    static let push: UInt8 = 0x08
    static let ack: UInt8 = 0x10
  }

  var flow: UInt32 = 0
  var slot: Int32 = 0
  var sequence: UInt32 = 0
  var acknowledgment: UInt32 = 0
  var stamp: UInt32 = 0
  var echo: UInt32 = 0
  var identification: UInt16 = 0
  var payload: UInt16 = 0
  var flags: UInt8 = 0
  var fromClient = true
}

/// The addresses of a flow, by its number alone.
struct Addresses {
  let client: (address: UInt32, port: UInt16)
  /// What the gateway makes of the client.
  let translated: (address: UInt32, port: UInt16)
  let server: (address: UInt32, port: UInt16)

  private static let clients: UInt32 = 251
  private static let ports: UInt32 = 50_000

  init(flow: UInt32) {
    client = (0x0a01_0002 + flow % Self.clients, UInt16(10_000 + flow / Self.clients % Self.ports))
    // 7919 has no factor in common with the number of ports: no two flows get the same one.
    translated = (0xc000_0201 + flow / Self.ports, UInt16(10_000 + flow % Self.ports * 7_919 % Self.ports))
    server = (0xc633_6401 + flow % 16, 443)
  }
}

/// Numbers that look random, the same in every run (Sebastiano Vigna's splitmix64).
func scramble(_ value: UInt64) -> UInt64 {
  var z = value &+ 0x9e37_79b9_7f4a_7c15
  z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
  z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
  return z ^ (z >> 31)
}
