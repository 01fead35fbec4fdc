import Alignment
import CaseModel
import Evidence
import TestSupport
import Testing
import Wire

@testable import Correlation
@testable import Merging

@Suite struct CausalMergeTests {
  private let script = """
    address C 10.1.0.2:40000
    address S 10.2.0.9:80
    client  gateway  server  packet
    0.000   0.010    0.020   C > S [S] seq 0
    0.050   0.040    0.030   S > C [S.] seq 0 ack 1
    0.060   0.070    0.080   C > S [.] seq 1 ack 1
    """

  /// Vantage and frame, from 1.
  private func link(_ received: (Int, UInt32), _ sent: (Int, UInt32)) -> Link {
    Link(
      received: FrameReference(vantage: received.0, file: 0, frame: received.1),
      sent: FrameReference(vantage: sent.0, file: 0, frame: sent.1))
  }

  private struct Link {
    let received: FrameReference
    let sent: FrameReference
  }

  /// The merged frames' interfaces and times in microseconds after the first.
  private func merge(
    _ offsets: [Double], _ links: [Link]
  ) throws -> (frames: [(at: UInt32, time: Int64)], report: MergeReport) {
    let script = try PacketScript(script)
    let evidence = CaseEvidence(
      manifest: Manifest(id: "case", tool: Tool.name, state: .complete),
      captures: script.vantages.map { name in
        Capture(
          record: CaptureRecord(vantage: VantageName(name), files: ["\(name).pcap"], host: HostName(name)),
          files: [CaptureFile(cited: "\(name).pcap", source: ByteArraySource(script.capture(name)))])
      })
    let vantages = zip(script.vantages, offsets).map { name, offset in
      Vantage(
        name: VantageName(name), host: HostName(name), namespace: .host, roles: [],
        clock: ClockMap(pieces: [
          .init(
            from: HostTime(nanoseconds: .min), anchor: HostTime(nanoseconds: 0), offset: offset, drift: 0, bound: 1e7)
        ]), method: .packets, interfaces: [], files: [], health: CaptureHealth())
    }
    let causes = try CausalLinks(frames: vantages.map { _ in [3] }, room: .max, spool: MemorySpool())
    for link in links { try causes.add(link.received, sent: link.sent) }
    var sink = ByteArraySink()
    let report = try writeMergedCapture(
      vantages, reference: 0, evidence, comments: [:], links: causes, into: &sink)
    var reader = try CaptureReader(ByteArraySource(sink.bytes))
    var packet = Packet()
    var frames: [(at: UInt32, time: Int64)] = []
    var first: Int64?
    while reader.next(&packet) {
      first = first ?? packet.time
      frames.append((packet.interface, (packet.time - (first ?? 0)) / 1_000))
    }
    return (frames, report)
  }

  @Test func `a frame comes right after its sender, and all behind it in its file no earlier`() throws {
    // The gateway's clock is taken to be 15 ms slower than it is: what it receives seems to come before it was sent.
    let links = [link((1, 1), (0, 1)), link((2, 1), (1, 1)), link((1, 2), (2, 2)), link((0, 2), (1, 2))]
    let (frames, report) = try merge([0, -15e6, 0], links)
    #expect(frames.map(\.at) == [0, 1, 2, 2, 1, 0, 1, 0, 2])
    #expect(frames.map(\.time) == [0, 0, 20_000, 30_000, 30_000, 50_000, 55_000, 60_000, 80_000])
    #expect(report.moved == 2)
    #expect(report.farthest == 5_000_001)
    #expect(report.unresolved == 0)
  }

  @Test func `frames that wait for one another go by their clocks, and are counted`() throws {
    let links = [link((0, 1), (1, 1)), link((1, 1), (2, 1)), link((2, 1), (0, 1))]
    let (frames, report) = try merge([0, 0, 0], links)
    #expect(frames.count == 9)
    #expect(report.unresolved == 1)
    #expect(zip(frames, frames.dropFirst()).allSatisfy { $0.time <= $1.time })
  }

  @Test func `without a doubtful link nothing is moved`() throws {
    let (_, report) = try merge([0, 0, 0], [])
    #expect(report == MergeReport())
  }
}
