internal import CaseModel
internal import Correlation
internal import Diagnoses

extension PostmortemPage {
  /// Rows of the table; what else happened is counted.
  private static let most = 150
  /// The same words of a host so often are not yet a repetition.
  private static let few = 2

  /// Packets that findings cite, what hosts told, and what the shown connection went through, in aligned order.
  func timeline() -> Markup? {
    let cited = CitedEvents(judgement, scene).events
    let frames = Set(cited.filter { $0.frame != nil }.map(FrameOfEvent.init))
    let own = (shown?.events ?? []).filter { !frames.contains(FrameOfEvent($0)) }
    let hosts = Self.told(HostEvents(scene).events(besides: cited))
    let room = max(0, Self.most - cited.count - own.count)
    let events = Self.ordered(Array((cited + own + hosts.prefix(room)).prefix(Self.most)), scene.timeline)
    guard let origin = cited.first ?? events.first else { return nil }
    let day = clock.day(of: events.map(\.time))
    let known = Set(cited.map { "\($0.file) \($0.frame ?? 0) \($0.what)" })
    let order = EventOrder(events, clock)
    let rows = events.enumerated().map { row($1, order.isClaimed($0), origin, day, known) }
    let left = cited.count + own.count + hosts.count - events.count
    let more =
      left > 0
      ? element("p", ["class": "dim"], "\(Wording.count(left, "more event")) in \(CasePath.timeline).") : Markup.nothing
    return element("p", [:], .prose(timelineLegend(scene, clock)))
      + .table(["", clock.heading(day: day), "seconds", "where", "source", "what"], rows, class: "timeline") + more
  }

  /// What a host says more than a few times in the same words is told once, with how often.
  private static func told(_ events: [CitedEvent]) -> [CitedEvent] {
    struct Words: Hashable { let host: HostName?, source: String, what: String }
    var places: [Words: [Int]] = [:]
    for (place, event) in events.enumerated() where event.source != "capture" {
      places[Words(host: event.host, source: event.source, what: event.what), default: []].append(place)
    }
    var told = events
    var silent: Set<Int> = []
    for same in places.values where same.count > few {
      let same = same.sorted { (events[$0].time, $0) < (events[$1].time, $1) }
      guard let first = same.first, let last = same.last else { continue }
      let length = Wording.duration(nanoseconds: events[last].time.since(events[first].time))
      told[first].what += ", and \(Wording.grouped(Int64(same.count - 1))) more like it in \(length)"
      silent.formUnion(same.dropFirst())
    }
    return told.indices.filter { !silent.contains($0) }.map { told[$0] }
  }

  private func row(
    _ event: CitedEvent, _ isClaimed: Bool, _ origin: CitedEvent, _ day: String?, _ known: Set<String>
  ) -> [Markup] {
    let together = event.host == origin.host ? 0 : clock.bound(between: origin, and: event)
    let isCited = known.contains("\(event.file) \(event.frame ?? 0) \(event.what)")
    return [
      Markup(isClaimed ? "" : "≈"), Markup(clock.text(event.time, bound: event.bound, day: day)),
      Markup(clock.text(event.time, since: origin.time, bound: together)),
      .code(event.vantage?.text ?? event.host?.text ?? "controller"),
      element("span", ["class": "source"], event.frame.map { "frame \($0)" } ?? event.source),
      isCited ? .prose(event.what) : element("span", ["class": "dim"], .prose(event.what)),
    ]
  }

  private static func ordered(_ events: [CitedEvent], _ timeline: Timeline) -> [CitedEvent] {
    events.enumerated().map { (EventKey($1, timeline), $0, $1) }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }
}

/// One frame, whoever tells of it.
private struct FrameOfEvent: Hashable {
  let file: String
  let frame: Int?

  init(_ event: CitedEvent) {
    file = event.file
    frame = event.frame
  }
}
