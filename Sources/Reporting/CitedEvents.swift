internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Evidence

/// One thing that the case cites, at its place on the time line.
struct CitedEvent: Sendable {
  var time: CaseTime
  /// Half-width in nanoseconds against the case's time line.
  var bound: Double
  var host: HostName?
  var vantage: VantageName?
  /// `packet`, `log`, `probe`, `trace`, `dmesg`, `journal`, `capture` or `trigger`.
  var source: String
  var flow: FlowName?
  var frame: Int?
  var what: String
  /// Of the capture's file, for the order of equal times.
  var file: String
  /// Among events of one instant: below 0 for what opens it, above for what ends it.
  var rank: Int8 = 0
}

/// What the findings cite and what the trigger was, in aligned order; each frame once, whatever it proves.
struct CitedEvents {
  let events: [CitedEvent]

  /// - Parameter standings: of the findings whose citations are meant; nil for all. Notes are no part of the story told to people.
  init(
    _ judgement: Judgement, _ scene: Scene,
    standings: Set<FindingRecord.Standing>? = [.rootCause, .symptom, .contributing]
  ) {
    let clock = CaseClock(scene.timeline)
    var events: [CitedEvent] = []
    var seen: [String: Int] = [:]
    for judged in judgement.findings where standings?.contains(judged.finding.standing) ?? true {
      let flows = judged.finding.flows
      let flow = flows.count == 1 ? scene.timeline.flows[flows[0]].name : nil
      for citation in judged.finding.citations {
        guard let event = Self.event(citation, flow, scene, clock) else { continue }
        let key = "\(event.file)\u{0}\(event.frame ?? 0)"
        if let known = seen[key] {
          events[known].flow = events[known].flow ?? event.flow
        } else {
          seen[key] = events.count
          events.append(event)
        }
      }
    }
    events += Self.trigger(judgement, scene, clock).map { [$0] } ?? []
    let order = Dictionary(
      scene.timeline.vantages.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.events = events.sorted { a, b in
      let places = (order[a.vantage ?? ""] ?? Int.max, order[b.vantage ?? ""] ?? Int.max)
      return (a.time, places.0, a.file, a.frame ?? 0) < (b.time, places.1, b.file, b.frame ?? 0)
    }
  }

  private static func event(
    _ citation: Citation, _ flow: FlowName?, _ scene: Scene, _ clock: CaseClock
  ) -> CitedEvent? {
    switch citation {
    case .packet(let packet):
      guard let time = packet.time else { return nil }
      let host = scene.timeline.vantages.first { $0.name == packet.vantage }?.host
      return CitedEvent(
        time: time, bound: clock.bound(of: packet.vantage, at: time) ?? 0, host: host, vantage: packet.vantage,
        source: "packet", flow: flow, frame: packet.frame, what: packet.says, file: packet.file)
    case .log(let log):
      guard let time = log.time else { return nil }
      let vantage = scene.timeline.vantages.first { $0.host == log.host && $0.clock != nil }?.name
      return CitedEvent(
        time: time, bound: clock.bound(of: vantage, at: time) ?? 0, host: log.host, vantage: nil, source: "log",
        flow: flow,
        frame: nil, what: log.says, file: "\(log.file):\(log.line)")
    case .check: return nil
    }
  }

  private static func trigger(_ judgement: Judgement, _ scene: Scene, _ clock: CaseClock) -> CitedEvent? {
    guard judgement.trigger.occurred, let at = judgement.trigger.at else { return nil }
    let record = scene.evidence.manifest.trigger
    let vantage = scene.timeline.vantages.first { $0.host == record.host && $0.clock != nil }?.name
    return CitedEvent(
      time: at, bound: clock.bound(of: vantage, at: at) ?? Double(scene.timeline.utc?.bound ?? 0), host: record.host,
      vantage: nil, source: "trigger", flow: judgement.trigger.flows.count == 1 ? judgement.trigger.flows[0] : nil,
      frame: nil, what: "trigger `\(record.kind.rawValue)`" + (record.says.map { ": \($0)" } ?? ""), file: "")
  }
}
