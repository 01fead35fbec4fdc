/// Finds where the clocks of one pair were set or slewed.
///
/// A straight line is extended for as long as the two clouds keep a margin, and begun anew where they do not; the places found so
/// are then sharpened from both sides. A break that one line explains as well, a few false points aside, is none.
struct PairBreakSearch {
  /// Beyond that many, or with less than a dozen inequalities for each, the pair is not a clock that was set now and then, but evidence without sense.
  static let most = 16
  /// A margin that shrinks below this share of what seconds of the same evidence have is not one of a straight line.
  static let straight = 0.4
  private static let second = 1e9

  private let base: (x: Int64, y: Int64)
  private let events: [PairEvent]
  private let quantum: Double
  /// The margin that a straight stretch must keep.
  private let floor: Double
  private let isStraight: Bool
  private var fakes = 0

  init(_ points: PairPoints, offered: Int, quantum: Double) {
    base = points.base
    events = points.events
    self.quantum = quantum
    let line = OutlierPeel.fit(points, offered: offered, quantum: quantum).line
    floor = Self.usualMargin(events, quantum) * Self.straight
    isStraight = !line.isTwoSided || (line.isFeasible && line.gap >= floor - 2_000 - 2 * quantum)
    fakes = max(2, Int(Double(offered) * OutlierPeel.budget))
  }

  /// In order of time; empty where one line explains all, or nothing does.
  consuming func breaks() -> [PairBreak] {
    if isStraight { return [] }
    guard var stretches = stretches() else { return [] }
    for _ in 0..<3 { sharpen(&stretches) }
    join(&stretches)
    return zip(stretches, stretches.dropFirst()).compactMap(between)
  }

  // MARK: stretches

  private func line(_ range: Range<Int>) -> MaxMarginLine {
    OutlierPeel.fit(PairPoints(base: base, events: events[range]), offered: range.count, quantum: quantum).line
  }

  /// Ranges of events, each of which a line explains.
  private mutating func stretches() -> [Range<Int>]? {
    var found: [Range<Int>] = []
    var start = 0
    while start < events.count {
      let end = reach(from: start)
      found.append(start..<end)
      guard found.count <= min(Self.most, 1 + events.count / 12) else { return nil }
      start = end
    }
    return found
  }

  /// The first event that one line from `start` on does not explain. Looks at every sixteenth, and closer where that fails.
  private mutating func reach(from start: Int) -> Int {
    var seen = Margin(forward: Hull(.lower), reverse: Hull(.upper), quantum: quantum)
    var at = start
    while at < events.count {
      let next = min(events.count, at + 16)
      var whole = seen
      for event in events[at..<next] { whole.take(event) }
      if whole.holds(floor) {
        (seen, at) = (whole, next)
        continue
      }
      while at < next {
        var one = seen
        one.take(events[at])
        if one.holds(floor) {
          seen = one
        } else if !passes(over: at, seen) {
          return max(at, start + 1)
        }
        at += 1
      }
    }
    return events.count
  }

  /// Whether the event is a false one alone: those after it go on as before.
  private mutating func passes(over event: Int, _ seen: Margin) -> Bool {
    guard fakes > 0, event + 1 < events.count else { return false }
    var on = seen
    for event in events[(event + 1)..<min(events.count, event + 7)] { on.take(event) }
    guard on.holds(floor) else { return false }
    fakes -= 1
    return true
  }

  /// Draws each border back to what surely lies before and surely lies after: what fits both belongs to neither.
  private func sharpen(_ stretches: inout [Range<Int>]) {
    for right in stretches.indices.dropFirst() {
      let left = right - 1
      let after = line(stretches[right])
      let last = (stretches[left].lowerBound..<stretches[right].lowerBound).last { events[$0].contradicts(after) }
      guard let last, after.isTwoSided else { continue }
      let kept = stretches[left].lowerBound..<last + 1
      let before = line(kept)
      guard before.isTwoSided else { continue }
      let first = (last + 1..<stretches[right].upperBound).first { events[$0].contradicts(before) }
      guard let first, line(first..<stretches[right].upperBound).isTwoSided else { continue }
      stretches[left] = kept
      stretches[right] = first..<stretches[right].upperBound
    }
  }

  /// Joins stretches that one line explains about as well as two.
  private func join(_ stretches: inout [Range<Int>]) {
    var right = 1
    while right < stretches.count {
      let both = stretches[right - 1].lowerBound..<stretches[right].upperBound
      let parts = [line(stretches[right - 1]), line(stretches[right])]
      let margin = parts.map(\.gap).min() ?? 0
      let joint = line(both)
      if !margin.isFinite || (joint.isFeasible && joint.gap >= Self.straight * margin) {
        stretches[right - 1] = both
        stretches.remove(at: right)
      } else {
        right += 1
      }
    }
  }

  /// A clock that was set shows it more than once, in both directions.
  private func isSupported(_ range: Range<Int>) -> Bool {
    let forward = events[range].count { $0.isForward }
    return min(forward, range.count - forward) >= 2 && range.count >= 6
  }

  private func between(_ left: Range<Int>, _ right: Range<Int>) -> PairBreak? {
    let (before, after) = (line(left), line(right))
    guard before.isFeasible, after.isFeasible, isSupported(left), isSupported(right), let last = left.last else {
      return nil
    }
    var (from, to) = (events[last].point.x, events[right.lowerBound].point.x)
    let turn = after.slope - before.slope
    // Lines that cross where the break is: no reading was skipped or repeated.
    let crossing = turn == 0 ? Double.infinity : (before.intercept - after.intercept) / turn
    let room = (to - from) + 0.1 * Self.second
    let isKink = crossing > from - room && crossing < to + room
    if isKink { (from, to) = (crossing, crossing) }
    return PairBreak(
      nature: isKink ? .kink : .jump, from: from, to: to, before: before.value(at: from), after: after.value(at: to),
      turn: turn, gap: max(0, min(before.gap, after.gap)))
  }

  // MARK: margins

  /// The margin (its lower quartile) of stretches of seconds that have enough evidence to show one; 0 where none has.
  private static func usualMargin(_ events: [PairEvent], _ quantum: Double) -> Double {
    var width = second
    while let first = events.first?.point.x, let last = events.last?.point.x, width < last - first {
      if let usual = usualMargin(events, quantum, from: first, width) { return usual }
      width *= 4
    }
    return 0
  }

  private static func usualMargin(
    _ events: [PairEvent], _ quantum: Double, from first: Double, _ width: Double
  ) -> Double? {
    var margins: [Double] = []
    var start = 0
    while start < events.count {
      let stretch = ((events[start].point.x - first) / width).rounded(.down)
      var margin = Margin(forward: Hull(.lower), reverse: Hull(.upper), quantum: quantum)
      var end = start
      var forward = 0
      while end < events.count, ((events[end].point.x - first) / width).rounded(.down) <= stretch {
        margin.take(events[end])
        forward += events[end].isForward ? 1 : 0
        end += 1
      }
      if min(forward, end - start - forward) >= 8 {
        let gap = margin.gap(margin.widestSlope(span: width))
        // One that contradicts itself has a break within, and tells nothing of what is usual.
        if gap > 0 { margins.append(gap) }
      }
      start = end
    }
    return margins.isEmpty ? nil : margins.sorted()[(margins.count - 1) / 4]
  }
}

extension Margin {
  mutating func take(_ event: PairEvent) {
    if event.isForward { forward.append(event.point) } else { reverse.append(event.point) }
  }

  /// Whether any believable slope leaves that margin.
  func holds(_ floor: Double) -> Bool {
    guard gap(0).isFinite else { return true }
    if gap(0) >= floor { return true }
    return gap(Search.argmax(in: -MaxMarginLine.prior...MaxMarginLine.prior, gap)) >= floor
  }
}
