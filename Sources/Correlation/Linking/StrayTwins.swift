internal import Wire

/// Links the few packets that passed a translator untranslated, where no other vantage knows their name.
///
/// Such a conversation shares one end with the flow that it belongs to, and both its sequence numbers lie within the flow's: two
/// numbers of 32 bits do not by chance.
enum StrayTwins {
  private static let tcp: UInt8 = 6
  private static let mostRecords: UInt32 = 8
  /// An end that takes part in more conversations than this is a server's; the client's tells more.
  private static let mostSharing = 64

  static func join(_ world: ConversationWorld, _ set: inout ConversationSet) {
    let lonely = (0..<world.count).filter { number in
      let conversation = world[number]
      return conversation.tuple.transport == tcp && conversation.opener == .unknown
        && conversation.records <= mostRecords && conversation.low.isKnown && conversation.high.isKnown
        && set.isAlone(number)
    }
    guard !lonely.isEmpty else { return }
    let ends = EndIndex(world, of: lonely)
    for number in lonely {
      guard let twin = twin(of: number, world, ends) else { continue }
      set.join(number, twin.number, flipped: twin.flipped)
    }
  }

  private static func twin(
    of number: Int, _ world: ConversationWorld, _ ends: EndIndex
  ) -> (number: Int, flipped: Bool)? {
    let stray = world[number]
    var best: (number: Int, flipped: Bool, distance: Int64)?
    for sharedIsLow in [true, false] {
      let shared = sharedIsLow ? stray.tuple.low : stray.tuple.high
      for other in ends.conversations(with: shared, atMost: mostSharing) where other != number {
        let flow = world[other]
        guard flow.records > stray.records, flow.low.isKnown, flow.high.isKnown else { continue }
        let flipped = (flow.tuple.low == shared) != sharedIsLow
        let distance = flow[!flipped].distance(stray.low.base) + flow[flipped].distance(stray.high.base)
        guard distance <= EqualTuples.nearby, distance < best?.distance ?? .max else { continue }
        best = (other, flipped, distance)
      }
    }
    return best.map { ($0.number, $0.flipped) }
  }
}

/// Which conversations the ends of some conversations take part in.
private struct EndIndex {
  private struct Entry {
    var key: UInt64
    var conversation: Int
  }

  private let entries: [Entry]
  private let world: ConversationWorld

  init(_ world: ConversationWorld, of lonely: [Int]) {
    self.world = world
    let wanted = Set(lonely.lazy.flatMap { [Self.key(world[$0].tuple.low), Self.key(world[$0].tuple.high)] })
    var entries: [Entry] = []
    for number in 0..<world.count {
      let tuple = world[number].tuple
      guard tuple.transport == 6 else { continue }
      for key in [Self.key(tuple.low), Self.key(tuple.high)] where wanted.contains(key) {
        entries.append(Entry(key: key, conversation: number))
      }
    }
    entries.sort { ($0.key, $0.conversation) < ($1.key, $1.conversation) }
    self.entries = entries
  }

  /// None where there are more than `most`.
  func conversations(with end: Endpoint, atMost most: Int) -> [Int] {
    let key = Self.key(end)
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key < key { low = middle + 1 } else { high = middle }
    }
    let found = entries[low...].prefix { $0.key == key }.prefix(most + 1)
    guard found.count <= most else { return [] }
    return found.map(\.conversation).filter { number in
      let tuple = world[number].tuple
      return tuple.low == end || tuple.high == end
    }
  }

  private static func key(_ end: Endpoint) -> UInt64 {
    Mix.fold(end.address.low ^ end.address.high.byteSwapped, UInt64(end.port))
  }
}
