import CaseModel
import Correlation
import Testing

struct FateTests {
  private func script(after: String) -> String {
    """
    vantage client has C
    vantage server has S clock 2.5
    address C 10.1.0.2:40000
    address S 10.2.0.9:80 isn 9000
    client server packet
    0.000  0.005  C > S [S] seq 0 <mss 1460, ts 1 0>
    0.010  0.005  S > C [S.] seq 0 ack 1 <mss 1460, ts 1 1>
    0.011  0.016  C > S [.] seq 1 ack 1 <nop, nop, ts 2 1>
    0.012  0.017  small: C > S [P.] 1:101 ack 1 <nop, nop, ts 3 1>
    0.022  0.017  S > C [.] seq 1 ack 101 <nop, nop, ts 4 3>
    0.023  -      large: C > S [P.] 101:1561 ack 1 <nop, nop, ts 5 4>
    \(after)
    """
  }

  @Test func `lost is what the next place does not show while it shows later bytes`() throws {
    let scripted = try ScriptedCase(script(after: "0.024  0.029  tail: C > S [P.] 1561:1600 ack 1 <nop, nop, ts 6 4>"))
    #expect(scripted.fate("large", at: "client") == .lost)
    #expect(scripted.fate("small", at: "client") == .delivered)
    #expect(scripted.fate("small", at: "server") == .beyond)
  }

  @Test func `lost is also what a capture that ran on never shows`() throws {
    let other = """
      3.000  3.005  C:40001 > S [S] seq 0 <mss 1460, ts 1 0>
      3.010  3.005  S > C:40001 [S.] seq 0 ack 1 <mss 1460, ts 1 1>
      """
    #expect(try ScriptedCase(script(after: other)).fate("large", at: "client") == .lost)
  }

  @Test func `at the end of a capture nothing is lost for sure`() throws {
    #expect(try ScriptedCase(script(after: "")).fate("large", at: "client") == .unknown)
  }

  /// Nothing comes to the server's capture any more; its clock is 2.5 s ahead.
  @Test(arguments: [
    ("stop", 4.6, Fate.lost), ("duration", 4.6, .lost), ("stop", 4.4, .unknown), ("died", 4.6, .unknown),
  ]) func `lost is also what never comes to a capture that was stopped long after`(
    by reason: String, at seconds: Double, fate: Fate
  ) throws {
    let end = HostTime(nanoseconds: 1_795_237_833_000_000_000 + Int64(seconds * 1e9))
    let scripted = try ScriptedCase(script(after: ""), ended: ["server": (reason, end)])
    #expect(scripted.fate("large", at: "client") == fate)
  }

  @Test func `a capture that dropped frames proves no loss`() throws {
    let text = script(after: "0.024  0.029  tail: C > S [P.] 1561:1600 ack 1 <nop, nop, ts 6 4>")
    let scripted = try ScriptedCase(text, drops: ["server": 1])
    #expect(scripted.fate("large", at: "client") == .unknown)
    #expect(scripted.timeline.doubts.contains { $0.vantage == "server" && $0.couldHideFault })
  }

  @Test func `acknowledged and never shown is missed by the capture, not by the network`() throws {
    let after = """
      0.034  0.029  S > C [.] seq 1 ack 1561 <nop, nop, ts 7 5>
      0.035  0.040  C > S [P.] 1561:1600 ack 1 <nop, nop, ts 8 7>
      0.045  0.040  S > C [.] seq 1 ack 1600 <nop, nop, ts 9 8>
      """
    let scripted = try ScriptedCase(script(after: after))
    #expect(scripted.fate("large", at: "client") == .unknown)
    #expect(scripted.timeline.vantages[scripted.vantage("server")].health.unseenAcknowledgedBytes == 1_460)
    #expect(scripted.timeline.vantages[scripted.vantage("client")].health.unseenAcknowledgedBytes == 0)
  }

  @Test func `a capture of SYN, FIN and RST alone misses no data`() throws {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      client server packet
      0.000  0.005  C > S [S] seq 0 <mss 1460, ts 1 0>
      0.010  0.005  S > C [S.] seq 0 ack 1 <mss 1460, ts 1 1>
      0.012  -      data: C > S [P.] 1:101 ack 1 <nop, nop, ts 3 1>
      0.112  0.117  C > S [F.] seq 101 ack 1 <nop, nop, ts 4 1>
      """)
    #expect(scripted.fate("data", at: "client") == .unknown)
  }

  @Test func `what passed one side of a gateway tells nothing of when the server's capture began`() throws {
    let scripted = try ScriptedCase(
      """
      vantage gateway link sll2
      vantage server has S clock 2.5
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      gateway@eth0 gateway@eth1 server packet
      0.002        0.0021       -      early: C > S [S] seq 0 <mss 1460, ts 1 0> ttl 64/63/63
      1.002        1.0021       1.005  C > S [S] seq 0 <mss 1460, ts 1001 0> ttl 64/63/63
      1.008        1.0079       1.005  S > C [S.] seq 0 ack 1 <mss 1460, ts 1 1> ttl 63/64/64
      1.013        1.0131       1.016  C > S [.] seq 1 ack 1 <nop, nop, ts 1012 1> ttl 64/63/63
      """)
    #expect(scripted.fate("early", at: "gateway@eth0") == .delivered)
    #expect(scripted.fate("early", at: "gateway@eth1") == .unknown)
  }
}
