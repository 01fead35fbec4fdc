import TestSupport
import Testing
import Wire

/// The scripts that golden cases are written in say what they seem to say.
@Suite struct PacketScriptTests {
  private static let translated = """
    # A client reaches a server behind a virtual address; one late segment leaves untranslated.
    vantage client has C clock +0.25 drift 1000
    vantage gateway link sll2
    vantage server nanoseconds has S
    address C 10.1.0.2:40000 isn 1000
    address S 10.2.0.9:80 isn 3000000000
    address V 192.0.2.10:8080
    sees client S as V
    sees gateway@eth0 S as V

    client  gateway@eth0  gateway@eth1  server       packet
    0.000   0.010         0.011         0.020        C > S [S] seq 0 <mss 1460, sackok, ts 100 0, nop, wscale 7>
    0.050   0.040         0.039         0.030000001  S > C [P.] 1:1461 ack 1 win 7 df
    1.000   0.990         0.989         0.980        late: S! > C [P.] 1:1461 ack 1
    1.010   1.020>        >1.021        1.030        reset: C > S! [R] seq =77 id 9 ttl 64/60/59/58
    -       2.000         -             -            C > S udp data "a\\r\\n\\"b\\""
    """

  @Test func everyVantageSeesItsOwnAddresses() throws {
    let script = try PacketScript(Self.translated)
    #expect(script.vantages == ["client", "gateway", "server"])
    #expect(
      try ends(script, "client") == [
        "10.1.0.2:40000 > 192.0.2.10:8080", "192.0.2.10:8080 > 10.1.0.2:40000", "10.2.0.9:80 > 10.1.0.2:40000",
        "10.1.0.2:40000 > 10.2.0.9:80",
      ])
    #expect(
      try ends(script, "gateway") == [
        "10.1.0.2:40000 > 192.0.2.10:8080", "10.1.0.2:40000 > 10.2.0.9:80",
        "10.2.0.9:80 > 10.1.0.2:40000", "192.0.2.10:8080 > 10.1.0.2:40000",
        "10.2.0.9:80 > 10.1.0.2:40000", "10.2.0.9:80 > 10.1.0.2:40000",
        "10.1.0.2:40000 > 10.2.0.9:80", "10.1.0.2:40000 > 10.2.0.9:80", "10.1.0.2:40000 > 192.0.2.10:8080",
      ])
  }

  private func ends(_ script: PacketScript, _ vantage: String) throws -> [String] {
    try Reading(script.capture(vantage)).packets.map {
      "\(Endpoint($0.source, $0.sourcePort)) > \(Endpoint($0.destination, $0.destinationPort))"
    }
  }

  @Test func forwardedPacketsGoOutWithOneHopLess() throws {
    let packets = try Reading(PacketScript(Self.translated).capture("gateway")).packets
    #expect(
      packets.map(\.direction) == [
        .inbound, .outbound, .inbound, .outbound, .inbound, .outbound, .outbound, .inbound, .inbound,
      ])
    #expect(packets.map(\.timeToLive) == [64, 63, 64, 63, 64, 63, 60, 59, 64])
    #expect(packets.map(\.interfaceIndex) == [2, 3, 3, 2, 3, 2, 2, 3, 2])
    #expect(packets.map(\.identification) == [1, 1, 2, 2, 3, 3, 9, 9, 5])
    #expect(try Reading(PacketScript(Self.translated).capture("server")).packets.map(\.timeToLive) == [63, 64, 64, 58])
    #expect(try Reading(PacketScript(Self.translated).capture("client")).packets.map(\.timeToLive) == [64, 63, 63, 64])
  }

  @Test func labelsFindFrames() throws {
    let script = try PacketScript(Self.translated)
    #expect(script.frame("late", at: "client") == 3)
    #expect(script.frame("late", at: "gateway") == 5)
    #expect(script.frame("late", at: "gateway@eth0") == 6)
    #expect(script.frame("nothing", at: "client") == nil)
  }

  @Test func numbersCountFromTheInitialSequence() throws {
    let packets = try Reading(PacketScript(Self.translated).capture("client")).packets
    #expect(packets.map(\.sequence) == [1000, 3_000_000_001, 3_000_000_001, 77])
    #expect(packets.map(\.acknowledgment) == [0, 1001, 1001, 0])
    #expect(packets.map(\.payloadLength) == [0, 1460, 1460, 0])
    #expect(packets[1].payloadHash == packets[2].payloadHash)
    #expect(packets.map(\.window) == [501, 7, 501, 501])
    #expect(packets.map(\.dontFragment) == [false, true, false, false])
    #expect(packets[0].maximumSegmentSize == 1460)
    #expect(packets[0].windowScale == 7)
    #expect(packets[0].timestampValue == 100)
  }

  @Test func clocksAreWrongAsDeclared() throws {
    let script = try PacketScript(Self.translated)
    let epoch: Int64 = 1_795_237_833_000_000_000
    #expect(
      try Reading(script.capture("client")).packets.map { $0.time - epoch } == [
        250_000_000, 300_050_000, 1_251_000_000, 1_261_010_000,
      ])
    #expect(
      try Reading(script.capture("server")).packets.map { $0.time - epoch } == [
        20_000_000, 30_000_001, 980_000_000, 1_030_000_000,
      ])
  }

  @Test func payloadIsAsWritten() throws {
    let frame = try #require(try Reading(PacketScript(Self.translated).capture("gateway")).frames.last)
    #expect(String(decoding: frame.suffix(6), as: UTF8.self) == "a\r\n\"b\"")
  }

  /// `tshark` finds every checksum right, and the one that is to be wrong, wrong.
  @Test func checksumsAreRight() throws {
    guard let tshark = try InstalledTool("tshark") else { return }
    let script = try PacketScript(
      """
      address C 10.1.0.2:40000
      address S 10.2.0.9:80
      address C6 [2001:db8::2]:40000
      address S6 [2001:db8::9]:53
      here   packet
      0.000  C > S [S] seq 0 <mss 1460>
      0.001  C > S [P.] 1:1462 ack 1
      0.002  C > S udp len 31
      0.003  C6 > S6 [P.] 1:1462 ack 1
      0.004  C6 > S6 udp len 32
      0.005  C > S [P.] 1:10 ack 1 badsum
      """)
    let checks = ["ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE"].flatMap {
      ["-o", $0]
    }
    let fields = ["ip.checksum.status", "tcp.checksum.status", "udp.checksum.status"].flatMap { ["-e", $0] }
    let text = try tshark.output(["-r", "FILE"] + checks + ["-T", "fields"] + fields, about: script.capture("here"))
    #expect(text == "1\t1\t\n1\t1\t\n1\t\t1\n\t1\t\n\t\t1\n1\t0\t\n")
  }

  @Test(arguments: [
    ("bogus x", "packet script line 1: `bogus` is none of `vantage`, `address`, `sees`, `tunnel`, `epoch`"),
    ("address C 10.1.0", "packet script line 1: `10.1.0` is no address"),
    ("a packet\n0.1 C > S [S]", "packet script line 2: `C` is no declared address"),
    ("address C 10.1.0.2\na packet\n0.1 C > C [X]", "packet script line 3: `X` is no TCP flag"),
    ("address C 10.1.0.2\na packet\nnow C > C [S]", "packet script line 3: `now` is neither a time in seconds nor `-`"),
    (
      "address C 10.1.0.2\na packet\n0.1 C > C seq 1",
      "packet script line 3: neither TCP flags in brackets nor `udp` nor `icmp`"
    ),
    ("vantage v\na packet", "packet script line 2: `v` is declared and has no column"),
  ])
  func mistakesAreTold(text: String, message: String) {
    do {
      _ = try PacketScript(text)
      Issue.record("was read")
    } catch {
      #expect(error.description == message)
    }
  }
}
