internal import CaseModel
public import Correlation
public import Diagnoses
public import Wire

/// What the documents keep of one flow: made while its story is alive, written when all have been visited. Its text waits in a spool.
public struct FlowPage: Sendable {
  /// Where the text begins: the row of `flows.json`, one line without its end, then the events' lines.
  fileprivate let start: Int64
  fileprivate let rowLength: Int32
  let events: [Event]

  /// A line of `timeline.ndjson`.
  struct Event: Sendable {
    let key: EventKey
    let length: Int32
  }
}

/// Where an event stands in the timeline.
struct EventKey: Hashable, Comparable, Sendable {
  var time: Int64
  /// 1-based, 0 for what is no packet.
  var frame: UInt32
  /// Index into the timeline's vantages, and of the file among the vantage's; past them for what is no packet.
  var vantage: UInt16
  var file: UInt16
  /// Before, among or after what happened at that instant.
  var rank: Int8

  static func < (a: Self, b: Self) -> Bool {
    (a.time, a.rank, a.vantage, a.file, a.frame) < (b.time, b.rank, b.vantage, b.file, b.frame)
  }
}

/// Makes the pages of a case's flows, and keeps their text until it is written.
public struct FlowPages: Sendable {
  private let scene: Scene
  private let row: FlowRow
  private let text: any SpoolFile

  /// - Throws: what the spool throws.
  public init(_ scene: Scene, spool: some Spool) throws {
    self.scene = scene
    row = FlowRow(scene: scene, interfaces: InterfaceNames(scene))
    text = try spool.makeFile()
  }

  /// - Throws: `EncodingError` for a number that JSON cannot hold; what the spool throws.
  public func page(_ story: FlowStory) throws -> FlowPage {
    let summary = FlowSummary(story, scene.timeline.vantages)
    var bytes = try JSONText.line(row.record(summary, story.flow))
    bytes.removeLast()
    let rowLength = bytes.count
    var events: [FlowPage.Event] = []
    for event in FlowEvents(story: story, summary: summary, scene: scene).events() {
      let line = try event.line()
      bytes += line
      events.append(FlowPage.Event(key: EventKey(event, scene.timeline), length: Int32(clamping: line.count)))
    }
    return FlowPage(
      start: try bytes.withUnsafeBytes { try text.append($0) }, rowLength: Int32(clamping: rowLength), events: events)
  }

  func row(_ page: FlowPage) throws -> [UInt8] { try read(page.start, page.rowLength) }

  /// The line of one of a page's events.
  func line(_ event: Int, _ page: FlowPage) throws -> [UInt8] {
    let before = page.events[..<event].reduce(Int64(page.rowLength)) { $0 + Int64($1.length) }
    return try read(page.start + before, page.events[event].length)
  }

  private func read(_ start: Int64, _ length: Int32) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(length))
    try bytes.withUnsafeMutableBytes { try text.read(at: start, into: $0) }
    return bytes
  }
}

extension EventKey {
  init(_ event: CitedEvent, _ timeline: Timeline) {
    let vantage = timeline.vantages.firstIndex { $0.name == event.vantage }
    let file = vantage.flatMap { timeline.vantages[$0].files.firstIndex(of: event.file) }
    self.init(
      time: event.time.nanoseconds, frame: UInt32(clamping: event.frame ?? 0),
      vantage: UInt16(clamping: vantage ?? timeline.vantages.count), file: UInt16(clamping: file ?? .max),
      rank: event.rank)
  }
}

/// `flows.json`: every flow of the case, one a line.
///
/// - Parameter written: the pages, in the timeline's order.
/// - Throws: what the sink or the spool throws.
public func writeFlows(_ written: [FlowPage], from pages: FlowPages, into sink: inout some ByteSink) throws {
  try sink.write(text: "{\"schema\":\"stakeout.flows/1\",\"flows\":[")
  for (index, page) in written.enumerated() {
    try sink.write(text: index == 0 ? "\n" : ",\n")
    try pages.row(page).withUnsafeBytes { try sink.write($0) }
  }
  try sink.write(text: "\n]}\n")
}

extension ByteSink {
  fileprivate mutating func write(text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }
}
