import TestSupport
import Testing
import Wire

/// A way to put packets into packets, outermost layer first.
struct Carrier: CustomTestStringConvertible, Sendable {
  var layers: [Layer]
  /// What the innermost layer holds: Ethernet frames, or packets of one IP version.
  var link = "ethernet"
  var isIPv6 = false
  var testDescription: String

  /// One layer's bytes before what it carries, whose length it may have to tell.
  enum Layer: Sendable {
    case ipv4(UInt8), ipv6(UInt8)
    /// IPv6 with a destination options header before the protocol: how Linux sends its tunnels' encapsulation limit.
    case ipv6Options(UInt8)
    case udp(UInt16)
    case header([UInt8])

    func carrying(_ inner: [UInt8]) -> [UInt8] {
      switch self {
      case .ipv4(let next):
        [0x45, 0] + bytes16(20 + inner.count) + [0, 7, 0x40, 0, 61, next, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2] + inner
      case .ipv6(let next): [0x60, 0, 0, 0] + bytes16(inner.count) + [next, 62] + ends6 + inner
      case .ipv6Options(let next): Layer.ipv6(60).carrying([next, 0, 4, 1, 4, 1, 1, 0] + inner)
      case .udp(let port): bytes16(54_321) + bytes16(Int(port)) + bytes16(8 + inner.count) + [0, 0] + inner
      case .header(let bytes): bytes + inner
      }
    }

    private var ends6: [UInt8] {
      let network: [UInt8] = [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11)
      return network + [1] + network + [2]
    }
  }

  init(_ name: String, _ layers: [Layer], link: String = "ethernet", isIPv6: Bool = false) {
    testDescription = name
    self.layers = layers
    self.link = link
    self.isIPv6 = isIPv6
  }

  static let vxlan: [UInt8] = [0x08, 0, 0, 0, 0x12, 0x34, 0x56, 0]
  static let vxlanOnly = Carrier("VXLAN", [.ipv4(17), .udp(4789), .header(vxlan)])

  static let all = [
    vxlanOnly,
    Carrier("VXLAN on the first Linux port", [.ipv6(17), .udp(8472), .header(vxlan)]),
    Carrier("VXLAN in VXLAN", vxlanOnly.layers + [.header(stations + [0x08, 0])] + vxlanOnly.layers),
    Carrier("Geneve", [.ipv4(17), .udp(6081), .header([0, 0, 0x65, 0x58, 0, 0, 9, 0])]),
    Carrier(
      "Geneve with options",
      [
        .ipv4(17), .udp(6081),
        .header([3, 0x40, 0x65, 0x58, 0xff, 0xff, 0xff, 0, 1, 1, 0x80, 2, 0, 0, 0, 0, 0, 0, 0, 1]),
      ]),
    Carrier("Geneve of IPv4", [.ipv4(17), .udp(6081), .header([0, 0, 8, 0, 0, 0, 9, 0])], link: "raw"),
    Carrier("GRE", [.ipv4(47), .header([0, 0, 8, 0])], link: "raw"),
    Carrier("GRE of IPv6", [.ipv4(47), .header([0, 0, 0x86, 0xdd])], link: "raw", isIPv6: true),
    Carrier(
      "GRE with a key and a sequence number",
      [.ipv6Options(47), .header([0x30, 0, 8, 0, 0xde, 0xad, 0xbe, 0xef, 0, 0, 0, 1])], link: "raw"),
    Carrier(
      "GRE of Ethernet with everything",
      [.ipv4(47), .header([0xb0, 0, 0x65, 0x58, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1])]),
    Carrier("IPv4 in IPv4", [.ipv4(4)], link: "raw"),
    Carrier("IPv6 in IPv4", [.ipv4(41)], link: "raw", isIPv6: true),
    Carrier("IPv4 in IPv6", [.ipv6Options(4)], link: "raw"),
    Carrier("IPv6 in IPv6", [.ipv6(41)], link: "raw", isIPv6: true),
    Carrier("IPv4 in GRE in IPv6", [.ipv6(47), .header([0, 0, 8, 0]), .ipv4(4)], link: "raw"),
  ]

  private static let stations: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]

  /// What is put inside.
  func inside() throws -> Reading {
    let ends = isIPv6 ? "C6 > S6" : "C > S"
    let script = try PacketScript(
      """
      vantage here link \(link)
      address C 10.1.0.2:40000 isn 4294967290
      address S 10.2.0.9:80
      address C6 [2001:db8::2]:40000
      address S6 [2001:db8::9]:80
      here packet
      0.1 \(ends) [S] seq 0 win 64240 <mss 1410, sackok, ts 100 0, nop, wscale 7> df
      0.2 \(ends) [P.] 1:1351 ack 1 <ts 101 7> ttl 9
      0.3 \(ends) [R.] seq 1 ack 5
      0.4 \(ends) udp len 33
      0.5 \(ends) icmp echo icmpid 7 icmpseq 2 len 10
      """)
    return try Reading(script.capture("here"))
  }

  func frame(around inner: [UInt8]) -> [UInt8] { layers.reversed().reduce(inner) { $1.carrying($0) } }

  /// - Parameter snaplen: captured bytes of each frame.
  func capture(snaplen: Int = .max) throws -> [UInt8] {
    var writer = PcapngWriter(ByteArraySink())
    let interface = try writer.interface(CaptureInterface(linkType: .raw))
    for inner in try inside().frames {
      let frame = frame(around: inner)
      try frame.prefix(snaplen).withUnsafeBytes {
        try writer.packet(
          $0, interface: interface, time: 5, originalLength: UInt32(frame.count), direction: .outbound)
      }
    }
    try writer.finish()
    return writer.sink.bytes
  }
}

private func bytes16(_ number: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: number >> 8), UInt8(number & 255)] }
