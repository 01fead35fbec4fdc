import CaseModel
import Correlation
import Evidence
import TestSupport
import Testing
import Wire

/// One host that shows a packet more than once.
struct PlaceTests {
  private func script(_ vantage: String, _ columns: String, _ packets: String) -> String {
    """
    vantage client
    vantage node \(vantage) clock 0.3
    vantage server clock 0.8
    address C 10.1.0.2:40000 isn 1000
    address S 10.1.0.9:80 isn 3000000000
    \(columns) packet
    \(packets)
    """
  }

  /// A bridge lowers no time-to-live.
  @Test(arguments: ["sll", "sll2"])
  func `across a bridge comes in before it goes out`(_ link: String) throws {
    let scripted = try ScriptedCase(
      script(
        "link \(link)", "client node@veth node@eth0 server",
        """
        0.0000 0.0001 0.0002 0.0012 syn: C > S [S] seq 0 <ts 100 0> ttl 64/64/64/64
        0.0025 0.0024 0.0023 0.0013 answer: S > C [S.] seq 0 ack 1 <ts 900 100> ttl 64/64/64/64
        0.0026 0.0027 0.0028 0.0038 C > S [.] seq 1 ack 1 <ts 112 900> ttl 64/64/64/64
        """))
    #expect(scripted.path(0, fromOpener: true) == "client node< node> server")
    #expect(scripted.path(0, fromOpener: false) == "server node< node> client")
    #expect(scripted.link("syn", at: "node@eth0") == scripted.link(to: "syn", at: "node@veth", .unique))
    #expect(scripted.link("syn", at: "server") == scripted.link(to: "syn", at: "node@eth0", .unique))
    #expect(scripted.link("answer", at: "client") == scripted.link(to: "answer", at: "node@veth", .unique))
    #expect(scripted.timeline.doubts.isEmpty)
  }

  /// The container's own capture, and its node's: the same clock, nothing routed in between.
  @Test func `out of a container comes before into its node`() throws {
    let scripted = try ScriptedCase(
      script(
        "link sll2", "client node@veth node@eth0 server",
        """
        0.0000> 0.000002 0.0002 0.0012 C > S [S] seq 0 <ts 100 0> ttl 64/64/64/64
        >0.0025 0.002498 0.0023 0.0013 S > C [S.] seq 0 ack 1 <ts 900 100> ttl 64/64/64/64
        0.0026> 0.002602 0.0028 0.0038 C > S [.] seq 1 ack 1 <ts 112 900> ttl 64/64/64/64
        """
      ).replacing("vantage client", with: "vantage client link sll2 clock 0.3"), hosts: ["client": "n", "node": "n"])
    #expect(scripted.path(0, fromOpener: true) == "client> node< node> server")
    #expect(scripted.path(0, fromOpener: false) == "server node< node> client<")
  }

  /// Cooked captures of the first kind tell the way and not the interface: port and bridge look alike.
  @Test func `a copy at another interface that is not told is the same packet`() throws {
    let scripted = try ScriptedCase(
      script(
        "link sll", "client node@veth node@cni0 node@eth0 server",
        """
        0.0000 >0.0001 >0.00011 0.0002> 0.0012 syn: C > S [S] seq 0 <ts 100 0> ttl 64/64/64/63/63
        0.0025 0.0024> 0.00239> >0.0023 0.0013 answer: S > C [S.] seq 0 ack 1 <ts 900 100> ttl 63/63/63/64/64
        0.0026 >0.0027 >0.00271 0.0028> 0.0038 C > S [.] seq 1 ack 1 <ts 112 900> ttl 64/64/64/63/63
        """))
    #expect(scripted.path(0, fromOpener: true) == "client node< node> server")
    #expect(scripted.path(0, fromOpener: false) == "server node< node> client")
    #expect(scripted.link("syn", at: "server") == scripted.link(to: "syn", at: "node@eth0", .unique))
    #expect(scripted.link("syn", at: "node@eth0") == scripted.link(to: "syn", at: "node@veth", .unique))
    #expect(scripted.timeline.vantages[1].health.copies == 3)
    #expect(scripted.timeline.flows.first?.records == 12)
    let doubt = try #require(scripted.timeline.doubts.first)
    #expect(doubt.vantage == "node" && !doubt.couldHideFault)
  }

  /// A mirror port that sends most frames twice, and a real retransmission right behind.
  @Test(arguments: ["10.1.0.2:40000", "[2001:db8::2]:40000"])
  func `a mirror port's second copy is no retransmission`(_ client: String) throws {
    let server = client.contains("[") ? "[2001:db8::9]:80" : "10.1.0.9:80"
    let scripted = try ScriptedCase(
      script(
        "", "client node@one node@two server",
        """
        0.0000 0.0001 0.0003 0.0012 syn: C > S [S] seq 0 <ts 100 0> ttl 64/64/64/64
        0.0025 0.0023 0.0024 0.0013 S > C [S.] seq 0 ack 1 <ts 900 100> ttl 64/64/64/64
        0.0026 0.0027 0.0028 0.0038 C > S [.] seq 1 ack 1 <ts 112 900> ttl 64/64/64/64
        0.0030 0.0031 0.0032 -      first: C > S [P.] 1:101 ack 1 <ts 112 900> ttl 64/64/64/64
        0.0130 0.0131 -      0.0140 second: C > S [P.] 1:101 ack 1 <ts 122 900> ttl 64/64/64/64
        0.0155 0.0152 0.0153 0.0142 S > C [.] seq 1 ack 101 <ts 912 122> ttl 64/64/64/64
        2.0000 2.0001 2.0003 2.0012 C > S [F.] seq 101 ack 1 <ts 2100 912> ttl 64/64/64/64
        2.0025 2.0023 2.0024 2.0013 S > C [F.] seq 1 ack 102 <ts 2900 2100> ttl 64/64/64/64
        """
      ).replacing("10.1.0.2:40000", with: client).replacing("10.1.0.9:80", with: server))
    #expect(scripted.path(0, fromOpener: true) == "client node server")
    #expect(scripted.timeline.flows.count == 1)
    #expect(scripted.timeline.vantages[1].health.copies == 7)
    #expect(scripted.timeline.flows.first?.records == 8 + 8 + 7)
    #expect(scripted.fate("first", at: "node") == .lost)
    #expect(scripted.link("second", at: "server") == scripted.link(to: "second", at: "node@one", .unique))
  }

  @Test func `equal acknowledgments with numbers of their own are no copies`() throws {
    let scripted = try ScriptedCase(
      script(
        "", "client node server",
        """
        0.0000 0.0001 0.0012 C > S [S] seq 0 <ts 100 0>
        0.0025 0.0024 0.0013 S > C [S.] seq 0 ack 1 <ts 900 100>
        0.0026 0.0027 0.0038 C > S [.] seq 1 ack 1 <ts 112 900>
        0.00261 0.00271 0.00381 C > S [.] seq 1 ack 1 <ts 112 900>
        0.00262 0.00272 0.00382 C > S [.] seq 1 ack 1 <ts 112 900>
        """))
    #expect(scripted.timeline.vantages.map(\.health.copies) == [0, 0, 0])
    #expect(scripted.timeline.flows.first?.records == 15)
  }

  @Test func `IPv6 acknowledgments without numbers are no copies while data comes once`() throws {
    let scripted = try ScriptedCase(
      script(
        "", "client node server",
        """
        0.0000 0.0001 0.0012 C > S [S] seq 0 <ts 100 0>
        0.0025 0.0024 0.0013 S > C [S.] seq 0 ack 1 <ts 900 100>
        0.0026 0.0027 0.0038 C > S [.] seq 1 ack 1 <ts 112 900>
        0.00261 0.00271 0.00381 C > S [.] seq 1 ack 1 <ts 112 900>
        0.00262 0.00272 0.00382 C > S [.] seq 1 ack 1 <ts 112 900>
        """
      ).replacing("10.1.0.2:40000", with: "[2001:db8::2]:40000").replacing("10.1.0.9:80", with: "[2001:db8::9]:80"))
    #expect(scripted.timeline.flows.first?.records == 15)
  }

  /// A router with one arm, captured without the way: what comes back one hop older has passed it.
  @Test(arguments: ["10.1.0.2:40000", "[2001:db8::2]:40000"])
  func `a router with one arm is two places`(_ client: String) throws {
    let server = client.contains("[") ? "[2001:db8::9]:80" : "10.1.0.9:80"
    let scripted = try ScriptedCase(
      script(
        "", "client node@in node@out server",
        """
        0.0000 0.0001 0.0002 0.0012 syn: C > S [S] seq 0 <ts 100 0> ttl 64/64/63/63
        0.0025 0.0024 0.0023 0.0013 S > C [S.] seq 0 ack 1 <ts 900 100> ttl 63/63/64/64
        0.0026 0.0027 0.0028 0.0038 C > S [.] seq 1 ack 1 <ts 112 900> ttl 64/64/63/63
        0.0030 0.0031 -      -      lost: C > S [P.] 1:101 ack 1 <ts 112 900> ttl 64/64/63/63
        0.2130 0.2131 0.2132 0.2140 again: C > S [P.] 1:101 ack 1 <ts 322 900> ttl 64/64/63/63
        0.2155 0.2152 0.2151 0.2142 S > C [.] seq 1 ack 101 <ts 912 122> ttl 63/63/64/64
        2.0000 2.0001 2.0003 2.0012 C > S [F.] seq 101 ack 1 <ts 2100 912> ttl 64/64/63/63
        2.0025 2.0024 2.0023 2.0013 S > C [F.] seq 1 ack 102 <ts 2900 2100> ttl 63/63/64/64
        """
      ).replacing("10.1.0.2:40000", with: client).replacing("10.1.0.9:80", with: server))
    #expect(scripted.path(0, fromOpener: true) == "client node< node> server")
    #expect(scripted.path(0, fromOpener: false) == "server node< node> client")
    #expect(scripted.link("syn", at: "node@out") == scripted.link(to: "syn", at: "node@in", .unique))
    #expect(scripted.link("again", at: "server") == scripted.link(to: "again", at: "node@out", .unique))
    #expect(scripted.fate("lost", at: "client") == .delivered)
    #expect(scripted.fate("lost", at: "node@in") == .lost)
    #expect(scripted.timeline.vantages[1].health.copies == 0)
  }

  /// One pcapng file of two interfaces, bridged, without directions.
  @Test func `a file's interfaces are places`() throws {
    let script = try PacketScript(
      """
      vantage left clock 0.3
      vantage right clock 0.3
      vantage server clock 0.8
      address C 10.1.0.2:40000 isn 1000
      address S 10.1.0.9:80 isn 3000000000
      left right server packet
      0.0001 0.0002 0.0012 syn: C > S [S] seq 0 <ts 100 0>
      0.0024 0.0023 0.0013 S > C [S.] seq 0 ack 1 <ts 900 100>
      0.0027 0.0028 0.0038 C > S [.] seq 1 ack 1 <ts 112 900>
      """)
    func capture(_ name: String, _ bytes: [UInt8]) -> Capture {
      Capture(
        record: CaptureRecord(vantage: VantageName(name), files: ["\(name).pcapng"], host: HostName(name)),
        files: [CaptureFile(cited: "\(name).pcapng", source: ByteArraySource(bytes))])
    }
    let manifest = Manifest(id: "interfaces", tool: "test", state: .complete)
    let captures = [
      capture("node", try Self.merged(script, ["left", "right"])), capture("server", script.capture("server")),
    ]
    let timeline = try correlate(
      CaseEvidence(manifest: manifest, captures: captures), workers: InlineWorkers(), spool: MemorySpool())
    let story = try timeline.story(0)
    #expect(story.paths.fromOpener.map { [$0.vantage, Int($0.interface)] } == [[0, 0], [0, 1], [1, 0]])
    #expect(story.paths.fromAcceptor.map { [$0.vantage, Int($0.interface)] } == [[1, 0], [0, 1], [0, 0]])
    #expect(story.tracks[0].upstream.filter { $0.match == .unique && $0.to?.vantage == 0 }.count == 3)
    #expect(timeline.vantages.map(\.health.copies) == [0, 0])
  }

  private static func merged(_ script: PacketScript, _ vantages: [String]) throws -> [UInt8] {
    var blocks = PcapngEncoder()
    var frames: [(time: Int64, interface: UInt32, bytes: [UInt8])] = []
    for vantage in vantages {
      let interface = blocks.interface(CaptureInterface(linkType: .ethernet, name: vantage))
      var reader = try CaptureReader(script.source(vantage))
      var packet = Packet()
      while reader.next(&packet) { frames.append((packet.time, interface, reader.withFrame { Array($0) })) }
    }
    for frame in frames.sorted(by: { $0.time < $1.time }) {
      frame.bytes.withUnsafeBytes {
        blocks.packet($0, interface: frame.interface, time: frame.time, originalLength: UInt32($0.count))
      }
    }
    var sink = ByteArraySink()
    try blocks.drain(into: &sink)
    return sink.bytes
  }
}
