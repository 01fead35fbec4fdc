/// What `flow: { port }` captures: the ports on any transport, what a router may say about them, pieces of them, and copies of
/// them inside the common tunnels.
///
/// In pcap-filter's language, for any link type and for libpcap from 1.5 on. `vlan` is not in it: libpcap refuses the word on
/// `any`, and Linux hands a tagged frame to the filter without its tag.
enum FlowFilter {
  static func text(_ ports: [Port]) -> String {
    let ports = Set(ports).sorted()
    let terms = [
      ports.map { "port \($0)" }.joined(separator: " or "),
      "icmp", "icmp6",
      // Later fragments have no ports. In IPv6 the first has none that the filter finds either.
      "(ip[6:2] & 0x1fff) != 0", "ip6[6] = 44",
      // VXLAN, both its ports: 8 bytes of UDP, 8 of VXLAN, 14 of Ethernet.
      "((udp dst port 4789 or udp dst port 8472) and (\(inner("udp", at: 30, ports))))",
      // Geneve: the same behind its options, whose length it tells in words of 4 bytes.
      "(udp dst port 6081 and (\(inner("udp", at: 30, behind: "((udp[8] & 0x3f) << 2)", ports))))",
      // libpcap cannot look inside UDP over IPv6, so those tunnels come whole.
      "(ip6 and (udp dst port 4789 or udp dst port 8472 or udp dst port 6081))",
      "(ip proto 4 and (\(inner("ip", at: 20, ports))))",
      // GRE and IPv6 in IPv4 have more shapes than a filter should know.
      "ip proto 47", "ip proto 41",
    ]
    return terms.joined(separator: " or ")
  }

  /// The same judgement on an IP header that lies in the payload of `proto`, its own options aside.
  private static func inner(_ proto: String, at offset: Int, behind: String? = nil, _ ports: [Port]) -> String {
    func at(_ position: Int, _ size: Int = 1) -> String {
      let place = behind.map { "\($0) + \(offset + position)" } ?? "\(offset + position)"
      return size == 1 ? "\(proto)[\(place)]" : "\(proto)[\(place):\(size)]"
    }
    let v4 =
      ["\(at(9)) = 1", "(\(at(6, 2)) & 0x1fff) != 0"]
      + ports.flatMap { ["\(at(20, 2)) = \($0)", "\(at(22, 2)) = \($0)"] }
    let v6 = ["\(at(6)) = 58", "\(at(6)) = 44"] + ports.flatMap { ["\(at(40, 2)) = \($0)", "\(at(42, 2)) = \($0)"] }
    return "((\(at(0)) & 0xf0) = 0x40 and (\(v4.joined(separator: " or "))))"
      + " or ((\(at(0)) & 0xf0) = 0x60 and (\(v6.joined(separator: " or "))))"
  }
}
