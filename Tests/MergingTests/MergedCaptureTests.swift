import Alignment
import CaseModel
import Evidence
import TestSupport
import Testing
import Wire

@testable import Correlation
@testable import Merging

@Suite struct MergedCaptureTests {
  private let script = """
    vantage client
    vantage gateway link sll2 clock 1.2
    vantage server clock -0.4
    address C 10.1.0.2:40000
    address S 10.2.0.9:80
    client  gateway@eth0  gateway@eth1  server  packet
    0.000   0.010         0.011         0.020   C > S [S] seq 0
    0.050   0.040         0.039         0.030   S > C [S.] seq 0 ack 1
    0.060   0.070         0.071         0.080   reset: C > S [R] seq 1
    """

  @Test func framesComeInTheOrderOfOneClock() throws {
    let script = try PacketScript(script)
    let merged = try merge(script, offsets: [0, -1_200_000_000, 400_000_000])
    let reader = try read(merged)
    #expect(reader.interfaces.map(\.name) == ["client", "gateway", "server"])
    #expect(
      reader.interfaces.map(\.description) == [
        "host client-1; the case's clock", "host gateway-1; clock by packets, within 12.3 us",
        "host server-1; clock by packets, within 12.3 us",
      ])
    let first = reader.packets[0].time
    #expect(reader.packets.map { ($0.time - first) / 1_000_000 } == [0, 10, 11, 20, 30, 39, 40, 50, 60, 70, 71, 80])
    #expect(reader.packets.map(\.interface) == [0, 1, 1, 2, 2, 1, 1, 0, 0, 1, 1, 2])
    #expect(reader.interfaces.map { $0.statistics?.received } == [3, 6, 3])
    #expect(reader.interfaces.map { $0.statistics?.dropped } == [nil, 5, nil])
    #expect(reader.ending == .complete)
  }

  @Test func theSameCaseGivesTheSameBytes() throws {
    let script = try PacketScript(script)
    #expect(try merge(script, offsets: [0, 5, nil]) == merge(script, offsets: [0, 5, nil]))
  }

  @Test func anUnalignedVantageKeepsItsTimesAndSaysSo() throws {
    let script = try PacketScript(script)
    let reader = try read(try merge(script, offsets: [0, -1_200_000_000, nil]))
    #expect(reader.interfaces[2].description == "host server-1; clock not aligned: times are this host's own")
    #expect(reader.packets.prefix(3).map(\.interface) == [2, 2, 2])
  }

  /// A clock that steps back within a capture must not turn its frames round.
  @Test func aFilesOrderStands() throws {
    let script = try PacketScript(
      """
      address C 10.1.0.2:40000
      address S 10.2.0.9:80
      client  server  packet
      0.000   -       C > S [S] seq 0
      0.010   0.005   C > S [.] seq 1 ack 1
      0.020   -       C > S [.] seq 2 ack 1
      """)
    let step = HostTime(nanoseconds: 1_795_237_833_015_000_000)
    let clock = ClockMap(pieces: [
      .init(from: HostTime(nanoseconds: .min), anchor: step, offset: 0, drift: 0, bound: 0),
      .init(from: step, anchor: step, offset: -18_000_000, drift: 0, bound: 0),
    ])
    let reader = try read(try merge(script, clocks: [clock, .identity]))
    #expect(reader.packets.map(\.interface) == [0, 1, 0, 0])
    #expect(reader.packets.filter { $0.interface == 0 }.map(\.sequence) == [1000, 1001, 1002])
    #expect(reader.packets.map { $0.time % 1_000_000_000 / 1_000_000 } == [0, 5, 10, 10])
  }

  @Test func commentsStandOnTheirFramesForTshark() throws {
    guard let tshark = try InstalledTool("tshark") else { return }
    let script = try PacketScript(script)
    let frame = try #require(script.frame("reset", at: "server"))
    let merged = try merge(
      script, offsets: [0, -1_200_000_000, 400_000_000],
      comments: [FrameReference(vantage: 2, file: 0, frame: frame): ["the reset arrives", "and ends the flow"]])
    let fields = ["frame.number", "frame.interface_name", "tcp.flags", "frame.comment"].flatMap { ["-e", $0] }
    let text = try tshark.output(["-r", "FILE", "-Y", "frame.comment", "-T", "fields"] + fields, about: merged)
    #expect(text == "12\tserver\t0x0004\tthe reset arrives,and ends the flow\n")
    let count = try InstalledTool("capinfos")?.output(["-M", "-c", "FILE"], about: merged)
    #expect(count?.contains("Number of packets:   12") == true)
  }

  @Test func capturesThatCannotBeReadAreLeftOutAndDamagedOnesUsed() throws {
    let script = try PacketScript(script)
    let cut = Array(script.capture("client").dropLast(10))
    let merged = try merge(
      ["client": cut, "gateway": [], "server": script.capture("server")], clocks: [.identity, nil, .identity])
    let reader = try read(merged)
    #expect(reader.interfaces.map(\.name) == ["client", "server"])
    #expect(reader.packets.count == 5)
  }
}

extension MergedCaptureTests {
  private func read(
    _ bytes: [UInt8]
  ) throws -> (packets: [Packet], interfaces: [CaptureInterface], ending: CaptureEnding) {
    var reader = try CaptureReader(ByteArraySource(bytes))
    var packet = Packet()
    var packets: [Packet] = []
    while reader.next(&packet) { packets.append(packet) }
    return (packets, reader.interfaces, reader.ending)
  }

  private func merge(
    _ script: PacketScript, offsets: [Double?], comments: [FrameReference: [String]] = [:]
  ) throws -> [UInt8] {
    let clocks = offsets.map { offset in
      offset.map { offset in
        ClockMap(pieces: [
          .init(
            from: HostTime(nanoseconds: .min), anchor: HostTime(nanoseconds: 0), offset: offset, drift: 0, bound: 12_345
          )
        ])
      }
    }
    return try merge(script, clocks: clocks, comments: comments)
  }

  private func merge(
    _ script: PacketScript, clocks: [ClockMap?], comments: [FrameReference: [String]] = [:]
  ) throws -> [UInt8] {
    let captures = Dictionary(uniqueKeysWithValues: script.vantages.map { ($0, script.capture($0)) })
    return try merge(captures, clocks: clocks, comments: comments)
  }

  private func merge(
    _ captures: [String: [UInt8]], clocks: [ClockMap?], comments: [FrameReference: [String]] = [:]
  ) throws -> [UInt8] {
    let names = captures.keys.sorted()
    let evidence = CaseEvidence(
      manifest: Manifest(id: "case", tool: Tool.name, state: .complete),
      captures: names.map { name in
        Capture(
          record: CaptureRecord(
            vantage: VantageName(name), files: ["\(name).pcap"], host: HostName("\(name)-1"),
            drops: name == "gateway" ? 5 : nil),
          files: [CaptureFile(cited: "\(name).pcap", source: ByteArraySource(captures[name] ?? []))])
      })
    let vantages = zip(names, clocks).map { name, clock in
      Vantage(
        name: VantageName(name), host: HostName("\(name)-1"), namespace: .host, roles: [], clock: clock,
        method: clock == nil ? .none : .packets, interfaces: [], files: [],
        health: CaptureHealth())
    }
    var sink = ByteArraySink()
    try writeMergedCapture(vantages, reference: 0, evidence, comments: comments, into: &sink)
    return sink.bytes
  }
}
