internal import CaseModel

/// How far differences of two clocks' readings may be off, over all stretches that either has in the time of both.
struct DistancesApart {
  private let solved: [ClockSolution]
  /// Per clock: its stretches, and their spans by the line on which time was counted; nil where a stretch is not on it.
  private let stretches: [[(number: Int, span: ClosedRange<Int64>)]?]

  init(_ clocks: StretchedClocks, _ solved: [ClockSolution]) {
    self.solved = solved
    var stretches = clocks.firsts.map { _ in Optional([(number: Int, span: ClosedRange<Int64>)]()) }
    for (number, clock) in clocks.owners.enumerated() {
      guard let span = clocks.spans[number], let map = solved[number].map else {
        stretches[clock] = nil
        continue
      }
      let ends = [span.lowerBound, span.upperBound].map {
        map.caseTime(unfolded: HostTime(nanoseconds: $0)).nanoseconds
      }
      stretches[clock]?.append((number, min(ends[0], ends[1])...max(ends[0], ends[1])))
    }
    self.stretches = stretches
  }

  func worst(_ a: Int, _ b: Int) -> Double {
    guard let these = stretches[a], let those = stretches[b] else { return .infinity }
    var worst = -Double.infinity
    for one in these {
      for other in those where one.span.overlaps(other.span) {
        worst = max(worst, solved[one.number].apart[other.number])
      }
    }
    return worst < 0 ? .infinity : worst
  }
}
