internal import CaseModel

/// Which rows of a table of events come after all rows above them for certain.
struct EventOrder {
  let events: [CitedEvent]
  private let clock: CaseClock
  /// What any two may be off from each other at most, nanoseconds.
  private let reach: Double

  /// - Parameter events: in order of time.
  init(_ events: [CitedEvent], _ clock: CaseClock) {
    self.events = events
    self.clock = clock
    reach = 2 * (events.map(\.bound).max() ?? 0)
  }

  func isClaimed(_ row: Int) -> Bool {
    let event = events[row]
    // What lies further back than any two clocks may be off has its order.
    let near = events[..<row].reversed().prefix { Double(event.time.since($0.time)) <= reach }
    return near.allSatisfy { isClaimed(event, after: $0) }
  }

  /// On one host its own clock orders; between hosts only what lies further apart than both clocks may be off.
  private func isClaimed(_ event: CitedEvent, after before: CitedEvent) -> Bool {
    if event.host == before.host, event.host != nil { return true }
    return Double(event.time.since(before.time)) > clock.bound(between: before, and: event)
  }
}
