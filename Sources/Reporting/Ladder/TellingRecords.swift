internal import Correlation
internal import Wire

/// Which packets of a story a reader has to see: what findings cite and what lies around it, the opening, what was lost, what
/// closed it. Bounded, however long the story is.
struct TellingRecords {
  /// Smaller matters more.
  private(set) var ranks: [RecordReference: Int] = [:]

  static let cited = 0
  static let least = 9

  init(_ story: FlowStory, _ sendings: [[Sending]], cited: Set<RecordReference>) {
    for reference in cited.sorted().prefix(64) {
      want(reference, Self.cited)
      let count = story.tracks[reference.vantage].records.count
      for distance in [1, 2] {
        for index in [reference.index - distance, reference.index + distance] where (0..<count).contains(index) {
          want(RecordReference(vantage: reference.vantage, index: index), 4 + distance)
        }
      }
    }
    for vantage in story.tracks.indices { look(at: vantage, of: story, sendings[vantage]) }
  }

  private mutating func look(at vantage: Int, of story: FlowStory, _ sendings: [Sending]) {
    let track = story.tracks[vantage]
    var quota = Quota()
    for index in track.records.indices {
      let record = track.records[index]
      guard let (reason, rank) = reason(record, track.fates[index], sendings[index]),
        quota.takes(reason, record.isFromOpener)
      else {
        continue
      }
      want(RecordReference(vantage: vantage, index: index), rank)
    }
    for index in track.records.indices.suffix(2) { want(RecordReference(vantage: vantage, index: index), 7) }
  }

  private func reason(_ record: Record, _ fate: Fate, _ sending: Sending) -> (Quota.Reason, rank: Int)? {
    if fate == .lost { return (.lost, 2) }
    if record.bits.contains(.icmpError) { return (.error, 2) }
    if record.flags.contains(.rst), record.isSegment { return (.reset, 2) }
    if record.flags.contains(.syn), record.isSegment { return (.opening, 1) }
    if record.flags.contains(.fin), record.isSegment { return (.closing, 3) }
    if sending.isRetransmission { return (.again, 3) }
    if record.length > 0 { return (.data, 4) }
    return (.other, 6)
  }

  private mutating func want(_ reference: RecordReference, _ rank: Int) {
    ranks[reference] = min(ranks[reference] ?? .max, rank)
  }
}

/// The first few of each kind and direction.
private struct Quota {
  enum Reason: Int { case lost, error, reset, opening, closing, again, data, other }

  private static let most = [8, 3, 4, 4, 2, 4, 2, 1]
  private var taken = [Int](repeating: 0, count: 16)

  mutating func takes(_ reason: Reason, _ fromOpener: Bool) -> Bool {
    let slot = reason.rawValue * 2 + (fromOpener ? 1 : 0)
    taken[slot] += 1
    return taken[slot] <= Self.most[reason.rawValue]
  }
}
