import CaseModel
import Correlation
import TestSupport
import Testing

/// What one flow comes to.
struct SummaryTests {
  private func summary(_ scripted: ScriptedCase, _ flow: Int = 0) throws -> FlowSummary {
    FlowSummary(try scripted.timeline.story(flow), scripted.timeline.vantages)
  }

  @Test func `payload counts once, wherever and however often it is seen`() throws {
    let summary = try summary(ScriptedCase(Stories.sourceNAT))
    #expect(summary.bytes == DirectionPair(fromOpener: 120, fromAcceptor: 1_217))
    let again = """
      0.0310   0.0320       0.0321       0.0370   C > S [P.] 1:121 ack 1218 win 501 <nop, nop, ts 131 914> ttl 64/64/63/63
      """
    #expect(try self.summary(ScriptedCase(Stories.sourceNAT + "\n" + again)).bytes.fromOpener == 120)
  }

  @Test func `every vantage has its handshake and its round trips`() throws {
    let scripted = try ScriptedCase(Stories.sourceNAT)
    let views = try summary(scripted).vantages
    #expect(views.map(\.frames) == [10, 20, 10])
    let client = views[scripted.vantage("client")]
    let handshake = try #require(client.handshake)
    #expect((handshake.syns, handshake.synAcknowledgments) == (1, 1))
    #expect(handshake.answeredAfter == 12_100_000 && handshake.confirmedAfter == 100_000)
    // SYN, request and FIN; the client answers at once.
    #expect(client.toAcceptor.map { [$0.minimum, $0.maximum] } == [12_100_000, 12_200_000])
    #expect(client.toAcceptor?.count == 3)
    #expect(client.toOpener?.maximum == 100_000)
    // From the middle: what leaves by one side is timed until its answer comes in by the same.
    let gateway = views[scripted.vantage("gateway")]
    #expect(gateway.toAcceptor?.minimum == 9_900_000)
    #expect(gateway.toOpener?.minimum == 2_100_000)
  }

  @Test func `delays between hosts carry what the clocks may be off`() throws {
    let scripted = try ScriptedCase(Stories.sourceNAT)
    let path = try summary(scripted).paths.fromOpener
    #expect(path.map(\.frames) == [6, 6, 6, 6])
    #expect(path.map(\.delivered) == [6, 6, 6, 0] && path[3].beyond == 6)
    let bound = try #require(path[0].delayBound)
    let delay = try #require(path[0].delay)
    #expect(delay.count == 6)
    #expect(bound > 0 && abs(delay.median - 1_000_000) <= bound)
    // In and out of one host is one clock's.
    #expect(path[1].delayBound == 0 && path[1].delay?.median == 100_000)
    #expect(path[3].delay == nil && path[3].delayBound == nil)
  }

  @Test func `losses lie between the places that show and do not show them`() throws {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      client server packet
      0.000  0.005  C > S [S] seq 0 <mss 1460, ts 1 0>
      0.010  0.005  S > C [S.] seq 0 ack 1 <mss 1460, ts 1 1>
      0.011  0.016  C > S [.] seq 1 ack 1 <nop, nop, ts 11 1>
      0.020  -      lost: C > S [.] 1:1001 ack 1 <nop, nop, ts 20 1>
      0.021  0.026  C > S [P.] 1001:2001 ack 1 <nop, nop, ts 21 1>
      0.300  0.305  C > S [.] 1:1001 ack 1 <nop, nop, ts 300 1>
      0.310  0.305  S > C [.] seq 1 ack 2001 <nop, nop, ts 305 300>
      """)
    let path = try summary(scripted).paths.fromOpener
    #expect((path[0].lost, path[0].again, path[0].replacements) == (1, 1, 0))
    #expect((path[1].lost, path[1].again, path[1].replacements) == (0, 0, 1))
    #expect(path[0].firstLost == scripted.find("lost", at: "client")?.at)
    // Neither what was sent twice nor what waited behind the gap tells of the round trip.
    #expect(try summary(scripted).vantages[0].toAcceptor?.count == 1)
  }

  @Test func `who closed first is told by what the FINs acknowledge`() throws {
    let scripted = try ScriptedCase(Stories.sourceNAT)
    let summary = try summary(scripted)
    #expect(summary.closes.map(\.fromOpener) == [true, false])
    #expect(summary.closes.map(\.at.vantage) == [scripted.vantage("client"), scripted.vantage("server")])
    #expect(summary.closes.allSatisfy { $0.mark == .fin && $0.unseenAt.isEmpty })
    #expect(summary.openerClosedFirst == true)
  }

  @Test func `a reset that its end's vantage does not show says so`() throws {
    let forged = """
      -        -            0.0500>      0.0550   forged: C > S [R] seq 122 ttl 64/64/63/63
      """
    let scripted = try ScriptedCase(Stories.sourceNAT + "\n" + forged)
    let reset = try #require(try summary(scripted).closes.last)
    #expect(reset.mark == .rst && reset.fromOpener)
    #expect(reset.unseenAt.first?.vantage == scripted.vantage("client"))
  }

  @Test func `a closed window and silence are measured`() throws {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      client packet
      0.000  C > S [S] seq 0 <mss 1460, wscale 7>
      0.010  S > C [S.] seq 0 ack 1 win 65160 <mss 1460, wscale 3>
      0.011  C > S [.] seq 1 ack 1 win 500
      0.020  S > C [P.] 1:101 ack 1 win 400
      0.021  close: C > S [.] seq 1 ack 101 win 0
      2.021  C > S [.] seq 1 ack 101 win 300
      30.00  after: S > C [P.] 101:201 ack 1 win 400
      """)
    let summary = try summary(scripted)
    let window = try #require(summary.windows.fromOpener)
    #expect((window.scale, window.smallest, window.closings, window.zeros) == (7, 0, 1, 1))
    #expect(window.longestClosed == 2_000_000_000)
    #expect(window.firstClosing == scripted.find("close", at: "client")?.at)
    #expect(summary.windows.fromAcceptor?.smallestBytes == 3_200)
    #expect(summary.idle?.length == 27_979_000_000)
    #expect(summary.idle?.after == scripted.find("after", at: "client")?.at)
  }
}
