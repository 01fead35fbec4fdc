/// Stretches of a direction's sequence space: sorted, apart from each other, none of them empty.
struct ByteRanges: Sendable, Equatable {
  private(set) var ranges: [Range<Int64>] = []

  init() {}

  /// In any order, and overlapping as they may.
  init(_ unsorted: [Range<Int64>]) {
    for range in unsorted.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = ranges.last, range.lowerBound <= last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        ranges.append(range)
      }
    }
  }

  var isEmpty: Bool { ranges.isEmpty }
  var end: Int64? { ranges.last?.upperBound }
  var count: Int64 { ranges.reduce(0) { $0 &+ ($1.upperBound &- $1.lowerBound) } }

  func union(_ other: Self) -> Self { Self(ranges + other.ranges) }

  func intersection(_ other: Self) -> Self {
    var common = Self()
    var (mine, theirs) = (0, 0)
    while mine < ranges.count, theirs < other.ranges.count {
      let (a, b) = (ranges[mine], other.ranges[theirs])
      let low = max(a.lowerBound, b.lowerBound)
      let high = min(a.upperBound, b.upperBound)
      if low < high { common.ranges.append(low..<high) }
      if a.upperBound < b.upperBound { mine += 1 } else { theirs += 1 }
    }
    return common
  }

  /// What of a stretch they leave out.
  func gaps(in whole: Range<Int64>) -> Self {
    var gaps = Self()
    var reached = whole.lowerBound
    for range in ranges where range.upperBound > reached {
      guard range.lowerBound < whole.upperBound else { break }
      if range.lowerBound > reached { gaps.ranges.append(reached..<range.lowerBound) }
      reached = range.upperBound
    }
    if reached < whole.upperBound { gaps.ranges.append(reached..<whole.upperBound) }
    return gaps
  }
}
