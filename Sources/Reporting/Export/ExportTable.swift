public import CaseModel
internal import Correlation
public import Diagnoses
public import Wire

/// A case as flat tables, one JSON object a line: many cases' files read as one table by DuckDB, Spark or ClickHouse.
public enum ExportTable: String, Sendable, CaseIterable {
  /// What was found.
  case findings
  /// Every flow once.
  case flows
  /// Every flow's packets from each place of its path to the next, by direction: where they got lost.
  case hops
  /// Every frame of every flow, with what became of it; flow after flow, in no order that means something.
  case segments
  /// What happened, in aligned order.
  case events

  /// Writes this table of a case.
  /// - Parameters:
  ///   - name: of the case, in every row.
  ///   - written: the flows' pages, in the timeline's order.
  /// - Throws: `EncodingError` for a number that JSON cannot hold; what the sink or the spool throws.
  public func write(
    _ name: CaseID, _ judgement: Judgement, _ scene: Scene, _ written: [FlowPage], from pages: FlowPages,
    into sink: inout some ByteSink
  ) throws {
    switch self {
    case .segments:
      let flows = scene.timeline.flows
      let causes = Dictionary(uniqueKeysWithValues: causes(judgement).map { (flows[$0].name, $1) })
      var lines = try SegmentLines(name, scene)
      _ = try scene.timeline.eachStory(of: flows.indices) { story in
        try lines.write(story, cause: causes[story.flow.name], into: &sink)
      }
    case .findings: for judged in judgement.findings { try sink.write(FindingRow(judged, judgement, name)) }
    case .flows, .hops:
      let causes = causes(judgement)
      for (index, page) in written.enumerated() {
        let flow = try JSONText.decode(FlowRecord.self, from: pages.row(page))
        if self == .flows {
          try sink.write(ExportedFlow(flow, name, causes[index]))
        } else {
          for hop in ExportedHop.all(flow, name, causes[index]) { try sink.write(hop) }
        }
      }
    case .events:
      var lines = CaseLines(sink: sink, name: name)
      try writeTimeline(judgement, scene, written, from: pages, into: &lines)
      sink = lines.sink
    }
  }

  /// The root cause that leads among those of a flow.
  private func causes(_ judgement: Judgement) -> [Int: FindingKind] {
    var causes: [Int: FindingKind] = [:]
    for judged in judgement.rootCauses.reversed() {
      for flow in judged.finding.flows { causes[flow] = judged.finding.kind }
    }
    return causes
  }
}

extension ByteSink {
  fileprivate mutating func write(_ row: some Encodable) throws {
    try TableText.line(row).withUnsafeBytes { try write($0) }
  }
}

/// Lines of the timeline with the case's name in front.
private struct CaseLines<Sink: ByteSink>: ByteSink {
  var sink: Sink
  private let head: [UInt8]

  init(sink: Sink, name: CaseID) {
    self.sink = sink
    head = Array("{\"case_id\":".utf8) + ((try? TableText.json(name.text)) ?? Array("null".utf8)) + Array(",".utf8)
  }

  /// Each write is one line, which begins with a brace.
  mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    try head.withUnsafeBytes { try sink.write($0) }
    try TableText.harmless(Array(bytes.dropFirst())).withUnsafeBytes { try sink.write($0) }
  }
}
