import CaseModel
import Correlation
import Diagnoses
import Evidence
import TestSupport
import Testing
import Wire

@testable import Reporting

/// What the postmortem says of order: nothing that the clocks cannot tell.
struct TimelineOrderTests {
  @Test func `a row without a mark comes after every row above it for certain`() throws {
    let staged = try StagedCase()
    let events = CitedEvents(staged.judgement, staged.scene).events
    let marks = timelineSection(staged.judgement, staged.scene).split(separator: "\n")
      .filter { $0.hasPrefix("|") }.dropFirst(2).map { $0.hasPrefix("| ≈ |") }
    try #require(marks.count == events.count)
    for (place, event) in events.enumerated() {
      let isCertain = events[..<place].allSatisfy { before in
        let bound = before.host == event.host ? 0 : bound(before, event, staged.scene.timeline)
        return before.host == event.host || Double(event.time.since(before.time)) > bound
      }
      #expect(marks[place] == !isCertain, "row \(place + 1): \(event.what)")
    }
    #expect(marks.contains(true) && marks.contains(false))
  }

  @Test func `a silence shorter than two clocks may be off from each other is not told`() throws {
    let opening = """
      address C 10.1.0.2:40000
      address S 10.2.0.9:80
      client  server  packet
      0.000   0.005   C > S [S] seq 0
      0.010   0.005   S > C [S.] seq 0 ack 1
      0.010   0.015   C > S [.] seq 1 ack 1
      """
    #expect(try idle(opening) == nil)
    #expect(try #require(try idle(opening + "\n0.100 0.105 C > S [F.] seq 1 ack 1")).seconds > 0.07)
  }

  private func idle(_ script: String) throws -> FlowRecord.Idle? {
    let script = try PacketScript(script)
    let captures = script.vantages.map { name in
      Capture(
        record: CaptureRecord(vantage: VantageName(name), files: ["\(name).pcap"], host: HostName(name)),
        files: [CaptureFile(cited: "\(name).pcap", source: script.source(name))])
    }
    let evidence = CaseEvidence(
      manifest: Manifest(id: "case", tool: Tool.name, state: .complete), captures: captures)
    let scene = Scene(
      evidence: evidence, timeline: try correlate(evidence, workers: InlineWorkers(), spool: MemorySpool()))
    let pages = try FlowPages(scene, spool: MemorySpool())
    let (_, written) = try judge(scene, workers: InlineWorkers()) { try pages.page($0) }
    var sink = ByteArraySink()
    try writeFlows(written, from: pages, into: &sink)
    let flows = try JSONText.decode(FlowsDocument.self, from: sink.bytes).flows
    return try #require(flows.first).idle
  }

  /// What both may be off from each other, or from the case's time together: whichever is less.
  private func bound(_ a: CitedEvent, _ b: CitedEvent, _ timeline: Timeline) -> Double {
    func vantage(_ event: CitedEvent) -> Int? {
      timeline.vantages.firstIndex { event.vantage == $0.name || (event.vantage == nil && event.host == $0.host) }
    }
    guard let one = vantage(a), let other = vantage(b), let apart = timeline.vantages.bound(one, other) else {
      return a.bound + b.bound
    }
    return min(a.bound + b.bound, Double(apart))
  }
}
