internal import CaseModel
internal import Correlation
public import Diagnoses

/// `timeline.ndjson`: what the case cites, in the order of the aligned time line, one event a line.
///
/// - Throws: `EncodingError` for a number that JSON cannot hold.
public func timelineLines(_ judgement: Judgement, _ scene: Scene) throws -> [UInt8] {
  try CitedEvents(judgement, scene).events.flatMap { try JSONText.line(TimelineLine($0)) }
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
