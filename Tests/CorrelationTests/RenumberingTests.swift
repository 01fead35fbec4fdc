import CaseModel
import Correlation
import Testing
import Wire

/// A firewall that translates addresses and numbers both directions' bytes anew.
struct RenumberingTests {
  private func script(
    _ lines: String, client: String = "10.1.0.2:40000", outside: String = "192.0.2.1:25000",
    server: String = "198.51.100.9:80"
  ) -> String {
    """
    vantage client
    vantage server clock 0.7
    address C \(client) isn 1000
    address S \(server) isn 3000000000
    address N \(outside) isn 777000
    address T \(server) isn 4294967290
    sees server C as N
    sees server S as T
    client server packet
    \(lines)
    """
  }

  private func stamps(_ value: Int, _ echo: Int, _ isOn: Bool) -> String { isOn ? "<ts \(value) \(echo)>" : "" }

  private func talk(stamps isOn: Bool, opening: Bool = true) -> String {
    let beginning = """
      0.000 0.005 syn: C > S [S] seq 0 win 64240 \(stamps(100, 0, isOn))
      0.010 0.005 S > C [S.] seq 0 ack 1 \(stamps(900, 100, isOn))
      0.011 0.016 C > S [.] seq 1 ack 1 \(stamps(111, 900, isOn))

      """
    return (opening ? beginning : "") + """
      0.020 0.025 ask: C > S [P.] 1:101 ack 1 \(stamps(120, 900, isOn))
      0.031 0.026 tell: S > C [P.] 1:301 ack 101 \(stamps(921, 120, isOn))
      0.120 0.125 C > S [P.] 101:201 ack 301 \(stamps(220, 921, isOn))
      0.131 0.126 S > C [P.] 301:601 ack 201 \(stamps(1021, 220, isOn))
      0.220 0.225 C > S [P.] 201:301 ack 601 \(stamps(320, 1021, isOn))
      0.231 0.226 last: S > C [P.] 601:901 ack 301 \(stamps(1121, 320, isOn))
      """
  }

  @Test(arguments: [true, false], [true, false])
  func `a renumbered connection is followed, with its opening and without`(_ hasStamps: Bool, _ hasOpening: Bool) throws
  {
    let scripted = try ScriptedCase(script(talk(stamps: hasStamps, opening: hasOpening)))
    #expect(scripted.timeline.flows.count == 1)
    for (label, place, other) in [
      ("ask", "server", "client"), ("tell", "client", "server"), ("last", "client", "server"),
    ] {
      #expect(scripted.link(label, at: place) == scripted.link(to: label, at: other, .unique))
      let (here, there) = try (
        #require(scripted.find(label, at: place)), #require(scripted.find(label, at: other))
      )
      #expect(here.story[here.at].position == there.story[there.at].position)
      #expect(here.story[here.at].acknowledged == there.story[there.at].acknowledged)
      #expect(here.story[here.at].sequence != there.story[there.at].sequence)
    }
    #expect(scripted.timeline.doubts.isEmpty)
  }

  @Test func `under the same addresses, too`() throws {
    let scripted = try ScriptedCase(script(talk(stamps: true), outside: "10.1.0.2:40000"))
    #expect(scripted.timeline.flows.count == 1)
    #expect(scripted.link("ask", at: "server") == scripted.link(to: "ask", at: "client", .unique))
  }

  @Test func `over IPv6 by timestamps alone`() throws {
    let scripted = try ScriptedCase(
      script(
        talk(stamps: true), client: "[2001:db8::2]:40000", outside: "[2001:db8:1::1]:25000",
        server: "[2001:db8:2::9]:80"))
    #expect(scripted.timeline.flows.count == 1)
    #expect(scripted.link("tell", at: "client") == scripted.link(to: "tell", at: "server", .unique))
  }

  @Test func `a loss behind the box is a loss`() throws {
    let scripted = try ScriptedCase(
      script(
        talk(stamps: true) + """

          0.320 -     lost: C > S [P.] 301:401 ack 901 <ts 420 1121>
          0.620 0.625 C > S [P.] 301:401 ack 901 <ts 720 1121>
          3.000 3.005 C > S [.] seq 401 ack 901 <ts 3120 1121>
          """))
    #expect(scripted.fate("lost", at: "client") == .lost)
  }

  @Test func `captures that begin at different places are linked`() throws {
    let lines = talk(stamps: true).split(separator: "\n")
    let more = (0..<8).map { number in
      let (at, from, to) = (300 + number * 100, 301 + number * 100, 401 + number * 100)
      return "0.\(at + 20) 0.\(at + 25) d\(number): C > S [P.] \(from):\(to) ack 901 <ts \(at + 120) 1121>"
    }
    let answers = (0..<8).map { number in
      let (at, from, to) = (310 + number * 40, 901 + number * 50, 951 + number * 50)
      return "1.\(at + 5) 1.\(at) S > C [P.] \(from):\(to) ack 1101 <ts \(at + 1121) 1120>"
    }
    let whole = lines + more.map { Substring($0) } + answers.map { Substring($0) }
    let late = whole.enumerated().map { number, line in
      number < 7 ? String(line.replacing(/^(\s*\S+\s+)\S+/) { "\($0.output.1)-" }) : String(line)
    }
    let scripted = try ScriptedCase(script(late.joined(separator: "\n")))
    #expect(scripted.timeline.flows.count == 1)
    #expect(scripted.link("d7", at: "server") == scripted.link(to: "d7", at: "client", .unique))
  }

  /// A proxy that passes each piece on as it comes, with the same bytes and the same sizes, by a stack of its own.
  @Test(arguments: [true, false], ["10.1.0.2:40000", "[2001:db8::2]:40000"])
  func `a proxy's two connections are not joined`(_ hasStamps: Bool, _ client: String) throws {
    let isIPv6 = client.contains("[")
    let lines = talk(stamps: hasStamps).split(separator: "\n")
    let front = lines.map { $0.replacing(/^(\s*\S+\s+)\S+/) { "\($0.output.1)-" } + (isIPv6 ? "" : " id 0") }
    let back = lines.map { line in
      line.replacing(/^(\s*)\S+/) { "\($0.output.1)-" }.replacing(/ts (\d+)/) { "ts 5\($0.output.1)" }
        .replacing("syn:", with: "back:") + (isIPv6 ? "" : " id 0")
    }
    let both = zip(front, back).flatMap { [$0, $1] }.joined(separator: "\n")
    let scripted = try ScriptedCase(
      script(
        both, client: client, outside: isIPv6 ? "[2001:db8:1::1]:25000" : "192.0.2.1:25000",
        server: isIPv6 ? "[2001:db8:2::9]:80" : "198.51.100.9:80"))
    #expect(scripted.timeline.flows.count == 2)
    #expect(scripted.flow("syn", at: "client") != scripted.flow("back", at: "server"))
  }
}
