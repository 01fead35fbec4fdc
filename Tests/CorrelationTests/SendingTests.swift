import CaseModel
import Correlation
import TestSupport
import Testing

/// Which of its sender's transmissions each frame was.
struct SendingTests {
  private static let opening = """
    vantage client has C
    vantage server has S
    address C 10.1.0.2:40000
    address S 10.2.0.9:80 isn 9000
    client server packet
    0.000  0.005  C > S [S] seq 0 <mss 1460, ts 1 0>
    0.010  0.005  S > C [S.] seq 0 ack 1 win 64240 <mss 1460, ts 1 1>
    0.011  0.016  C > S [.] seq 1 ack 1 <nop, nop, ts 11 1>
    """

  private func sending(_ label: String, at place: String, _ script: String) throws -> Sending? {
    let scripted = try ScriptedCase(Self.opening + "\n" + script)
    return scripted.find(label, at: place).map { $0.story.sendings()[$0.at.vantage][$0.at.index] }
  }

  /// The first copy is lost, the second one fills the gap at the server.
  private static let lost = """
    0.020  -      first: C > S [.] 1:1001 ack 1 <nop, nop, ts 20 1>
    0.021  0.026  behind: C > S [P.] 1001:2001 ack 1 <nop, nop, ts 21 1>
    0.300  0.305  second: C > S [.] 1:1001 ack 1 <nop, nop, ts 300 1>
    """

  @Test func `the same bytes at the same place are a retransmission`() throws {
    #expect(try sending("first", at: "client", Self.lost) == .first)
    #expect(try sending("second", at: "client", Self.lost) == .again)
  }

  @Test func `where the earlier copy was lost before, the later one replaces it`() throws {
    #expect(try sending("second", at: "server", Self.lost) == .replacement)
  }

  /// Nothing there fills a gap: only the sender's vantage tells.
  @Test func `the last segment of a burst, lost, is replaced`() throws {
    let script = """
      0.020  0.025  C > S [.] 1:1001 ack 1 <nop, nop, ts 20 1>
      0.021  -      C > S [P.] 1001:2001 ack 1 <nop, nop, ts 21 1>
      0.300  0.305  second: C > S [P.] 1001:2001 ack 1 <nop, nop, ts 300 1>
      """
    #expect(try sending("second", at: "server", script) == .replacement)
  }

  @Test func `what was overtaken is no retransmission, however late it comes`() throws {
    let script = """
      0.020  0.325  early: C > S [.] 1:1001 ack 1 <nop, nop, ts 20 1>
      0.021  0.026  C > S [P.] 1001:2001 ack 1 <nop, nop, ts 21 1>
      """
    #expect(try sending("early", at: "server", script) == .reordered)
  }

  @Test(arguments: [("ts 300 1", Sending.replacement), ("ts 19 1", .reordered)])
  func `without the sender's side the stamps tell`(stamp: String, expected: Sending) throws {
    let script = """
      -      0.026  C > S [P.] 1001:2001 ack 1 <nop, nop, ts 21 1>
      -      0.027  fills: C > S [.] 1:1001 ack 1 <nop, nop, \(stamp)>
      """
    #expect(try sending("fills", at: "server", script) == expected)
  }

  @Test(arguments: [(0.028, Sending.reordered), (0.126, .replacement)])
  func `without stamps the time tells`(time: Double, expected: Sending) throws {
    let script = """
      -      0.026  C > S [P.] 1001:2001 ack 1
      -      \(time)  fills: C > S [.] 1:1001 ack 1
      """
    #expect(try sending("fills", at: "server", script) == expected)
  }

  @Test func `a keep-alive repeats what is acknowledged`() throws {
    let script = """
      0.020  0.025  C > S [P.] 1:101 ack 1 <nop, nop, ts 20 1>
      0.030  0.025  S > C [.] seq 1 ack 101 <nop, nop, ts 25 20>
      9.000  9.005  empty: C > S [.] seq 100 ack 1 <nop, nop, ts 9000 25>
      9.500  9.505  filled: C > S [.] 100:101 ack 1 <nop, nop, ts 9500 25>
      """
    #expect(try sending("empty", at: "client", script) == .keepAlive)
    #expect(try sending("filled", at: "client", script) == .keepAlive)
  }

  @Test func `one byte not yet acknowledged is a retransmission`() throws {
    let script = """
      0.020  0.025  C > S [P.] 1:101 ack 1 <nop, nop, ts 20 1>
      0.220  0.225  byte: C > S [.] 100:101 ack 1 <nop, nop, ts 220 1>
      """
    #expect(try sending("byte", at: "client", script) == .again)
  }

  @Test func `one byte into a closed window probes it`() throws {
    let script = """
      0.020  0.025  C > S [P.] 1:101 ack 1 <nop, nop, ts 20 1>
      0.030  0.025  S > C [.] seq 1 ack 101 win 0 <nop, nop, ts 25 20>
      1.000  1.005  once: C > S [.] 101:102 ack 1 <nop, nop, ts 1000 25>
      3.000  3.005  twice: C > S [.] 101:102 ack 1 <nop, nop, ts 3000 25>
      """
    #expect(try sending("once", at: "client", script) == .windowProbe)
    #expect(try sending("twice", at: "server", script) == .windowProbe)
  }

  @Test func `a SYN that is sent again is a retransmission`() throws {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      client server packet
      0.000  0.005  C > S [S] seq 0 <mss 1460, ts 1 0>
      1.000  1.005  again: C > S [S] seq 0 <mss 1460, ts 1001 0>
      """)
    let found = try #require(scripted.find("again", at: "server"))
    #expect(found.story.sendings()[found.at.vantage][found.at.index] == .again)
  }

  /// The capture began in the middle: how far the receiver's windows are shifted is not known.
  private func underWay(_ label: String, _ script: String) throws -> Sending? {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      address C 10.1.0.2:40000 isn 1000
      address S 10.2.0.9:80 isn 9000
      client packet
      0.010  S > C [.] 1:1001 ack 1
      0.011  C > S [.] seq 1 ack 1001 win 512
      \(script)
      """)
    return scripted.find(label, at: "client").map { $0.story.sendings()[$0.at.vantage][$0.at.index] }
  }

  @Test func `a segment far ahead makes no gap where the stream does not go on behind it`() throws {
    let script = """
      0.012  S > C [P.] 600001:601401 ack 1
      0.020  S > C [.] 1001:2001 ack 1
      0.120  next: S > C [.] 2001:3001 ack 1
      """
    #expect(try underWay("next", script) == .first)
  }

  @Test func `where it does, a capture missed what lies between`() throws {
    let script = """
      0.012  S > C [.] 600001:601001 ack 1
      0.013  S > C [.] 601001:602001 ack 1
      0.120  filled: S > C [.] 1001:2001 ack 1
      """
    #expect(try underWay("filled", script) == .replacement)
  }

  /// No sender goes beyond what its receiver allows: what lies there is not of the stream, however well it fits otherwise.
  @Test func `a segment far ahead of the window makes no gap behind it`() throws {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      client server packet
      0.000  0.005  C > S [S] seq 0 <mss 1460, wscale 7>
      0.010  0.005  S > C [S.] seq 0 ack 1 win 64240 <mss 1460, wscale 7>
      0.011  0.016  C > S [.] seq 1 ack 1 win 502
      0.025  0.020  S > C [.] 1:1001 ack 1 win 502
      -      0.021  S > C [.] 5000001:5001001 ack 1 win 502
      0.027  0.032  C > S [.] seq 1 ack 1001 win 502
      0.105  0.100  next: S > C [.] 1001:2001 ack 1 win 502
      """)
    for place in ["client", "server"] {
      let found = try #require(scripted.find("next", at: place))
      #expect(found.story.sendings()[found.at.vantage][found.at.index] == .first)
    }
  }
}
