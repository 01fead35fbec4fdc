internal import Correlation
internal import Wire

/// A connection whose first SYNs got lost one after the other on one hop, until one came through.
///
/// Each retry comes twice as late as the last (RFC 6298, 5.5; Linux since 6.5 begins with four of a second each), so that a client
/// waits for seconds or gives up. One or two SYNs get lost by chance where packets do; three in a row, and nothing else, do not.
struct HeldUpOpening {
  let place: Place
  let next: Place
  let lost: [RecordReference]
  /// The SYN-ACK that the first one drew which was not lost, at the same capture.
  let answer: RecordReference?

  private static let fewest = 3
  private static let least: Int64 = 1_000_000_000

  init?(_ story: FlowStory) {
    let path = story.paths.fromOpener
    for (place, next) in zip(path, path.dropFirst()).reversed() {
      let records = story.tracks[place.vantage].records
      let syns = records.indices.filter {
        records[$0].isOpening && Place(records[$0], at: place.vantage) == place
      }
      let lost = syns.prefix { story.tracks[place.vantage].fates[$0] == .lost }
      guard lost.count >= Self.fewest, lost.count < syns.count, let first = lost.first,
        records[syns[lost.count]].time &- records[first].time >= Self.least
      else { continue }
      self.place = place
      self.next = next
      self.lost = lost.map { RecordReference(vantage: place.vantage, index: $0) }
      answer = records[syns[lost.count]...].firstIndex {
        !$0.isFromOpener && $0.isSegment && $0.flags.contains(.syn)
      }.map { RecordReference(vantage: place.vantage, index: $0) }
      return
    }
    return nil
  }
}
