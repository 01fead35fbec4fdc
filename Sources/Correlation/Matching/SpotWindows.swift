internal import Wire

/// The records of two spots, cut at the same places of the sequence space, ascending: so many that joining them at once would take
/// more memory than they do.
struct SpotWindows {
  /// What a spot's records are sorted by, the group aside.
  private struct Key: Comparable {
    var start: Int64
    var acknowledged: Int64

    init(_ record: Record) {
      start = record.matchRange.start
      acknowledged = record.isDivisible ? 0 : record.acknowledged
    }

    @inline(__always)
    static func < (a: Self, b: Self) -> Bool {
      a.start != b.start ? a.start < b.start : a.acknowledged < b.acknowledged
    }
  }

  /// One spot's records by window, file order within each.
  private struct Side {
    var indices: [Int32] = []
    var starts: [Int] = []
  }

  /// Records of both spots that are joined at once, where nothing else is wanted.
  static let most = 1 << 18

  /// Where the second and each later window begins.
  private let cuts: [Key]
  private let above: Side
  private let below: Side
  /// Bytes that a record of the upper spot covers at most.
  let longest: Int64

  /// - Parameters:
  ///   - most: records of both spots in a window, about.
  ///   - isWanted: which of the records are to be joined.
  init(
    _ up: Records, _ ups: [Int32], _ down: Records, _ downs: [Int32], of most: Int, where isWanted: (Record) -> Bool
  ) {
    cuts = Self.cuts(up, ups, down, downs, most, isWanted)
    var longest: Int64 = 1
    above = Self.side(up, ups, cuts) { record in
      guard isWanted(record) else { return false }
      let (start, end) = record.matchRange
      longest = max(longest, end &- start)
      return true
    }
    below = Self.side(down, downs, cuts, isWanted)
    self.longest = longest
  }

  var count: Int { cuts.count + 1 }

  func ups(_ window: Int) -> [Int32] { Array(above.indices[above.starts[window]..<above.starts[window + 1]]) }
  func downs(_ window: Int) -> [Int32] { Array(below.indices[below.starts[window]..<below.starts[window + 1]]) }

  /// No record of a window begins before it.
  func start(of window: Int) -> Int64 { window == 0 ? .min / 2 : cuts[window - 1].start }

  private static func cuts(
    _ up: Records, _ ups: [Int32], _ down: Records, _ downs: [Int32], _ most: Int, _ isWanted: (Record) -> Bool
  ) -> [Key] {
    // Of so many one is looked at to find out where to cut.
    let stride = max(1, most / 1_024)
    let samples = max(1, most / stride / 2)
    var some: [Key] = []
    for (track, indices) in [(up, ups), (down, downs)] {
      for place in Swift.stride(from: 0, to: indices.count, by: stride) {
        let record = track[Int(indices[place])]
        if isWanted(record) { some.append(Key(record)) }
      }
    }
    some.sort()
    var cuts: [Key] = []
    for place in Swift.stride(from: samples, to: some.count, by: samples)
    where cuts.last.map({ $0 < some[place] }) ?? true {
      cuts.append(some[place])
    }
    return cuts
  }

  private static func side(
    _ track: Records, _ indices: [Int32], _ cuts: [Key], _ isWanted: (Record) -> Bool
  ) -> Side {
    let none = UInt32.max
    var starts = [Int](repeating: 0, count: cuts.count + 2)
    var window = 0
    let windows = indices.map { index in
      let record = track[Int(index)]
      guard isWanted(record) else { return none }
      window = Self.window(of: Key(record), cuts, near: window)
      starts[window + 1] += 1
      return UInt32(truncatingIfNeeded: window)
    }
    for window in 1..<starts.count { starts[window] += starts[window - 1] }
    var next = starts
    var sorted = [Int32](repeating: 0, count: starts[cuts.count + 1])
    for (index, window) in zip(indices, windows) where window != none {
      sorted[next[Int(window)]] = index
      next[Int(window)] += 1
    }
    return Side(indices: sorted, starts: starts)
  }

  /// Nearly always that of the record before.
  private static func window(of key: Key, _ cuts: [Key], near guess: Int) -> Int {
    if guess == 0 || !(key < cuts[guess - 1]), guess == cuts.count || key < cuts[guess] { return guess }
    var (low, high) = (0, cuts.count)
    while low < high {
      let middle = (low + high) / 2
      if key < cuts[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
