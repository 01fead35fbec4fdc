internal import Correlation
internal import Wire

/// A sender that repeats the same bytes and never hears that they came: nothing at all any more, or only what does not mention them.
struct Silence {
  let fromOpener: Bool
  /// The place nearest to the receiver that shows the repeated bytes, and the one behind it that does not.
  let near: Place
  let far: Place?
  /// At the place nearest to the sender.
  let transmissions: [RecordReference]
  /// Something was heard of the other end after several transmissions: the way back is open.
  let isAnswered: Bool
  /// The last that was heard of the other end there.
  let lastHeard: RecordReference?
  /// From the first transmission to the last, nanoseconds.
  let length: Int64

  private static let leastTransmissions = 4
  private static let leastLength: Int64 = 3_000_000_000

  private static func isOpen(_ record: Record) -> Bool {
    record.isSegment && !record.flags.contains(.rst) && record.window > 0
  }

  init?(_ story: FlowStory, _ places: PathPlaces, fromOpener: Bool) {
    let path = story.paths[fromOpener].prefix(Int(PathPlaces.nowhere))
    guard let first = path.first else { return nil }
    let records = story.tracks[first.vantage].records
    let heard = records.indices.filter { records[$0].isFromOpener != fromOpener }
    let edge = heard.lazy.map { records[$0] }.filter { $0.isSegment && !$0.flags.contains(.rst) }.map(\.acknowledged)
      .max()
    // What was never heard of at all is a matter of the handshake.
    guard let edge, edge >= 0 else { return nil }
    func carries(_ record: Record) -> Bool {
      record.isFromOpener == fromOpener && record.isSegment && record.length > 1
        && record.flags.isDisjoint(with: [.syn, .rst]) && record.position <= edge
        && edge < record.position &+ Int64(record.length)
    }
    let copies = records.indices.filter { places.at[first.vantage][$0] == 0 && carries(records[$0]) }
    guard copies.count >= Self.leastTransmissions, let start = copies.first, let end = copies.last,
      records[end].time &- records[start].time >= Self.leastLength, let last = heard.last
    else { return nil }
    isAnswered = last > copies[1]
    // A receiver that has no room lets its sender wait, and one that resets wants no more.
    guard !isAnswered || (last > copies[3] && Self.isOpen(records[last])) else { return nil }
    self.fromOpener = fromOpener
    transmissions = copies.map { RecordReference(vantage: first.vantage, index: $0) }
    lastHeard = heard.last.map { RecordReference(vantage: first.vantage, index: $0) }
    length = records[end].time &- records[start].time
    let furthest = path.indices.last { index in
      let track = story.tracks[path[index].vantage].records
      return track.indices.contains {
        places.at[path[index].vantage][$0] == UInt8(index) && carries(track[$0])
      }
    }
    near = path[furthest ?? 0]
    far = furthest.flatMap { path.indices.contains($0 + 1) ? path[$0 + 1] : nil }
  }
}
