internal import Wire

/// Bytes that a flow's peer acknowledged and this vantage never showed, though it showed others of the same sender: what a capture
/// itself has missed.
enum UnseenBytes {
  static func count(_ track: [Record]) -> Int64 {
    count(track, fromOpener: true) &+ count(track, fromOpener: false)
  }

  private static func count(_ track: [Record], fromOpener: Bool) -> Int64 {
    var ranges: [(start: Int64, end: Int64)] = []
    var acknowledged = Int64.min
    for record in track where record.isSegment && !record.flags.contains(.rst) {
      if record.isFromOpener == fromOpener {
        if record.sequenceLength > 0 { ranges.append(record.matchRange) }
      } else if record.flags.contains(.ack) {
        acknowledged = max(acknowledged, record.acknowledged)
      }
    }
    ranges.sort { $0.start < $1.start }
    guard let first = ranges.first, acknowledged > first.start else { return 0 }
    var unseen: Int64 = 0
    var reached = first.start
    for range in ranges {
      if range.start > reached { unseen &+= max(0, min(range.start, acknowledged) &- reached) }
      reached = max(reached, range.end)
    }
    return unseen &+ max(0, acknowledged &- reached)
  }
}
