import CaseModel
import Correlation
import Diagnoses
import Evidence
import Foundation
import TestSupport
import Testing
import Traffic
import Wire

/// Traffic of networks in good order is not blamed for anything.
struct HealthyTrafficTests {
  private static let batches = 10
  /// In all batches together: some for who waits; `make test` asks for a thousand.
  private static let cases =
    ProcessInfo.processInfo.environment["STAKEOUT_HEALTHY_CASES"].flatMap { Int($0) } ?? 200

  @Test(arguments: 0..<batches)
  func `nobody is blamed for healthy traffic`(batch: Int) throws {
    for seed in (0..<Self.cases / Self.batches).map({ UInt64($0 * Self.batches + batch) }) {
      let (judgement, isWhole) = try Self.judged(seed)
      let causes = judgement.rootCauses.map { "\($0.finding.kind): \($0.finding.title)" }
      #expect(causes == [], "seed \(seed)")
      // Captures that have little in common tell less.
      if isWhole { #expect(judgement.verdict == .healthy, "seed \(seed): \(judgement.reasons)") }
    }
  }

  private static func judged(_ seed: UInt64) throws -> (Judgement, isWhole: Bool) {
    var traffic = HealthyTraffic(seed: seed)
    let recording = traffic.recording(seed: seed)
    let captures = try traffic.vantages().map { number in
      var sink = ByteArraySink()
      try recording.write(number, into: &sink)
      let name = recording.network.vantages[number].name
      return Capture(
        record: CaptureRecord(vantage: VantageName(name), files: ["\(name).pcap"], host: HostName(name)),
        files: [CaptureFile(cited: "\(name).pcap", source: ByteArraySource(sink.bytes))])
    }
    let manifest = Manifest(id: "healthy", tool: "test", state: .complete, captures: captures.map(\.record))
    let evidence = CaseEvidence(manifest: manifest, captures: captures)
    let timeline = try correlate(evidence, workers: InlineWorkers(), spool: MemorySpool())
    let judgement = try judge(Scene(evidence: evidence, timeline: timeline), workers: InlineWorkers())
    return (judgement, recording.faults.cut.isEmpty && timeline.flows.counts.tcp > 0)
  }
}
