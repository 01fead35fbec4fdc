import CaseModel
import Correlation
import Testing

/// What becomes of packets of a flow that the next capture never shows, where other flows show the way.
struct ExpectedRouteTests {
  /// Two connections that come through, one before and one after those of `between`, and a server's capture that runs on.
  private func script(between: String, before: Bool = true, after: Bool = true) -> String {
    """
    vantage client has C
    vantage server has S clock 2.5
    address C 10.1.0.2:40000 isn 1000
    address D 10.1.0.3:40000 isn 5000
    address S 10.2.0.9:80 isn 9000
    address T 10.2.0.8:80 isn 9000
    client server packet
    \(before ? connection(at: 0, port: 40_000) : "")
    \(between)
    \(after ? connection(at: 9, port: 40_002) : "")
    """
  }

  private func connection(at second: Int, port: Int) -> String {
    """
    \(second).000  \(second).005  C:\(port) > S [S] seq 0 <ts \(port) 0>
    \(second).010  \(second).005  S > C:\(port) [S.] seq 0 ack 1 <ts 1 \(port)>
    \(second).011  \(second).016  C:\(port) > S [.] seq 1 ack 1 <ts \(port) 1>
    \(second).012  \(second).017  C:\(port) > S [P.] 1:101 ack 1 <ts \(port) 1>
    \(second).022  \(second).017  S > C:\(port) [.] seq 1 ack 101 <ts 1 \(port)>
    """
  }

  private let dropped = """
    2.000  -  syn: C:40001 > S [S] seq 0 <ts 40001 0>
    3.000  -  again: C:40001 > S [S] seq 0 <ts 40001 0>
    """

  private func path(_ label: String, of scripted: ScriptedCase) -> String? {
    scripted.find(label, at: "client").flatMap { found in
      scripted.timeline.flows.firstIndex { $0.name == found.story.flow.name }
    }.map { scripted.path($0, fromOpener: true) }
  }

  @Test func `a SYN that never arrives where others do is lost`() throws {
    let scripted = try ScriptedCase(script(between: dropped))
    #expect(scripted.timeline.flows.count == 3)
    #expect(scripted.fate("syn", at: "client") == .lost)
    #expect(scripted.fate("again", at: "client") == .lost)
    #expect(path("syn", of: scripted) == "client server")
  }

  @Test func `it is unknown while that capture did not run, or drops frames`() throws {
    #expect(try ScriptedCase(script(between: dropped, before: false)).fate("syn", at: "client") == .unknown)
    #expect(try ScriptedCase(script(between: dropped, after: false)).fate("syn", at: "client") == .unknown)
    #expect(
      try ScriptedCase(script(between: dropped), drops: ["server": 1]).fate("syn", at: "client") == .unknown)
  }

  @Test func `another port of the same host may not pass the filter`() throws {
    let scripted = try ScriptedCase(script(between: "2.000  -  syn: C:40001 > S:81 [S] seq 0 <ts 40001 0>"))
    #expect(scripted.fate("syn", at: "client") == .unknown)
    #expect(path("syn", of: scripted) == "client server")
  }

  @Test func `another client may not pass the filter, unless several do`() throws {
    let other = "2.000  -  syn: D:40001 > S [S] seq 0 <ts 40001 0>"
    #expect(try ScriptedCase(script(between: other)).fate("syn", at: "client") == .unknown)
    let third = """
      address E 10.1.0.4:40000 isn 5000
      1.500  1.505  E > S [S] seq 0 <ts 7 0>
      1.510  1.505  S > E [S.] seq 0 ack 1 <ts 1 7>
      """
    let lines = third.split(separator: "\n")
    let text = script(between: lines.dropFirst().joined(separator: "\n") + "\n" + other)
      .replacing("address S ", with: lines[0] + "\naddress S ")
    #expect(try ScriptedCase(text).fate("syn", at: "client") == .lost)
  }

  @Test func `where no flow shows the way there is none`() throws {
    let scripted = try ScriptedCase(script(between: "2.000  -  syn: C:40001 > T [S] seq 0 <ts 40001 0>"))
    #expect(scripted.fate("syn", at: "client") == .beyond)
    #expect(path("syn", of: scripted) == "client")
  }

  @Test func `who is answered without passing there goes another way`() throws {
    let elsewhere = """
      1.000  -  syn: C:40001 > S [S] seq 0 <ts 40001 0>
      1.010  -  S > C:40001 [S.] seq 0 ack 1 <ts 1 40001>
      1.011  -  C:40001 > S [.] seq 1 ack 1 <ts 40001 1>
      2.000  -  lost: C:40003 > S [S] seq 0 <ts 40003 0>
      """
    let scripted = try ScriptedCase(script(between: elsewhere))
    #expect(scripted.fate("syn", at: "client") == .beyond)
    // One of several servers behind this address may have had it.
    #expect(scripted.fate("lost", at: "client") == .beyond)
  }

  @Test func `answered while that capture did not run yet is no other way`() throws {
    let early = """
      0.000  -  C:39999 > S [S] seq 0 <ts 39999 0>
      0.010  -  S > C:39999 [S.] seq 0 ack 1 <ts 1 39999>
      0.011  -  C:39999 > S [.] seq 1 ack 1 <ts 39999 1>
      1.000  1.005  C > S [S] seq 0 <ts 8 0>
      1.010  1.005  S > C [S.] seq 0 ack 1 <ts 1 8>
      """
    let scripted = try ScriptedCase(script(between: early + "\n" + dropped, before: false))
    #expect(scripted.fate("syn", at: "client") == .lost)
  }

  @Test func `a datagram is followed likewise`() throws {
    let scripted = try ScriptedCase(
      """
      vantage client has C
      vantage server has S
      address C 10.1.0.2:5000
      address S 10.2.0.9:53
      client server packet
      0.000  0.005  C > S udp data "one"
      0.010  0.005  S > C udp data "two"
      1.000  -      lost: C:5001 > S udp data "three"
      4.000  4.005  C:5002 > S udp data "four"
      4.010  4.005  S > C:5002 udp data "five"
      """)
    #expect(scripted.fate("lost", at: "client") == .lost)
  }

  @Test func `an answer that never comes back is lost where others came`() throws {
    let unheard = """
      2.000  2.005  C:40001 > S [S] seq 0 <ts 40001 0>
      -      2.005  answer: S > C:40001 [S.] seq 0 ack 1 <ts 1 40001>
      """
    #expect(try ScriptedCase(script(between: unheard)).fate("answer", at: "server") == .lost)
  }

  /// A gateway that translates, captured on both sides of it.
  private func translated(_ between: String) -> String {
    """
    vantage client has C
    vantage gateway link sll2 clock +1.2
    vantage server has S
    address C 10.1.0.2:40000 isn 1000
    address V 192.0.2.10:80
    address S 10.9.0.9:8080 isn 3000000000
    sees client S as V
    sees gateway@eth0 S as V

    client  gateway@eth0 gateway@eth1 server  packet
    0.000   0.001        0.0011       0.006   C > S [S] seq 0 <ts 8 0> ttl 64/64/63/63
    0.0121  0.0111       0.0110       0.0061  S > C [S.] seq 0 ack 1 <ts 1 8> ttl 63/63/64/64
    0.0122  0.0132       0.0133       0.0182  C > S [.] seq 1 ack 1 <ts 8 1> ttl 64/64/63/63
    \(between)
    9.000   9.001        9.0011       9.006   C:40009 > S [S] seq 0 <ts 40009 0> ttl 64/64/63/63
    9.0121  9.0111       9.0110       9.0061  S > C:40009 [S.] seq 0 ack 1 <ts 1 40009> ttl 63/63/64/64
    """
  }

  @Test func `through a translator, as far as it came`() throws {
    let scripted = try ScriptedCase(
      translated(
        """
        2.000   2.001        -            -       inside: C:40001 > S [S] seq 0 <ts 40001 0> ttl 64/64/63/63
        3.000   3.001        3.0011       -       outside: C:40002 > S [S] seq 0 <ts 40002 0> ttl 64/64/63/63
        4.000   -            -            -       before: C:40003 > S [S] seq 0 <ts 40003 0> ttl 64/64/63/63
        """))
    #expect(scripted.fate("inside", at: "client") == .delivered)
    #expect(scripted.fate("inside", at: "gateway@eth0") == .lost)
    #expect(scripted.fate("outside", at: "gateway@eth0") == .delivered)
    #expect(scripted.fate("outside", at: "gateway@eth1") == .lost)
    #expect(scripted.fate("before", at: "client") == .lost)
    #expect(path("before", of: scripted) == "client gateway< gateway> server")
  }
}
