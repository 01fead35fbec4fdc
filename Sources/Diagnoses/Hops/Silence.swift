internal import Correlation
internal import Wire

/// A sender that repeats the same bytes and never hears that they came: nothing at all any more, or only what does not mention them.
/// Or one that asks in vain whether the other end is still there (keep-alives, RFC 9293, 3.8.4).
struct Silence {
  let fromOpener: Bool
  /// The place nearest to the receiver that shows the repeated bytes, and the one behind it that does not.
  let near: Place
  let far: Place?
  /// The capture behind surely shows none of them, and has not just ended by then.
  let isLostThere: Bool
  /// At the place nearest to the sender.
  let transmissions: [RecordReference]
  /// Something was heard of the other end after several transmissions: the way back is open.
  let isAnswered: Bool
  /// The last that was heard of the other end there.
  let lastHeard: RecordReference?
  /// From the first transmission to the last, nanoseconds.
  let length: Int64
  /// No bytes are repeated: only questions whether the other end is there.
  let isOfKeepAlives: Bool

  private static let leastTransmissions = 4
  private static let leastLength: Int64 = 3_000_000_000

  init?(_ story: FlowStory, _ places: PathPlaces, fromOpener: Bool) {
    let path = story.paths[fromOpener].prefix(Int(PathPlaces.nowhere))
    guard let first = path.first else { return nil }
    let records = story.tracks[first.vantage].records
    // A router's ICMP message about it is not the other end's voice.
    let heard = records.indices.filter {
      records[$0].isFromOpener != fromOpener && !records[$0].bits.contains(.icmpError)
    }
    let edge = heard.lazy.map { records[$0] }.filter { $0.isSegment && !$0.flags.contains(.rst) }.map(\.acknowledged)
      .max()
    // What was never heard of at all is a matter of the handshake, unless the capture began later.
    guard let edge = edge ?? Self.start(story, records, fromOpener), edge >= 0 else { return nil }
    let latest = heard.last ?? -1
    let beyond = Repeated(fromOpener: fromOpener, edge: edge, isOfKeepAlives: false)
    let asked = Repeated(fromOpener: fromOpener, edge: edge, isOfKeepAlives: true)
    let data = beyond.indices(story, places, first, 0)
    let questions = data.isEmpty ? asked.indices(story, places, first, 0) : []
    let copies = data.isEmpty ? questions.filter { $0 > latest } : data
    guard copies.count >= Self.leastTransmissions, let start = copies.first, let end = copies.last,
      records[end].time &- records[start].time >= Self.leastLength
    else { return nil }
    isAnswered = latest > copies[1]
    // A receiver that has no room lets its sender wait, and one that resets wants no more.
    guard !isAnswered || (latest > copies[3] && Self.isOpen(records[latest])) else { return nil }
    self.fromOpener = fromOpener
    transmissions = copies.map { RecordReference(vantage: first.vantage, index: $0) }
    lastHeard = heard.last.map { RecordReference(vantage: first.vantage, index: $0) }
    length = records[end].time &- records[start].time
    isOfKeepAlives = data.isEmpty
    // Questions all look the same: those that were answered before got through.
    let answered = data.isEmpty ? questions.count - copies.count : 0
    let furthest = path.indices.last { index in
      (data.isEmpty ? asked : beyond).indices(story, places, path[index], index).count > answered
    }
    let last = path[furthest ?? 0]
    let seen = (data.isEmpty ? asked : beyond).indices(story, places, last, furthest ?? 0)
    isLostThere = seen.contains { story.tracks[last.vantage].fates[$0] == .lost }
    near = last
    far = furthest.flatMap { path.indices.contains($0 + 1) ? path[$0 + 1] : nil }
  }

  /// Where a sender begins of which a capture shows nothing but repeats.
  private static func start(_ story: FlowStory, _ records: Records, _ fromOpener: Bool) -> Int64? {
    guard !story.flow.sawOpening else { return nil }
    return records.first { $0.isFromOpener == fromOpener && $0.isSegment && $0.length > 1 }?.position
  }

  private static func isOpen(_ record: Record) -> Bool {
    record.isSegment && !record.flags.contains(.rst) && record.window > 0
  }
}

/// What a sender repeats: the bytes at the edge of what was acknowledged, or the question whether anybody is there.
private struct Repeated {
  let fromOpener: Bool
  /// How far the other end has acknowledged.
  let edge: Int64
  let isOfKeepAlives: Bool

  /// Its frames at one place of the path.
  func indices(_ story: FlowStory, _ places: PathPlaces, _ place: Place, _ index: Int) -> [Int] {
    let records = story.tracks[place.vantage].records
    return records.indices.filter { places.at[place.vantage][$0] == UInt8(index) && holds(records[$0]) }
  }

  private func holds(_ record: Record) -> Bool {
    guard record.isFromOpener == fromOpener, record.isSegment, record.flags.isDisjoint(with: [.syn, .rst]) else {
      return false
    }
    if isOfKeepAlives {
      return record.length <= 1 && record.position == edge &- 1 && !record.flags.contains(.fin)
    }
    return record.length > 1 && record.position <= edge && edge < record.position &+ Int64(record.length)
  }
}
