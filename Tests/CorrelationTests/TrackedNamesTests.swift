import CaseModel
import Correlation
import Evidence
import Testing

/// What a gateway's connection tracking tells confirms links that packets alone leave open.
struct TrackedNamesTests {
  /// One datagram, and one SYN with nothing but its own number to know it by.
  private let script = """
    vantage client
    vantage server clock 0.4
    address C 10.1.0.2:40000 isn 7777
    address N 192.0.2.1:51000
    address S 198.51.100.9:80
    sees server C as N
    client server packet
    0.000 0.005 datagram: C > S udp data "once and never again"
    1.000 1.005 syn: C > S [S] seq 0 win 64240 <mss 1460> id 0
    """

  private func dump(_ lines: String) -> [Readout] {
    [
      Readout(
        host: "gateway", namespace: .host, phase: .during, command: "conntrack_L", cited: "during_conntrack_L.txt",
        text: lines)
    ]
  }

  private let both = """
    udp      17 29 src=10.1.0.2 dst=198.51.100.9 sport=40000 dport=80 [UNREPLIED] src=198.51.100.9 dst=192.0.2.1 sport=80 dport=51000 mark=0 use=1
    tcp      6 117 SYN_SENT src=10.1.0.2 dst=198.51.100.9 sport=40000 dport=80 [UNREPLIED] src=198.51.100.9 dst=192.0.2.1 sport=80 dport=51000 mark=0 use=1
    """

  @Test func `without it they stay apart`() throws {
    #expect(try ScriptedCase(script).timeline.flows.count == 4)
    let others = both.replacing("51000", with: "51001")
    #expect(try ScriptedCase(script, readouts: dump(others)).timeline.flows.count == 4)
  }

  @Test func `with it they are one`() throws {
    let scripted = try ScriptedCase(script, readouts: dump(both))
    #expect(scripted.timeline.flows.count == 2)
    #expect(scripted.flow("syn", at: "client") == scripted.flow("syn", at: "server"))
    #expect(scripted.flow("datagram", at: "client") == scripted.flow("datagram", at: "server"))
  }

  @Test func `it is not believed alone`() throws {
    let other = script.replacing("id 0", with: "id 0 ttl 64").replacing("- syn", with: "syn")
      .replacing(
        "0.000 0.005 datagram: C > S udp data \"once and never again\"",
        with: """
          0.000 - C > S udp data "this one was lost"
          - 0.005 C > S udp data "and this one is another's"
          """)
    let scripted = try ScriptedCase(other, readouts: dump(both))
    #expect(scripted.timeline.flows.count(where: { $0.transport == 17 }) == 2)
  }
}
