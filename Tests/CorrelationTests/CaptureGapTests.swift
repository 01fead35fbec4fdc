import CaseModel
import Correlation
import Testing

/// What a capture itself has missed, told from what it could not have shown.
struct CaptureGapTests {
  /// A gateway's capture that missed one segment, or none.
  private func forwarded(gateway: String, server: String = "0.018") -> String {
    """
    vantage client has C
    vantage gateway link sll2 clock +1.2
    vantage server has S clock 2.5
    address C 10.1.0.2:40000
    address S 10.2.0.9:80 isn 9000
    client gateway@eth0 gateway@eth1 server packet
    0.000  0.002        0.0021       0.005     C > S [S] seq 0 <mss 1460, ts 1 0>
    0.010  0.008        0.0079       0.005     S > C [S.] seq 0 ack 1 <mss 1460, ts 1 1>
    0.011  0.013        0.0131       0.016     C > S [.] seq 1 ack 1 <nop, nop, ts 2 1>
    0.012  0.014        0.0141       0.017     C > S [P.] 1:101 ack 1 <nop, nop, ts 3 1>
    0.013  \(gateway)   \(server)  missed: C > S [P.] 101:774 ack 1 <nop, nop, ts 4 1>
    0.014  0.016        0.0161       0.019     C > S [P.] 774:800 ack 1 <nop, nop, ts 5 1>
    0.025  0.023        0.0229       0.020     S > C [.] seq 1 ack 800 <nop, nop, ts 6 5>
    """
  }

  @Test func `what captures on both sides show hides no fault`() throws {
    let scripted = try ScriptedCase(forwarded(gateway: "- -"))
    let health = scripted.timeline.vantages[scripted.vantage("gateway")].health
    #expect(health.unseenAcknowledgedBytes == 673)
    #expect(health.unwitnessedBytes == 0)
    #expect(!health.isWhole)
    let doubt = try #require(scripted.timeline.doubts.first)
    #expect(doubt.vantage == "gateway" && !doubt.couldHideFault)
    #expect(scripted.fate("missed", at: "client") == .delivered)
  }

  @Test func `what only one side shows could hide a fault`() throws {
    let scripted = try ScriptedCase(forwarded(gateway: "- -", server: "-"))
    for name in ["gateway", "server"] {
      let health = scripted.timeline.vantages[scripted.vantage(name)].health
      #expect(health.unseenAcknowledgedBytes == 673)
      #expect(health.unwitnessedBytes == 673)
    }
    #expect(scripted.timeline.doubts.map(\.vantage) == ["gateway", "server"])
    #expect(scripted.timeline.doubts.allSatisfy { $0.couldHideFault })
  }

  @Test func `one side of a gateway is enough`() throws {
    let scripted = try ScriptedCase(forwarded(gateway: "0.0151 -"))
    #expect(scripted.timeline.vantages[scripted.vantage("gateway")].health.unseenAcknowledgedBytes == 0)
    #expect(scripted.timeline.doubts.isEmpty)
  }

  /// Traffic is under way when the capture begins; it shows something, nothing for a moment, and everything from then on.
  private func begun(gap: String) throws -> (health: CaptureHealth, doubt: Doubt?) {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      address C 10.1.0.2:40000 isn 1000
      address S 10.2.0.9:80 isn 9000
      client packet
      0.000  C > S [P.] 20001:21001 ack 1
      \(gap)  C > S [P.] 22001:23001 ack 1
      0.020  C > S [P.] 23001:24001 ack 1
      0.030  S > C [.] seq 1 ack 24001
      """)
    return (scripted.timeline.vantages[0].health, scripted.timeline.doubts.first)
  }

  @Test func `a capture may miss something while its filter is put in place`() throws {
    let (health, doubt) = try begun(gap: "0.002")
    #expect(health.unseenAcknowledgedBytes == 1000)
    #expect(health.beginningBytes == 1000)
    #expect(health.unwitnessedBytes == 0)
    #expect(doubt?.couldHideFault == false)
  }

  @Test func `later it may not`() throws {
    let (health, doubt) = try begun(gap: "0.012")
    #expect(health.beginningBytes == 0)
    #expect(health.unwitnessedBytes == 1000)
    #expect(doubt?.couldHideFault == true)
  }

  /// The captures begin while a loss is being repaired: what lies behind the hole had arrived before, and nobody shows it.
  private func repaired(client: String) throws -> [CaptureHealth] {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:40000 isn 1000
      address S 10.2.0.9:80 isn 9000
      client server packet
      0.052  0.002  S > C [.] 1:1001 ack 1
      0.053  0.103  C > S [.] seq 1 ack 1001
      0.155  0.105  S > C [.] 1001:2001 ack 1
      \(client)
      0.156  0.206  C > S [.] seq 1 ack 3001
      0.300  0.250  S > C [.] 3001:4001 ack 1
      0.301  0.351  C > S [.] seq 1 ack 4001
      """)
    return scripted.timeline.vantages.map(\.health)
  }

  @Test func `what had arrived before all captures began is not held against them`() throws {
    for health in try repaired(client: "") {
      #expect(health.unseenAcknowledgedBytes == 1000)
      #expect(health.beginningBytes == 1000)
      #expect(health.unwitnessedBytes == 0)
    }
  }

  @Test func `what another capture shows was missed`() throws {
    let health = try repaired(client: "0.1555  -  S > C [.] 2001:3001 ack 1")
    #expect(health[0].unseenAcknowledgedBytes == 0)
    #expect(health[1].unwitnessedBytes == 1000)
  }

  private func unseen(_ lines: String) throws -> Int64 {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      address C 10.1.0.2:40000 isn 1000
      address S 10.2.0.9:80 isn 9000
      client packet
      \(lines)
      """)
    return scripted.timeline.vantages[0].health.unseenAcknowledgedBytes
  }

  @Test func `what was sent before the capture began is not missed`() throws {
    let bytes = try unseen(
      """
      0.000  C > S [P.] 20001:21001 ack 1
      0.001  C > S [P.] 5001:6001 ack 1
      0.010  S > C [.] seq 1 ack 21001
      """)
    #expect(bytes == 0)
  }

  @Test func `what is missing after it began is missed`() throws {
    let bytes = try unseen(
      """
      0.000  C > S [P.] 20001:21001 ack 1
      0.001  C > S [P.] 22001:23001 ack 1
      0.010  S > C [.] seq 1 ack 23001
      """)
    #expect(bytes == 1_000)
  }

  @Test func `a capture of SYN, FIN and RST alone misses no data`() throws {
    let bytes = try unseen(
      """
      0.000  C > S [S] seq 0
      0.010  S > C [S.] seq 0 ack 1
      0.100  C > S [F.] seq 5001 ack 9001
      0.110  S > C [F.] seq 9001 ack 5002
      """)
    #expect(bytes == 0)
  }

  @Test func `an acknowledgment of another connection is no witness`() throws {
    // The port is used again; the server still remembers the old connection, and answers with that one's numbers.
    let bytes = try unseen(
      """
      0.000  C > S [S] seq 0
      0.010  S > C [.] seq =700000000 ack =500000000
      0.011  C > S [R] seq =500000000
      1.000  C > S [S] seq 0
      1.010  S > C [S.] seq 0 ack 1
      1.011  C > S [P.] 1:101 ack 1
      1.020  S > C [.] seq 1 ack 101
      """)
    #expect(bytes == 0)
  }

  @Test func `the rest of a segment that came in fragments is not missed`() throws {
    let bytes = try unseen(
      """
      0.000  C > S [.] 1:1461 ack 1 id 7 frag 0 800
      0.001  C > S [.] 1:1461 ack 1 id 7 frag 800 1480
      0.002  C > S [.] 1461:1561 ack 1 id 8
      0.010  S > C [.] seq 1 ack 1561
      """)
    #expect(bytes == 0)
  }
}
