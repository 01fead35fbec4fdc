import CaseModel
import Correlation
import Testing
import Wire

struct LinkingTests {
  @Test func `a flow is followed through a translator`() throws {
    let scripted = try ScriptedCase(Stories.sourceNAT)
    let flow = try #require(scripted.timeline.flows.first)
    #expect(scripted.timeline.flows.count == 1)
    #expect(flow.name == "flow-1")
    #expect(flow.records == 40)
    #expect(flow.sawOpening)
    #expect(
      flow.aliases.map { "\($0.vantage) \($0.opener) > \($0.acceptor)" } == [
        "0 10.1.0.2:40000 > 198.51.100.9:80", "1 10.1.0.2:40000 > 198.51.100.9:80",
        "1 192.0.2.1:25166 > 198.51.100.9:80", "2 192.0.2.1:25166 > 198.51.100.9:80",
      ])
    #expect(flow.aliases.allSatisfy { $0.nature == .regular })
    #expect(scripted.path(0, fromOpener: true) == "client gateway< gateway> server")
    #expect(scripted.path(0, fromOpener: false) == "server gateway< gateway> client")
  }

  @Test func `what passes untranslated belongs to the flow, as a stray`() throws {
    let scripted = try ScriptedCase(Stories.untranslated)
    #expect(scripted.timeline.flows.count == 1)
    #expect(scripted.alias("late", at: "client")?.nature == .stray)
    #expect(scripted.alias("late", at: "gateway@eth0")?.nature == .stray)
    #expect(scripted.alias("late", at: "gateway@eth1")?.nature == .regular)
    #expect(scripted.alias("reset", at: "client")?.nature == .stray)
    #expect(scripted.alias("reset", at: "gateway@eth0")?.nature == .stray)
    #expect(scripted.alias("reset", at: "gateway@eth1")?.nature == .regular)
    #expect(scripted.alias("reset", at: "server")?.nature == .regular)
    #expect(scripted.alias("first", at: "client")?.acceptor.description == "192.0.2.10:80")
    #expect(scripted.alias("late", at: "client")?.acceptor.description == "10.9.0.9:8080")
    let late = try #require(scripted.find("late", at: "client"))
    #expect(late.story[late.at].position == 1)
  }

  @Test func `a stray finds its flow at the client alone`() throws {
    let lines = Stories.untranslated.split(separator: "\n").filter {
      !$0.hasPrefix("vantage gateway") && !$0.hasPrefix("vantage server") && !$0.hasPrefix("sees gateway")
    }
    let alone = lines.map { line -> String in
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      guard line.first?.isNumber == true || line.hasPrefix("client ") else { return String(line) }
      var rest = words.dropFirst(4).map(String.init)
      if let ttl = rest.firstIndex(of: "ttl") { rest.removeSubrange(ttl...(ttl + 1)) }
      return ([String(words[0])] + rest).joined(separator: " ")
    }
    let scripted = try ScriptedCase(alone.joined(separator: "\n"))
    #expect(scripted.timeline.flows.count == 1)
    #expect(scripted.timeline.flows.first?.aliases.map(\.nature) == [.regular, .stray])
  }

  @Test func `a five-tuple used again is another flow`() throws {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:40000 isn 1000
      address S 10.2.0.9:80 isn 5000

      client server packet
      0.000  0.005  one: C > S [S] seq =1000 <mss 1460>
      0.010  0.005  S > C [S.] seq =5000 ack =1001
      0.011  0.016  C > S [R] seq =1001
      2.000  2.005  two: C > S [S] seq =77777 <mss 1460>
      2.010  2.005  S > C [S.] seq =99999 ack =77778
      2.011  2.016  C > S [.] seq =77778 ack =100000
      """)
    #expect(scripted.timeline.flows.map(\.records) == [6, 6])
    #expect(scripted.flow("one", at: "client") == scripted.flow("one", at: "server"))
    #expect(scripted.flow("two", at: "server") == "flow-2")
    let two = try #require(scripted.find("two", at: "server"))
    #expect(two.story[two.at].position == 0)
  }

  @Test func `captures that begin in mid-flow are linked, through a translator too`() throws {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:40000 isn 1000
      address N 192.0.2.1:999
      address S 10.2.0.9:80 isn 4294967000
      sees server C as N

      client server packet
      0.000  -      C > S [P.] 1:101 ack 1 <nop, nop, ts 1 1>
      0.010  0.005  S > C [P.] 1:201 ack 101 <nop, nop, ts 2 1>
      0.011  0.016  ask: C > S [P.] 101:201 ack 201 <nop, nop, ts 3 2>
      0.030  0.025  tell: S > C [P.] 201:401 ack 201 <nop, nop, ts 4 3>
      -      0.045  S > C [P.] 401:601 ack 201 <nop, nop, ts 5 3>
      """)
    let flow = try #require(scripted.timeline.flows.first)
    #expect(scripted.timeline.flows.count == 1)
    #expect(!flow.sawOpening)
    #expect(flow.aliases.first?.opener.port == 40_000)
    let (here, there) = try (
      #require(scripted.find("tell", at: "client")), #require(scripted.find("tell", at: "server"))
    )
    #expect(here.story[here.at].position == there.story[there.at].position)
    #expect(here.story[here.at].acknowledged == there.story[there.at].acknowledged)
  }

  @Test func `two clients with equal datagrams are two flows`() throws {
    let scripted = try ScriptedCase(
      """
      vantage one has A
      vantage two has B
      vantage server has S
      address A 10.1.0.2:5000
      address B 10.1.0.3:5000
      address S 10.2.0.9:53
      one   two   server packet
      0.000 -     0.005  a: A > S udp data "heartbeat"
      -     0.010 0.015  b: B > S udp data "heartbeat"
      1.000 -     1.005  A > S udp data "heartbeat"
      -     1.010 1.015  B > S udp data "heartbeat"
      """)
    #expect(scripted.timeline.flows.count == 2)
    #expect(scripted.flow("a", at: "server") == scripted.flow("a", at: "one"))
    #expect(scripted.flow("b", at: "server") == scripted.flow("b", at: "two"))
  }

  @Test func `datagrams and echoes are followed through a translator`() throws {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:5000
      address N 192.0.2.1:6000
      address S 10.2.0.9:53
      sees server C as N
      client server packet
      0.000  0.005  ask: C > S udp data "one question"
      0.010  0.005  S > C udp data "one answer"
      0.011  0.016  C > S udp data "another question"
      0.021  0.016  tell: S > C udp data "another answer"
      """)
    #expect(scripted.timeline.flows.count == 1)
    #expect(scripted.link("tell", at: "client") == scripted.link(to: "tell", at: "server", .unique))
    #expect(scripted.link("ask", at: "server") == scripted.link(to: "ask", at: "client", .unique))
  }

  @Test func `an error belongs to the flow that it is about`() throws {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      address C 10.1.0.2:40000
      address S 10.2.0.9:80 isn 9000
      address R 10.3.0.1
      client packet
      0.000  C > S [S] seq 0 <mss 1460>
      0.010  S > C [S.] seq 0 ack 1 <mss 1460>
      0.011  C > S [P.] 1:1461 ack 1 df
      0.012  error: R > C icmp frag-needed mtu 1400
      """)
    #expect(scripted.timeline.flows.count == 1)
    let error = try #require(scripted.find("error", at: "client"))
    let record = error.story[error.at]
    #expect(record.bits.contains(.icmpError))
    #expect(record.icmpType == 3 && record.icmpCode == 4 && record.icmpMTU == 1_400)
    #expect(record.position == 1)
    #expect(!record.isFromOpener)
  }
}
