internal import CaseModel
internal import Correlation
public import Diagnoses
internal import Evidence
public import Wire

/// `timeline.ndjson`: all that happened, in the order of the aligned time line, one event a line: what findings cite, what hosts
/// logged, when captures began and ended, and what every flow went through.
///
/// Events, not packets. What a finding says of a frame stands for what the flow's page says of it.
/// - Throws: `EncodingError` for a number that JSON cannot hold; what the sink or the spool throws.
public func writeTimeline(
  _ judgement: Judgement, _ scene: Scene, _ written: [FlowPage], from pages: FlowPages, into sink: inout some ByteSink
) throws {
  var told = CitedEvents(judgement, scene, standings: nil).events
  told += HostEvents(scene).events(besides: told)
  var entries = told.enumerated().map { Entry(key: EventKey($1, scene.timeline), page: Entry.none, event: $0) }
  let known = Set(entries.lazy.map(\.key).filter { $0.frame > 0 })
  for (number, page) in written.enumerated() {
    for (index, event) in page.events.enumerated() where !known.contains(event.key) {
      entries.append(Entry(key: event.key, page: number, event: index))
    }
  }
  entries.sort()
  for entry in entries {
    let line =
      entry.page == Entry.none ? try told[entry.event].line() : try pages.line(entry.event, written[entry.page])
    try line.withUnsafeBytes { try sink.write($0) }
  }
}

/// One line to come.
private struct Entry: Comparable {
  /// What the case tells, as against a flow.
  static let none = -1

  let key: EventKey
  let page: Int
  let event: Int

  static func < (a: Self, b: Self) -> Bool {
    a.key == b.key ? (a.page, a.event) < (b.page, b.event) : a.key < b.key
  }
}

extension CitedEvent {
  /// - Throws: `EncodingError` for a number that JSON cannot hold.
  func line() throws -> [UInt8] { try JSONText.line(TimelineLine(self)) }
}

private struct TimelineLine: Encodable {
  let t: CaseTime
  let bound: Double
  let host: HostName?
  let vantage: VantageName?
  let source: String
  let flow: FlowName?
  let frame: Int?
  let what: String

  init(_ event: CitedEvent) {
    t = event.time
    bound = event.bound.rounded(.up) / 1e9
    host = event.host
    vantage = event.vantage
    source = event.source
    flow = event.flow
    frame = event.frame
    what = event.what
  }

  private enum CodingKeys: String, CodingKey {
    case t, host, vantage, source, flow, frame, what
    case bound = "bound_s"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(t, forKey: .t)
    try container.encode(bound, forKey: .bound)
    try container.encode(host, forKey: .host)
    try container.encode(vantage, forKey: .vantage)
    try container.encode(source, forKey: .source)
    try container.encode(flow, forKey: .flow)
    try container.encode(frame, forKey: .frame)
    try container.encode(what, forKey: .what)
  }
}
