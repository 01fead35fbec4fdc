internal import Alignment
internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Evidence
internal import Merging
internal import Wire

/// libFuzzer's entry: up to three captures of one case, from reading to merging, and once more in another order of work.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAnalysis(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let captures = CaptureBundle(Array(UnsafeBufferPointer(start: data, count: count))).captures
  do {
    let forward = try Outcome(captures, workers: InlineWorkers())
    let backward = try Outcome(captures, workers: BackwardWorkers())
    precondition(forward == backward, "the order of work shows in the outcome")
  } catch {
    preconditionFailure("captures in memory cannot be the cause of \(error)")
  }
  return 0
}

/// What the analysis says, as far as two of them can be compared.
private struct Outcome: Equatable {
  let clocks: [ClockMap?]
  let flows: [FlowName]
  let aliases: [[Alias]]
  let records: [Int]
  let doubts: [Doubt]
  let verdict: FindingsDocument.Verdict
  let merged: [UInt8]

  init(_ captures: [[UInt8]], workers: some Workers) throws {
    let names = captures.indices.map { "vantage-\($0 + 1)" }
    let manifest = Manifest(
      id: "fuzz", tool: "fuzz", state: .complete, hosts: names.map { HostRecord(name: HostName($0), roles: []) },
      captures: names.map { CaptureRecord(vantage: VantageName($0), files: ["\($0).pcap"], host: HostName($0)) })
    let files = FileTreeInMemory(
      Dictionary(zip(names.map { "\($0).pcap" }, captures), uniquingKeysWith: { first, _ in first }))
    let evidence = readEvidence(manifest, from: files)
    let timeline = try correlate(evidence, workers: workers, spool: MemorySpool())
    let links = try CausalLinks(timeline, spool: MemorySpool())
    let scene = Scene(evidence: evidence, timeline: timeline)
    let (judgement, _) = try judge(scene, workers: workers) { _ = try links.note($0) }
    var sink = ByteArraySink()
    try writeMergedCapture(timeline, evidence, links: links, comments: [:], into: &sink)
    clocks = timeline.vantages.map(\.clock)
    flows = timeline.flows.map(\.name)
    aliases = timeline.flows.map(\.aliases)
    records = timeline.flows.map(\.records)
    doubts = timeline.doubts
    verdict = judgement.verdict
    merged = sink.bytes
  }
}

/// Does the last first.
private struct BackwardWorkers: Workers {
  func each<R: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> R) throws -> [R] {
    try (0..<count).reversed().map(body).reversed()
  }
}
