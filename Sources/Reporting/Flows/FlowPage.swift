internal import CaseModel
public import Correlation
public import Diagnoses
public import Wire

/// What the documents keep of one flow: made while its story is alive, written when all have been visited.
public struct FlowPage: Sendable {
  /// Its row of `flows.json`, one line without its end.
  let row: [UInt8]
  /// Its lines of `timeline.ndjson`.
  let events: [Line]

  struct Line: Sendable {
    let key: EventKey
    let text: [UInt8]
  }
}

/// Where an event stands in the timeline.
struct EventKey: Hashable, Comparable, Sendable {
  var time: Int64
  /// Before, among or after what happened at that instant.
  var rank = 0
  /// Index into the timeline's vantages, and of the file among the vantage's; past them for what is no packet.
  var vantage: Int
  var file: Int
  var frame: Int

  static func < (a: Self, b: Self) -> Bool {
    (a.time, a.rank, a.vantage, a.file, a.frame) < (b.time, b.rank, b.vantage, b.file, b.frame)
  }
}

/// Makes the pages of a case's flows.
public struct FlowPages: Sendable {
  private let scene: Scene
  private let row: FlowRow

  public init(_ scene: Scene) {
    self.scene = scene
    row = FlowRow(scene: scene, interfaces: InterfaceNames(scene))
  }

  /// - Throws: `EncodingError` for a number that JSON cannot hold.
  public func page(_ story: FlowStory) throws -> FlowPage {
    let summary = FlowSummary(story, scene.timeline.vantages)
    let events = FlowEvents(story: story, summary: summary, scene: scene).events()
    return FlowPage(
      row: try JSONText.line(row.record(summary, story.flow)).dropLast(),
      events: try events.map { FlowPage.Line(key: EventKey($0, scene.timeline), text: try $0.line()) })
  }
}

extension EventKey {
  init(_ event: CitedEvent, _ timeline: Timeline) {
    let vantage = timeline.vantages.firstIndex { $0.name == event.vantage }
    let file = vantage.flatMap { timeline.vantages[$0].files.firstIndex(of: event.file) }
    self.init(
      time: event.time.nanoseconds, rank: event.rank, vantage: vantage ?? timeline.vantages.count, file: file ?? .max,
      frame: event.frame ?? 0)
  }
}

/// `flows.json`: every flow of the case, one a line.
///
/// - Parameter pages: in the timeline's order.
/// - Throws: what the sink throws.
public func writeFlows(_ pages: [FlowPage], into sink: inout some ByteSink) throws {
  try sink.write(text: "{\"schema\":\"stakeout.flows/1\",\"flows\":[")
  for (index, page) in pages.enumerated() {
    try sink.write(text: index == 0 ? "\n" : ",\n")
    try page.row.withUnsafeBytes { try sink.write($0) }
  }
  try sink.write(text: "\n]}\n")
}

extension ByteSink {
  mutating func write(text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }
}
