import CaseModel
import Correlation
import Diagnoses
import Evidence
import TestSupport
import Testing

@testable import Reporting

struct LadderTests {
  @Test func asText() throws {
    let staged = try StagedCase()
    let text = try #require(try ConnectionText(width: 110, color: false).text(staged.judgement, staged.scene))
    #expect(Golden("../Goldens/ladder.txt").difference(from: text) == nil)
  }

  @Test func asTextInANarrowTerminal() throws {
    let staged = try StagedCase()
    let text = try #require(try ConnectionText(width: 56, color: false).text(staged.judgement, staged.scene))
    #expect(Golden("../Goldens/ladder-narrow.txt").difference(from: text) == nil)
  }

  /// At any width no line is longer than it, and colour adds nothing that can be read.
  @Test(arguments: [40, 41, 60, 79, 80, 100, 133, 200, 400])
  func fitsAnyWidth(width: Int) throws {
    let staged = try StagedCase()
    let plain = try #require(try ConnectionText(width: width, color: false).text(staged.judgement, staged.scene))
    for line in plain.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
    let colored = try #require(try ConnectionText(width: width, color: true).text(staged.judgement, staged.scene))
    #expect(colored != plain)
    #expect(colored.replacing(/\u{1b}\[[0-9;]*m/, with: "") == plain)
  }

  @Test func hostileNamesSteerNoTerminal() throws {
    let staged = try StagedCase(hostile: "\u{1b}[2J\n\u{202e}")
    let text = try #require(try ConnectionText(width: 90, color: false).text(staged.judgement, staged.scene))
    #expect(!text.unicodeScalars.contains { ($0.value < 32 && $0 != "\n") || $0 == "\u{202e}" })
  }

  @Test func aLostPacketEndsWhereItVanishes() throws {
    let ladder = try ladder(of: Self.lossy)
    let lost = try #require(ladder.passages.first { if case .lost = $0.ending { true } else { false } })
    #expect(lost.ending == .lost(toward: 1))
    #expect(lost.sightings.map(\.stop) == [2])
    #expect(lost.sightings.map(\.frame) == [8])
    let again = try #require(ladder.passages.first { $0.isRetransmission && $0.ending == .arrived })
    #expect(again.sightings.map(\.stop) == [2, 1, 0])
    #expect(ladder.stops.map(\.name) == ["client", "gateway", "server"])
  }

  /// What is drawn and what is folded are all the packets.
  @Test(arguments: [3, 8, 40])
  func nothingIsForgotten(most: Int) throws {
    let ladder = try ladder(of: Self.lossy, most: most)
    let folded = ladder.rows.reduce(0) { sum, row in
      guard case .fold(let fold) = row else { return sum }
      return sum + fold.packets.fromOpener + fold.packets.fromAcceptor
    }
    #expect(ladder.passages.count + folded == 16)
  }

  /// Later is never higher, nor does anything arrive above where it was sent.
  @Test func timeRunsDownwards() throws {
    let ladder = try ladder(of: Self.lossy)
    let scale = LadderScale(ladder, top: 0, notes: ladder.rows.map { _ in 0 })
    var points: [(time: Int64, y: Double)] = []
    for (row, content) in ladder.rows.enumerated() {
      guard case .passage(let passage) = content else { continue }
      for (index, sighting) in passage.sightings.enumerated() {
        if let time = sighting.time { points.append((time.nanoseconds, scale.y(row, index))) }
        if index > 0 { #expect(scale.y(row, index) >= scale.y(row, index - 1)) }
      }
    }
    points.sort { ($0.time, $0.y) < ($1.time, $1.y) }
    for (a, b) in zip(points, points.dropFirst()) where b.time - a.time > 2_000_000 { #expect(b.y >= a.y) }
  }

  private func ladder(of script: String, most: Int = 40) throws -> Ladder {
    let script = try PacketScript(script)
    let captures = script.vantages.map { vantage in
      Capture(
        record: CaptureRecord(vantage: VantageName(vantage), files: [], host: HostName(vantage), drops: 0),
        files: [CaptureFile(cited: "\(vantage).pcap", source: script.source(vantage))])
    }
    let manifest = Manifest(id: "test", tool: "test", state: .complete, captures: captures.map(\.record))
    let evidence = CaseEvidence(manifest: manifest, captures: captures)
    let timeline = try correlate(evidence, workers: InlineWorkers(), spool: MemorySpool())
    let scene = Scene(evidence: evidence, timeline: timeline)
    return Ladder(try timeline.story(0), scene, findings: [], most: most)
  }

  /// One of six segments never comes from the server to the gateway.
  private static let lossy = """
    vantage client has C
    vantage server has S
    address C 10.1.0.2:40000 isn 1000
    address S 10.2.0.9:80 isn 5000000

    client  gateway  server  packet
    0.000  0.001  0.002  C > S [S] seq 0 win 64240 <mss 1460, ts 100 0, wscale 7>
    0.012  0.011  0.010  S > C [S.] seq 0 ack 1 win 65160 <mss 1460, ts 900 100, wscale 7>
    0.020  0.021  0.022  C > S [.] seq 1 ack 1 win 502 <ts 120 900>
    0.030  0.031  0.032  C > S [P.] 1:101 ack 1 win 502 <ts 130 900>
    0.062  0.061  0.060  S > C [.] 1:1449 ack 101 win 509 <ts 1010 130>
    0.063  0.064  0.065  C > S [.] seq 101 ack 1449 win 1000 <ts 1010 1010>
    0.078  0.077  0.076  S > C [.] 1449:2897 ack 101 win 509 <ts 1020 130>
    -  -  0.080  S > C [.] 2897:4345 ack 101 win 509 <ts 1030 130>
    0.094  0.093  0.092  S > C [.] 4345:5793 ack 101 win 509 <ts 1040 130>
    0.095  0.096  0.097  C > S [.] seq 101 ack 2897 win 1000 <ts 1050 1020>
    0.300  0.299  0.298  S > C [.] 2897:4345 ack 101 win 509 <ts 1250 130>
    0.301  0.302  0.303  C > S [.] seq 101 ack 5793 win 1000 <ts 1260 1250>
    0.320  0.319  0.318  S > C [.] 5793:7241 ack 101 win 509 <ts 1270 130>
    0.321  0.322  0.323  C > S [.] seq 101 ack 7241 win 1000 <ts 1280 1270>
    0.340  0.341  0.342  C > S [F.] seq 101 ack 7241 win 1000 <ts 1300 1270>
    0.352  0.351  0.350  S > C [F.] seq 7241 ack 102 win 509 <ts 1320 1300>
    """
}
