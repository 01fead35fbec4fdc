import CaseModel
import Correlation
import Testing

/// Connections that agree by chance, or because their stacks begin all of them alike.
struct ChanceTests {
  private func script(_ lines: String, client: String = "10.1.0.2", server: String = "10.2.0.9") -> String {
    """
    vantage one
    vantage two clock 0.4
    address A \(client):40000 isn 1000
    address B \(client.replacing("1.0.2", with: "9.9.9")):50000 isn 1000
    address C \(client.replacing("1.0.2", with: "9.9.9")):40000 isn 1000
    address S \(server):80 isn 3000000000
    address T \(server):80 isn 1234567890
    one two packet
    \(lines)
    """
  }

  @Test func `equal first numbers and windows alone are no link`() throws {
    let scripted = try ScriptedCase(
      script(
        """
        0.0 -   a: A > S [S] seq 0 win 64240 <mss 1460>
        -   1.0 b: B > S [S] seq 0 win 64240 <mss 1460>
        """))
    #expect(scripted.timeline.flows.count == 2)
  }

  @Test func `the sender's own count of packets makes one`() throws {
    let scripted = try ScriptedCase(
      script(
        """
        0.0 -   a: A > S [S] seq 0 win 64240 <mss 1460> id 777
        -   0.0 b: B > S [S] seq 0 win 64240 <mss 1460> id 777
        """))
    #expect(scripted.timeline.flows.count == 1)
  }

  @Test func `and so does the port where nothing counts packets`() throws {
    let lines = { (name: String) in
      """
      0.0 -   a: A > S [S] seq 0 win 64240 <mss 1460> id 0
      -   0.0 b: \(name) > S [S] seq 0 win 64240 <mss 1460> id 0
      """
    }
    #expect(try ScriptedCase(script(lines("C"))).timeline.flows.count == 1)
    #expect(try ScriptedCase(script(lines("B"))).timeline.flows.count == 2)
  }

  @Test func `an answer counts for both ends' numbers`() throws {
    let scripted = try ScriptedCase(
      script(
        """
        0.0 -   A > S [S] seq 0 win 64240 <mss 1460> id 0
        0.1 -   a: S > A [S.] seq 0 ack 1 win 64240 <mss 1460> id 0
        -   0.0 B > S [S] seq 0 win 64240 <mss 1460> id 0
        -   0.1 b: S > B [S.] seq 0 ack 1 win 64240 <mss 1460> id 0
        """))
    #expect(scripted.timeline.flows.count == 1)
  }

  @Test func `equal beginnings with other answers are two connections`() throws {
    let scripted = try ScriptedCase(
      script(
        """
        0.0 -   A > S [S] seq 0 win 64240 <mss 1460> id 0
        0.1 -   a: S > A [S.] seq 0 ack 1 win 64240 <mss 1460> id 0
        -   0.0 C > T [S] seq 0 win 64240 <mss 1460> id 0
        -   0.1 b: T > C [S.] seq 0 ack 1 win 64240 <mss 1460> id 0
        """))
    #expect(scripted.timeline.flows.count == 2)
  }

  /// A stack that begins every connection with the same number, on both ends, seen through a translator that changes ports.
  @Test func `connections that all begin alike are not joined`() throws {
    var lines: [String] = []
    for number in 0..<3 {
      let (here, there) = (41_000 + number, 51_000 + number)
      let at = number * 20
      lines += [
        "\(at).000 - A:\(here) > S [S] seq 0 win 100 id 0", "- \(at).001 B:\(there) > S [S] seq 0 win 100 id 0",
        "\(at).010 - S > A:\(here) [S.] seq 0 ack 1 win 100 id 0",
        "- \(at).009 S > B:\(there) [S.] seq 0 ack 1 win 100 id 0",
        "\(at).011 - A:\(here) > S [P.] 1:11 ack 1 win 100 id 0",
        "- \(at).012 B:\(there) > S [P.] 1:11 ack 1 win 100 id 0",
      ]
    }
    let scripted = try ScriptedCase(script(lines.joined(separator: "\n")))
    #expect(scripted.timeline.flows.count == 6)
  }

  /// Both ends' captures of one proxy: it ends each connection and makes another, and nothing of them is the same.
  @Test func `what a proxy parts is not joined`() throws {
    let scripted = try ScriptedCase(
      """
      vantage client
      vantage proxy link sll2 clock 0.2
      vantage server clock 0.4
      address C 10.1.0.2:40000 isn 1000
      address V 10.1.0.9:80 isn 777000
      address P 10.2.0.1:33000 isn 99000
      address S 10.2.0.9:80 isn 3000000000
      client proxy@eth0 proxy@eth1 server packet
      0.000 0.001 - - C > V [S] seq 0 <ts 100 0>
      0.002 0.001 - - V > C [S.] seq 0 ack 1 <ts 500 100>
      0.003 0.004 - - C > V [.] seq 1 ack 1 <ts 103 500>
      0.003 0.004 - - front: C > V [P.] seq 1 ack 1 <ts 103 500> data "GET /a/page/of/some/length HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"
      - - 0.005 0.006 P > S [S] seq 0 <ts 300 0>
      - - 0.007 0.006 S > P [S.] seq 0 ack 1 <ts 800 300>
      - - 0.008 0.009 P > S [.] seq 1 ack 1 <ts 303 800>
      - - 0.008 0.009 back: P > S [P.] seq 1 ack 1 <ts 303 800> data "GET /a/page/of/some/length HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"
      - - 0.012 0.011 S > P [P.] seq 1 ack 51 <ts 811 303> data "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok"
      0.014 0.013 - - V > C [P.] seq 1 ack 51 <ts 513 103> data "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok"
      """)
    #expect(scripted.timeline.flows.count == 2)
    #expect(scripted.flow("front", at: "client") == scripted.flow("front", at: "proxy"))
    #expect(scripted.flow("back", at: "proxy") == scripted.flow("back", at: "server"))
    #expect(scripted.flow("front", at: "client") != scripted.flow("back", at: "server"))
  }
}
