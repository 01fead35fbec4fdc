internal import Wire

/// The records of one spot in an order that two spots are joined by: nearly the order in which they were sent, so that sorting is
/// hardly more than a look.
struct SpotRecords {
  struct Entry {
    var start: Int64
    /// Of what may be cut or merged: where it ends. Of anything else: what it acknowledges, which grows as time goes by.
    var end: Int64
    /// What it has in common with its copies and parts.
    var group: UInt64
    var index: Int32

    @inline(__always)
    func isSame(as other: Self) -> Bool { start == other.start && group == other.group }
  }

  /// Data, SYN, FIN: by (start, group, file order).
  private(set) var divisible: [Entry] = []
  /// Everything else: by (start, what it acknowledges, group, file order).
  private(set) var whole: [Entry] = []

  /// - Parameter indices: of the spot's records in `track`, file order.
  init(_ track: Records, _ indices: [Int32], _ shape: MatchShape) {
    var (isDivisibleSorted, isWholeSorted) = (true, true)
    for index in indices {
      let record = track[Int(index)]
      let (start, end) = record.matchRange
      let group = record.matchGroup(shape)
      if record.isDivisible {
        let entry = Entry(start: start, end: end, group: group, index: index)
        if let last = divisible.last, !Self.precedes(last, entry) { isDivisibleSorted = false }
        divisible.append(entry)
      } else {
        let entry = Entry(start: start, end: record.acknowledged, group: group, index: index)
        if let last = whole.last, !Self.precedesWhole(last, entry) { isWholeSorted = false }
        whole.append(entry)
      }
    }
    if !isDivisibleSorted { divisible.sort(by: Self.precedes) }
    if !isWholeSorted { whole.sort(by: Self.precedesWhole) }
  }

  @inline(__always)
  static func precedes(_ a: Entry, _ b: Entry) -> Bool {
    if a.start != b.start { return a.start < b.start }
    return a.group != b.group ? a.group < b.group : a.index < b.index
  }

  @inline(__always)
  private static func precedesWhole(_ a: Entry, _ b: Entry) -> Bool {
    isBefore(a, b) || (a.isSame(as: b) && a.end == b.end && a.index < b.index)
  }

  /// Of two that are not the same, the file order aside.
  @inline(__always)
  static func isBefore(_ a: Entry, _ b: Entry) -> Bool {
    if a.start != b.start { return a.start < b.start }
    return a.end != b.end ? a.end < b.end : a.group < b.group
  }
}
