import Correlation
import Testing

struct MatchingTests {
  @Test func `a packet is linked from place to place`() throws {
    let scripted = try ScriptedCase(Stories.sourceNAT)
    #expect(scripted.link("ask", at: "client") == Link.none)
    #expect(scripted.link("ask", at: "gateway@eth0") == scripted.link(to: "ask", at: "client", .unique))
    #expect(scripted.link("ask", at: "gateway@eth1") == scripted.link(to: "ask", at: "gateway@eth0", .unique))
    #expect(scripted.link("ask", at: "server") == scripted.link(to: "ask", at: "gateway@eth1", .unique))
    #expect(scripted.link("tell", at: "client") == scripted.link(to: "tell", at: "gateway@eth0", .unique))
    for flow in scripted.timeline.flows.indices {
      let story = try scripted.timeline.story(flow)
      for (vantage, track) in story.tracks.enumerated() {
        for (index, link) in track.upstream.enumerated() {
          guard let to = link.to else { continue }
          #expect(story[to].position == track.records[index].position)
          #expect(to.vantage != vantage || to.index != index)
        }
      }
    }
  }

  /// A super-segment of 2,896 bytes leaves; two segments arrive; the receiver's card merges others again.
  private let offload = """
    vantage client has C
    vantage wire
    vantage server has S
    address C 10.1.0.2:40000
    address S 10.2.0.9:80 isn 9000
    client wire   server packet
    0.000  0.002  0.005  C > S [S] seq 0 <mss 1460, ts 1 0>
    0.010  0.008  0.005  S > C [S.] seq 0 ack 1 <mss 1460, ts 1 1>
    0.011  -      -      big: C > S [P.] 1:2897 ack 1 <nop, nop, ts 2 1>
    -      0.013  -      half: C > S [.] 1:1449 ack 1 <nop, nop, ts 2 1>
    -      0.0131 -      rest: C > S [P.] 1449:2897 ack 1 <nop, nop, ts 2 1>
    -      -      0.016  merged: C > S [P.] 1:2897 ack 1 <nop, nop, ts 2 1>
    0.026  0.024  0.021  S > C [.] seq 1 ack 2897 <nop, nop, ts 3 2>
    """

  @Test func `byte ranges match where segments do not`() throws {
    let scripted = try ScriptedCase(offload)
    #expect(scripted.link("half", at: "wire")?.to == scripted.find("big", at: "client")?.at)
    #expect(scripted.link("rest", at: "wire")?.to == scripted.find("big", at: "client")?.at)
    #expect(scripted.link("merged", at: "server")?.to == scripted.find("half", at: "wire")?.at)
    #expect(scripted.fate("big", at: "client") == .delivered)
    #expect(scripted.fate("half", at: "wire") == .delivered)
    #expect(scripted.fate("rest", at: "wire") == .delivered)
  }

  @Test func `a retransmission is told from the original by its timestamp`() throws {
    let scripted = try ScriptedCase(retransmission(stamps: true))
    #expect(scripted.link("second", at: "server") == scripted.link(to: "second", at: "client", .unique))
    #expect(scripted.fate("first", at: "client") == .lost)
    #expect(scripted.fate("second", at: "client") == .delivered)
  }

  @Test func `without timestamps time tells which copy arrived`() throws {
    let scripted = try ScriptedCase(retransmission(stamps: false))
    #expect(scripted.link("second", at: "server") == scripted.link(to: "second", at: "client", .probable))
    #expect(scripted.fate("first", at: "client") == .lost)
  }

  private func retransmission(stamps: Bool) -> String {
    func ts(_ value: Int, _ echo: Int) -> String { stamps ? "<nop, nop, ts \(value) \(echo)>" : "" }
    return """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      client server packet
      0.000  0.005  C > S [S] seq 0 \(ts(1, 0)) id 0
      0.010  0.005  S > C [S.] seq 0 ack 1 \(ts(1, 1)) id 0
      0.011  0.016  C > S [.] seq 1 ack 1 \(ts(2, 1)) id 0
      0.012  -      first: C > S [P.] 1:101 ack 1 \(ts(2, 1)) id 0
      0.300  0.305  second: C > S [P.] 1:101 ack 1 \(ts(3, 1)) id 0
      0.310  0.305  S > C [.] seq 1 ack 101 \(ts(4, 3)) id 0
      """
  }

  @Test func `equal copies go in order`() throws {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      client server packet
      0.000  0.005  C > S [S] seq 0 id 0
      0.010  0.005  S > C [S.] seq 0 ack 1 id 0
      0.020  0.015  one: S > C [.] seq 1 ack 1 id 0
      0.021  0.016  two: S > C [.] seq 1 ack 1 id 0
      0.022  0.017  three: S > C [.] seq 1 ack 1 id 0
      """)
    for label in ["one", "two", "three"] {
      #expect(scripted.link(label, at: "client") == scripted.link(to: label, at: "server", .ordinal))
    }
  }

  @Test(arguments: [true, false])
  func `duplicate acknowledgments are told apart by what they acknowledge selectively`(isStripped: Bool) throws {
    func blocks(_ end: Int) -> String { isStripped ? "<nop>" : "<nop, nop, sack 10449 \(end)>" }
    let scripted = try ScriptedCase(
      """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      client server packet
      0.000  0.005  C > S [S] seq 0 id 0
      0.010  0.005  S > C [S.] seq 0 ack 1 id 0
      0.021  -      one: C > S [.] seq 1 ack 1 \(blocks(11_897)) id 0
      0.022  0.027  two: C > S [.] seq 1 ack 1 \(blocks(13_345)) id 0
      -      0.028  three: C > S [.] seq 1 ack 1 \(blocks(14_793)) id 0
      """)
    if isStripped {
      // Equal, one missing at either end: as many as there should be.
      #expect(scripted.link("three", at: "server")?.to == scripted.find("two", at: "client")?.at)
    } else {
      #expect(scripted.link("two", at: "server") == scripted.link(to: "two", at: "client", .unique))
      #expect(scripted.link("three", at: "server") == Link.none)
    }
  }

  @Test func `equal datagrams far apart are told by their times, though as many are missing at either end`() throws {
    var script = """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      client server packet
      0.000  0.005  C > S [S] seq 0 id 0
      0.010  0.005  S > C [S.] seq 0 ack 1 id 0
      0.011  0.016  C > S [.] seq 1 ack 1 id 0

      """
    for number in 0..<6 {
      let (sent, seen) = ("\(number + 1).000", "\(number + 1).005")
      // The client's capture misses the first, the server's the last.
      script += "\(number == 0 ? "-" : sent) \(number == 5 ? "-" : seen) beat\(number): C > S udp len 33 id 0\n"
    }
    let scripted = try ScriptedCase(script)
    #expect(scripted.link("beat0", at: "server") == Link.none)
    for number in 1..<5 {
      #expect(scripted.link("beat\(number)", at: "server")?.to == scripted.find("beat\(number)", at: "client")?.at)
    }
  }

  @Test func `a copy that looks like the original but is far too late is probable at best`() throws {
    var script = """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      client server packet
      0.000  0.005  C > S [S] seq 0 id 0
      0.010  0.005  S > C [S.] seq 0 ack 1 id 0
      0.011  0.016  C > S [.] seq 1 ack 1 id 0

      """
    for number in 0..<10 {
      let (start, end) = (1 + 100 * number, 101 + 100 * number)
      // The original was lost; the client's capture missed the copy.
      script +=
        "0.10\(number) \(number == 4 ? "-" : "0.10\(number)9") data\(number): C > S [P.] \(start):\(end) ack 1 id 0\n"
      if number == 4 { script += "- 0.309 again: C > S [P.] \(start):\(end) ack 1 id 0\n" }
    }
    let scripted = try ScriptedCase(script)
    #expect(scripted.link("data3", at: "server")?.match == .unique)
    #expect(scripted.link("again", at: "server") == scripted.link(to: "data4", at: "client", .probable))
  }

  @Test func `a late duplicate is tied to its original and makes no clock`() throws {
    let scripted = try ScriptedCase(Stories.untranslated)
    let link = try #require(scripted.link("late", at: "gateway@eth1"))
    #expect(link.to == scripted.find("first", at: "server")?.at)
    #expect(link.match == .probable)
    #expect(scripted.link("late", at: "client")?.to == scripted.find("late", at: "gateway@eth0")?.at)
    #expect(scripted.link("reset", at: "server")?.to == scripted.find("reset", at: "gateway@eth1")?.at)
  }

  @Test func `the path is known without addresses or lower time-to-live`() throws {
    // Both on one segment: only the delays tell who is nearer the sender. Named in the wrong order on purpose.
    let scripted = try ScriptedCase(
      """
      vantage b clock 3
      vantage a
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      b      a      packet
      0.001  0.000  C > S [S] seq 0
      0.010  0.011  S > C [S.] seq 0 ack 1
      0.013  0.012  C > S [.] seq 1 ack 1
      0.014  0.013  C > S [P.] 1:101 ack 1
      0.020  0.021  S > C [P.] 1:101 ack 101
      """)
    #expect(scripted.path(0, fromOpener: true) == "a b")
    #expect(scripted.path(0, fromOpener: false) == "b a")
  }
}
