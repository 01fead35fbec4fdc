import Alignment
import CaseModel
import Correlation
import Testing

struct TunnelTests {
  /// Two pods on two nodes; the nodes are captured at their cards, inside the tunnel, the second node 0.8 s ahead.
  private func overlay(_ kind: String, lost: String = "0.0334") -> String {
    """
    vantage pod
    vantage n1 clock -2
    vantage n2 clock 0.8
    vantage server clock 0.8
    address C 10.244.1.2:40000 isn 1000
    address S 10.244.2.9:80 isn 3000000000
    address A 192.0.2.1
    address B 192.0.2.2
    tunnel n1 \(kind) C at A S at B
    tunnel n2 \(kind) C at A S at B

    pod     n1      n2      server packet
    0.0000  0.0001  0.0011  0.0012 syn: C > S [S] seq 0 win 64240 <mss 1410, sackok, ts 100 0, wscale 7>
    0.0025  0.0024  0.0014  0.0013 S > C [S.] seq 0 ack 1 win 65160 <mss 1410, sackok, ts 900 100, wscale 7>
    0.0026  0.0027  0.0037  0.0038 C > S [.] seq 1 ack 1 win 502 <nop, nop, ts 112 900>
    0.0126  0.0127  0.0137  0.0138 ask: C > S [P.] 1:121 ack 1 win 502 <nop, nop, ts 113 900>
    0.0151  0.0150  0.0140  0.0139 S > C [.] seq 1 ack 121 win 509 <nop, nop, ts 913 113>
    0.0262  0.0251  0.0241  0.0240 tell: S > C [P.] 1:201 ack 121 win 509 <nop, nop, ts 914 113>
    0.0263  0.0264  0.0274  0.0275 C > S [.] seq 121 ack 201 win 501 <nop, nop, ts 126 914>
    -       -       0.0334  0.0333 big: S > C [P.] 201:1601 ack 121 win 509 <nop, nop, ts 930 126>
    2.0000  2.0001  2.0011  2.0012 C > S [P.] 121:131 ack 201 win 501 <nop, nop, ts 2126 914>
    2.0025  2.0024  2.0014  2.0013 S > C [.] seq 1601 ack 131 win 509 <nop, nop, ts 2930 2126>
    """
  }

  @Test(arguments: ["vxlan 42", "geneve 42", "gre 42", "gre 0", "ipip 0"])
  func `a packet is followed from pod to pod through the nodes' tunnel`(_ kind: String) throws {
    let scripted = try ScriptedCase(overlay(kind))
    let flow = try #require(scripted.timeline.flows.first)
    #expect(flow.transport == 6 && flow.isConnection)
    #expect(flow.records == 38)
    #expect(scripted.path(0, fromOpener: true) == "pod n1 n2 server")
    #expect(scripted.path(0, fromOpener: false) == "server n2 n1 pod")
    #expect(try scripted.timeline.story(0).paths.fromOpener.map(\.isInTunnel) == [false, true, true, false])
    #expect(scripted.link("ask", at: "server") == scripted.link(to: "ask", at: "n2", .unique))
    #expect(scripted.link("ask", at: "n2") == scripted.link(to: "ask", at: "n1", .unique))
    #expect(scripted.link("ask", at: "n1") == scripted.link(to: "ask", at: "pod", .unique))
    #expect(scripted.fate("big", at: "server") == .delivered)
    #expect(scripted.fate("big", at: "n2") == .lost)
  }

  @Test func `clocks are found through the tunnel`() throws {
    let timeline = try ScriptedCase(overlay("vxlan 42")).timeline
    #expect(timeline.doubts.isEmpty)
    for (vantage, truth) in [(1, 2_000_000_000.0), (2, -800_000_000), (3, -800_000_000)] {
      let clock = try #require(timeline.vantages[vantage].clock)
      let first = try #require(timeline.vantages[vantage].health.first)
      #expect(abs(Double(clock.caseTime(first).nanoseconds - first.nanoseconds) - truth) <= clock.worstBound)
    }
  }

  @Test func `the tunnel is a flow of its own, from node to node, and no connection`() throws {
    let scripted = try ScriptedCase(overlay("vxlan 42"))
    let tunnels = scripted.timeline.flows.filter(\.isTunnel)
    #expect(tunnels.map(\.transport) == [17])
    #expect(tunnels.map(\.records) == [19])
    #expect(
      tunnels.first?.aliases.map { "\($0.vantage) \($0.opener) > \($0.acceptor)" } == [
        "1 192.0.2.1:4789 > 192.0.2.2:4789", "2 192.0.2.1:4789 > 192.0.2.2:4789",
      ])
    #expect(scripted.timeline.flows.count(where: \.isConnection) == 1)
    let first = scripted.timeline.flows.firstIndex { $0.isTunnel }
    let story = try scripted.timeline.story(#require(first))
    for (vantage, other) in [(1, 2), (2, 1)] {
      for (record, link) in zip(story.tracks[vantage].records, story.tracks[vantage].upstream) {
        let isSentHere = record.isFromOpener == (vantage == 1)
        #expect(isSentHere ? link == .none : link.match == .unique && link.to?.vantage == other)
      }
    }
  }

  @Test func `what a tunnel loses is lost once`() throws {
    let scripted = try ScriptedCase(overlay("vxlan 42"))
    let lost = try scripted.timeline.flows.indices.flatMap { try scripted.timeline.story($0).tracks.flatMap(\.fates) }
      .filter { $0 == .lost }
    #expect(lost.count == 1)
  }

  @Test func `frames are counted once`() throws {
    let timeline = try ScriptedCase(overlay("vxlan 42")).timeline
    #expect(timeline.vantages.map(\.health.frames) == [9, 9, 10, 10])
  }

  /// A node's capture shows each packet plain at the bridge and wrapped at the card.
  @Test(arguments: ["ethernet", "sll", "sll2"])
  func `plain and wrapped are two places of one capture`(_ link: String) throws {
    let scripted = try ScriptedCase(
      """
      vantage n1 link \(link) has A
      vantage server clock 0.8
      address C 10.244.1.2:40000 isn 1000
      address S 10.244.2.9:80 isn 3000000000
      address A 192.0.2.1
      address B 192.0.2.2
      tunnel n1@eth0 vxlan 42 C at A S at B

      n1@cni0 n1@eth0 server packet
      0.0000  0.0001  0.0012 syn: C > S [S] seq 0 <ts 100 0> ttl 64/63/63
      0.0025  0.0024  0.0013 S > C [S.] seq 0 ack 1 <ts 900 100> ttl 63/64/64
      0.0026  0.0027  0.0038 C > S [.] seq 1 ack 1 <ts 112 900> ttl 64/63/63
      0.0126  0.0127  0.0138 ask: C > S [P.] 1:121 ack 1 <ts 113 900> ttl 64/63/63
      0.0151  0.0150  0.0139 tell: S > C [P.] 1:11 ack 121 <ts 913 113> ttl 63/64/64
      """)
    #expect(scripted.timeline.flows.count(where: \.isConnection) == 1)
    #expect(try scripted.timeline.story(0).paths.fromOpener.map(\.isInTunnel) == [false, true, false])
    #expect(try scripted.timeline.story(0).paths.fromAcceptor.map(\.isInTunnel) == [false, true, false])
    for label in ["syn", "ask"] {
      #expect(scripted.link(label, at: "n1@eth0") == scripted.link(to: label, at: "n1@cni0", .unique))
      #expect(scripted.link(label, at: "server") == scripted.link(to: label, at: "n1@eth0", .unique))
    }
    #expect(scripted.link("tell", at: "n1@cni0") == scripted.link(to: "tell", at: "n1@eth0", .unique))
  }

  @Test func `two tenants with the same addresses are two flows`() throws {
    let scripted = try ScriptedCase(
      """
      vantage n1
      vantage n2 clock 0.8
      address C 10.0.0.2:5000
      address S 10.0.0.9:53
      address D 10.0.0.2:5000
      address T 10.0.0.9:53
      address A 192.0.2.1
      address B 192.0.2.2
      tunnel n1 vxlan 42 C at A S at B
      tunnel n2 vxlan 42 C at A S at B
      tunnel n1 vxlan 43 D at A T at B
      tunnel n2 vxlan 43 D at A T at B
      n1    n2    packet
      0.000 0.001 one: C > S udp data "who is there"
      0.010 0.011 two: D > T udp data "what is this"
      0.021 0.020 S > C udp data "it is me"
      0.031 0.030 T > D udp data "nothing"
      """)
    #expect(scripted.timeline.flows.count(where: \.isConnection) == 2)
    #expect(scripted.flow("one", at: "n1") == scripted.flow("one", at: "n2"))
    #expect(scripted.flow("two", at: "n1") == scripted.flow("two", at: "n2"))
    #expect(scripted.flow("one", at: "n1") != scripted.flow("two", at: "n1"))
  }

  @Test func `captures that begin in mid-flow are linked through a tunnel`() throws {
    let text = overlay("vxlan 42").split(separator: "\n")
    let isTable = { (line: Substring) in line.contains(" C > S ") || line.contains(" S > C ") }
    let table = text.filter(isTable).dropFirst(3)
    let late =
      text.filter { !isTable($0) }
      + table.enumerated().map { number, line in
        // The server's capture begins two packets later still.
        number < 2 ? Substring(line.replacing(/^(\s*\S+\s+\S+\s+\S+\s+)\S+/) { "\($0.output.1)-" }) : line
      }
    let scripted = try ScriptedCase(late.joined(separator: "\n"))
    #expect(scripted.timeline.flows.count(where: \.isConnection) == 1)
    #expect(scripted.link("tell", at: "pod") == scripted.link(to: "tell", at: "n1", .unique))
  }
}
