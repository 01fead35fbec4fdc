public import CaseModel
public import Correlation
internal import Evidence
internal import Merging
internal import TestSupport
public import Traffic
internal import Wire

/// A recording, correlated: what is said about it beside what is true.
public struct CapturedCase: Sendable {
  public let recording: Recording
  public let timeline: Timeline
  let stories: [FlowStory]
  private let evidence: CaseEvidence

  /// - Parameter clocks: what the hosts answered when they were asked for the time.
  public init(
    _ recording: Recording, clocks: [HostName: ClockLog] = [:], workers: some Workers = InlineWorkers()
  ) throws {
    self.recording = recording
    var manifest = Manifest(id: "score", tool: "score", state: .complete)
    manifest.reference = VantageName(recording.network.vantages[0].name)
    let captures = try recording.network.vantages.enumerated().map { number, vantage in
      var sink = ByteArraySink()
      try recording.write(number, into: &sink)
      return Capture(
        record: CaptureRecord(
          vantage: VantageName(vantage.name), files: ["\(vantage.name).pcap"], host: HostName(vantage.host)),
        files: [CaptureFile(cited: "\(vantage.name).pcap", source: ByteArraySource(sink.bytes))])
    }
    evidence = CaseEvidence(manifest: manifest, captures: captures, clocks: clocks)
    timeline = try correlate(evidence, workers: workers, spool: MemorySpool())
    stories = try timeline.eachStory(workers) { $0 }
  }

  /// What the last pass moves so that nothing arrives before it was sent.
  func merged() throws -> MergeReport {
    let links = try CausalLinks(timeline, spool: MemorySpool())
    for story in stories { try links.note(story) }
    var sink = Nowhere()
    return try writeMergedCapture(timeline, evidence, links: links, comments: [:], into: &sink)
  }

  private struct Nowhere: ByteSink {
    mutating func write(_ bytes: UnsafeRawBufferPointer) {}
  }

  /// The sighting that a record is of.
  func sighting(_ record: Record, at vantage: Int) -> Int32? {
    let frame = Int(record.frame) - 1
    return recording.frames[vantage].indices.contains(frame) ? recording.frames[vantage][frame] : nil
  }
}
