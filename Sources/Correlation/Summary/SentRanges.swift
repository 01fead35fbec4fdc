/// What one place has shown of one sender's sequence space, kept small: a frame asks whether its first byte was there before.
struct SentRanges {
  /// Sorted and apart.
  private var ranges: [Range<Int64>] = []
  /// Where the furthest of them ends.
  private(set) var end: Int64?

  /// Holes that are remembered: beyond, the oldest counts as filled.
  private static let most = 1_024

  func contains(_ position: Int64) -> Bool {
    let index = firstEnding(after: position)
    return index < ranges.count && ranges[index].lowerBound <= position
  }

  mutating func insert(_ range: Range<Int64>) {
    guard !range.isEmpty else { return }
    defer { end = ranges.last?.upperBound }
    guard let last = ranges.last, range.lowerBound <= last.upperBound else { return append(range) }
    if range.lowerBound >= last.lowerBound {
      ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
    } else {
      merge(range)
    }
  }

  private mutating func append(_ range: Range<Int64>) {
    ranges.append(range)
    guard ranges.count > Self.most else { return }
    ranges.replaceSubrange(0..<2, with: [ranges[0].lowerBound..<ranges[1].upperBound])
  }

  private mutating func merge(_ range: Range<Int64>) {
    // Those that touch it, if only at their ends.
    let low = firstEnding(after: range.lowerBound &- 1)
    var high = low
    var merged = range
    while high < ranges.count, ranges[high].lowerBound <= range.upperBound {
      merged = min(merged.lowerBound, ranges[high].lowerBound)..<max(merged.upperBound, ranges[high].upperBound)
      high += 1
    }
    ranges.replaceSubrange(low..<high, with: [merged])
    if ranges.count > Self.most {
      ranges.replaceSubrange(0..<2, with: [ranges[0].lowerBound..<ranges[1].upperBound])
    }
  }

  private func firstEnding(after position: Int64) -> Int {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound > position { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
