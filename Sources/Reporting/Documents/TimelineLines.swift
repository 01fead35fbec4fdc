internal import CaseModel
internal import Correlation
public import Diagnoses
internal import Evidence
public import Wire

/// `timeline.ndjson`: all that happened, in the order of the aligned time line, one event a line: what findings cite, what hosts
/// logged, when captures began and ended, and what every flow went through.
///
/// Events, not packets. What a finding says of a frame stands for what the flow's page says of it.
/// - Throws: `EncodingError` for a number that JSON cannot hold; what the sink throws.
public func writeTimeline(
  _ judgement: Judgement, _ scene: Scene, _ pages: [FlowPage], into sink: inout some ByteSink
) throws {
  var cited = CitedEvents(judgement, scene, standings: nil).events
  cited += HostEvents(scene).events(besides: cited)
  var lines = try cited.map { FlowPage.Line(key: EventKey($0, scene.timeline), text: try $0.line()) }
  let known = Set(lines.lazy.map(\.key).filter { $0.frame > 0 })
  for page in pages { lines += page.events.filter { !known.contains($0.key) } }
  // Equal instants of one place keep the order that they were made in.
  let order = lines.indices.sorted { (lines[$0].key, $0) < (lines[$1].key, $1) }
  for index in order { try lines[index].text.withUnsafeBytes { try sink.write($0) } }
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
