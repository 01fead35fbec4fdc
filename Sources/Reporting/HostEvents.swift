internal import Alignment
internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Evidence

/// What hosts told that is no packet: log lines, probes, kernel messages, and when captures began and ended.
struct HostEvents {
  let scene: Scene
  private let clock: CaseClock

  init(_ scene: Scene) {
    self.scene = scene
    clock = CaseClock(scene.timeline)
  }

  /// - Parameter known: what is told already, with the finding that cites it.
  func events(besides known: [CitedEvent]) -> [CitedEvent] {
    let lines = Set(known.lazy.filter { $0.vantage == nil }.map(\.file))
    return captures
      + scene.evidence.events.compactMap { event in
        let place = "\(event.cited):\(event.line)"
        return lines.contains(place) ? nil : told(event, place)
      }
  }

  private func told(_ event: Event, _ place: String) -> CitedEvent? {
    guard let at = event.at else { return nil }
    let vantage = scene.timeline.vantages.first { $0.host == event.host && $0.clock != nil }
    guard let map = vantage?.clock else { return nil }
    return CitedEvent(
      time: map.caseTime(at), bound: map.bound(at: at), host: event.host, vantage: nil,
      source: event.source.rawValue, flow: nil, frame: nil, what: event.says, file: place)
  }

  private var captures: [CitedEvent] {
    scene.timeline.vantages.flatMap { vantage -> [CitedEvent] in
      guard let map = vantage.clock, let first = vantage.health.first, let last = vantage.health.last else { return [] }
      let drops = vantage.health.drops.map { ", \(Wording.count($0, "drop"))" } ?? ""
      let frames = Wording.count(vantage.health.frames, "frame")
      func event(_ at: HostTime, _ what: String, _ rank: Int8) -> CitedEvent {
        CitedEvent(
          time: map.caseTime(unfolded: at), bound: map.bound(unfolded: at), host: vantage.host, vantage: vantage.name,
          source: "capture",
          flow: nil, frame: nil, what: what, file: "", rank: rank)
      }
      return [event(first, "the capture begins", -1), event(last, "the capture ends: \(frames)\(drops)", 1)]
    }
  }
}
