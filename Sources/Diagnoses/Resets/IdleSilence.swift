internal import Correlation
internal import Wire

/// Nothing was seen of a connection for a while, and then a segment to which nothing came, or a RST.
struct IdleSilence {
  /// The last frame before, and the first after it.
  let before: RecordReference
  let after: RecordReference
  /// Nanoseconds.
  let length: Int64
  /// The longest one that the connection had survived before.
  let survived: Int64
  let survivor: RecordReference?

  /// The quiet before a segment: from then on only its sender spoke.
  init?(before cause: RecordReference, _ story: FlowStory) {
    let records = story.tracks[cause.vantage].records
    var longest: (index: Int, length: Int64)?
    let heard = records[..<cause.index].lazy.filter {
      $0.isFromOpener != records[cause.index].isFromOpener && $0.isSegment && $0.flags.contains(.ack)
    }.map(\.acknowledged).max()
    var index = cause.index
    while index > 0 {
      let gap = records[index].time &- records[index - 1].time
      // Who waits for an acknowledgment and repeats himself less and less often (RFC 6298, 5) is not idle.
      if gap > longest?.length ?? 1_000_000_000, !Self.waits(records[index - 1], records[cause.index], heard) {
        longest = (index, gap)
      }
      guard records[index - 1].isFromOpener == records[cause.index].isFromOpener, records[index - 1].isSegment else {
        break
      }
      index -= 1
    }
    guard let longest else { return nil }
    var survived: (length: Int64, index: Int)?
    for index in 1..<max(1, longest.index) {
      let gap = records[index].time &- records[index - 1].time
      if gap > survived?.length ?? 0 { survived = (gap, index) }
    }
    before = RecordReference(vantage: cause.vantage, index: longest.index - 1)
    after = RecordReference(vantage: cause.vantage, index: longest.index)
    length = longest.length
    self.survived = survived?.length ?? 0
    survivor = survived.map { RecordReference(vantage: cause.vantage, index: $0.index) }
  }

  /// Whether a segment of the same sender still waited for its acknowledgment.
  private static func waits(_ record: Record, _ cause: Record, _ heard: Int64?) -> Bool {
    record.isSegment && record.isFromOpener == cause.isFromOpener && record.sequenceLength > 0
      && !record.flags.contains(.rst) && record.position &+ record.sequenceLength > heard ?? .min
  }
}
