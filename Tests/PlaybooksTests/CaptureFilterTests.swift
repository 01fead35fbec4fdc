import CaptureFilters
import Playbooks
import Testing

@Suite struct CaptureFilterTests {
  @Test(arguments: [
    "", "tcp port 80", "host 10.0.0.1 and not port 22", "ip6 host 2001:db8::9", "net 10.0.0.0/8", "net 192.168",
    "ether host 02:00:0a:03:9d:00", "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "tcp[13] & 7 != 0", "portrange 8000-8100",
    "ip[6:2] & 0x1fff != 0", "udp[((udp[8] & 0x3f) << 2) + 30:2] = 80", "vlan 7 and tcp", "proto \\tcp", "ip proto 47",
    "greater 100 and less 50", "icmp[icmptype] == icmp-unreach", "ether proto 0x88cc", "len > 1400 - 4",
  ]) func `filters that compile`(filter: String) {
    #expect(captureFilterProblem(filter) == nil)
  }

  @Test(arguments: [
    ("host web1", "`web1` would have to be looked up by name: write the address or the number"),
    ("src net office", "`office` would have to be looked up by name: write the address or the number"),
    (
      "dst web-1.example.com", "`web-1.example.com` would have to be looked up by name: write the address or the number"
    ),
    ("port http", "`http` would have to be looked up by name: write the address or the number"),
    ("host b\u{FC}ro", "`b\u{FC}ro` would have to be looked up by name: write the address or the number"),
    ("tcp port 70000", "illegal port number 70000 > 65535"),
    ("tcp port", "can't parse filter expression: syntax error"),
    ("tcp and (port 80", "can't parse filter expression: syntax error"),
    ("tcp and udp", "expression rejects all packets"),
    (
      (1...300).map { "port \($0)" }.joined(separator: " or "),
      "it is too long for libpcap's optimizer: use `portrange` or `net`, or fewer words"
    ),
    (String(repeating: "(", count: 20_000), "can't parse filter expression: memory exhausted"),
    ("tcp\0port 80", "it has a NUL byte in it"),
  ]) func `filters that do not`(filter: String, says: String) {
    #expect(captureFilterProblem(filter) == says)
  }

  @Test func `many threads may ask`() async {
    await withTaskGroup(of: Bool.self) { group in
      for number in 1...200 { group.addTask { captureFilterProblem("tcp port \(number)") == nil } }
      for await isFine in group { #expect(isFine) }
    }
  }

  @Test(arguments: [1, 4, 16]) func `a flow's filter compiles for every number of ports`(count: Int) throws {
    let ports = (0..<count).map { "\(8000 + $0)" }.joined(separator: ", ")
    let text = "name: x\nroles: { a: {} }\ncaptures: [{ on: a, flow: { port: [\(ports)] } }]"
    let parsed = parsePlaybook(
      text, file: "p.yaml", variables: [:], fillMissing: false, filterProblem: captureFilterProblem)
    #expect(parsed.problems.isEmpty)
    #expect(try #require(parsed.value).captures.count == 1)
  }

  @Test(
    arguments: [
      (
        "host 10.0.0.1 and host 10.0.0.2 and tcp port 80",
        "the other side of a NAT, ICMP errors, later fragments, VLAN and tunnel copies"
      ),
      ("src 10.0.0.1", "the other side of a NAT, VLAN and tunnel copies"),
      ("tcp[tcpflags] & tcp-rst != 0", "ICMP errors, later fragments, VLAN and tunnel copies, IPv6"),
      (
        "port 80 and (tcp[tcpflags] & tcp-rst != 0 or ip6[53] & 4 != 0)",
        "ICMP errors, later fragments, VLAN and tunnel copies"
      ),
      ("port 80 or icmp or icmp6 or ip[6:2] & 0x1fff != 0 or ip6 proto 44 or (vlan and port 80)", nil),
      ("arp", nil),
    ] as [(String, String?)]) func `what a filter hides`(filter: String, hides: String?)
  {
    let text = "name: x\nroles: { a: {} }\ncaptures: [{ on: a, filter: '\(filter)' }]"
    let parsed = parsePlaybook(
      text, file: "p.yaml", variables: [:], fillMissing: false, filterProblem: captureFilterProblem)
    #expect(parsed.problems.map(\.message) == (hides.map { ["this filter hides \($0)"] } ?? []))
    #expect(parsed.value != nil)
  }
}
