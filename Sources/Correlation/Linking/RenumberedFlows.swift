internal import Wire

/// Links connections whose bytes a middlebox numbers anew (firewalls that hide poor initial sequence numbers), and takes the
/// difference off again.
///
/// Such a box adds one number to all of a direction's sequence numbers. At least three segments of one direction must agree in it,
/// or two of each, by content and by what the sender's stack puts on packets.
struct RenumberedFlows {
  private struct Entry {
    var hash: UInt64
    /// The representative of what is linked so far, and whether its low end sent this.
    var root: UInt32
    var fromLow: Bool
    var sequence: UInt32
  }

  /// Two ends of one segment under different numbers.
  fileprivate struct Pair {
    var roots: UInt64
    var flipped: Bool
    /// Sent by the low end of the first.
    var fromLow: Bool
    var sequence: UInt32
    /// What the second's number is more.
    var difference: UInt32
  }

  /// Two sets of conversations that are one flow.
  fileprivate struct Link {
    let pair: Pair
    /// Of what the first's low end and high end sent.
    let low: UInt32
    let high: UInt32

    var first: Int { Int(pair.roots >> 32) }
    var second: Int { Int(pair.roots & 0xffff_ffff) }
  }

  private static let mostSharing = 4
  private static let enough = 3

  static func join(_ contents: [[ContentSample]], _ world: inout ConversationWorld, _ set: inout ConversationSet) {
    let entries = entries(contents, world, &set)
    guard !entries.isEmpty else { return }
    let links = withoutRivals(links(pairs(entries), world), world, &set)
    guard !links.isEmpty else { return }
    var members: [Int: [Int]] = [:]
    let wanted = Set(links.map(\.second))
    for number in 0..<world.count {
      let root = set.root(number).root
      if wanted.contains(root) { members[root, default: []].append(number) }
    }
    for link in links {
      for number in members[link.second] ?? [] {
        // Told by the low end of the first: its own is the low end, unless it is turned round on the way there.
        let isTurned = set.root(number).flipped != link.pair.flipped
        world.renumber(number, low: isTurned ? link.high : link.low, high: isTurned ? link.low : link.high)
      }
    }
    for link in links { set.join(link.first, link.second, flipped: link.pair.flipped) }
  }

  /// Per vantage, per conversation: whether it may be a part of one that is at another vantage under other numbers; nil where
  /// none may.
  static func candidates(_ world: ConversationWorld, _ set: inout ConversationSet) -> [[Bool]]? {
    let vantages = world.base.count - 1
    guard vantages > 1 else { return nil }
    // Numbers go by vantage: a new one at a root is one that was not counted yet.
    var seen = [(last: UInt16, count: UInt16)](repeating: (.max, 0), count: world.count)
    for (number, vantage) in world.vantageOf.enumerated() {
      let root = set.root(number).root
      if seen[root].last != vantage { seen[root] = (vantage, seen[root].count &+ 1) }
    }
    var wanted = (0..<vantages).map { [Bool](repeating: false, count: world.base[$0 + 1] - world.base[$0]) }
    var wanting: Set<UInt16> = []
    for number in 0..<world.count {
      let conversation = world[number]
      guard conversation.tuple.transport == 6, conversation.records > UInt32(enough) else { continue }
      if Int(seen[set.root(number).root].count) == vantages { continue }
      let vantage = world.vantageOf[number]
      wanting.insert(vantage)
      wanted[Int(vantage)][number - world.base[Int(vantage)]] = true
    }
    return wanting.count > 1 ? wanted : nil
  }

  /// In order of content.
  private static func entries(
    _ contents: [[ContentSample]], _ world: ConversationWorld, _ set: inout ConversationSet
  ) -> [Entry] {
    var entries: [Entry] = []
    for (vantage, samples) in contents.enumerated() {
      for sample in samples {
        let (root, flipped) = set.root(world.base[vantage] + Int(sample.conversation))
        entries.append(
          Entry(
            hash: sample.hash, root: UInt32(root), fromLow: sample.fromLow != flipped, sequence: sample.sequence))
      }
    }
    entries.sort { ($0.hash, $0.root, $0.sequence) < ($1.hash, $1.root, $1.sequence) }
    return entries
  }

  private static func pairs(_ entries: [Entry]) -> [Pair] {
    var pairs: [Pair] = []
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].hash == entries[start].hash { end += 1 }
      if end - start > 1 { pair(entries[start..<end], &pairs) }
      start = end
    }
    return pairs
  }

  private static func pair(_ sharing: ArraySlice<Entry>, _ pairs: inout [Pair]) {
    var own: [Entry] = []
    var repeated: Set<UInt32> = []
    for entry in sharing {
      if own.last?.root != entry.root {
        own.append(entry)
        if own.count > mostSharing { return }
      } else if own.last?.sequence != entry.sequence {
        // Content that a stream holds twice tells nothing.
        repeated.insert(entry.root)
      }
    }
    own.removeAll { repeated.contains($0.root) }
    for (index, a) in own.enumerated() {
      for b in own[(index + 1)...] {
        pairs.append(
          Pair(
            roots: Mix.pair(a.root, b.root), flipped: a.fromLow != b.fromLow, fromLow: a.fromLow, sequence: a.sequence,
            difference: b.sequence &- a.sequence))
      }
    }
  }

  /// Those that agree often enough, in both directions.
  private static func links(_ pairs: [Pair], _ world: ConversationWorld) -> [Link] {
    let sorted = pairs.sorted { ($0.roots, $0.flipped ? 1 : 0) < ($1.roots, $1.flipped ? 1 : 0) }
    var links: [Link] = []
    var start = 0
    while start < sorted.count {
      let first = sorted[start]
      var end = start + 1
      while end < sorted.count, sorted[end].roots == first.roots, sorted[end].flipped == first.flipped { end += 1 }
      let low = agreement(sorted[start..<end].filter(\.fromLow))
      let high = agreement(sorted[start..<end].filter { !$0.fromLow })
      let isEnough = max(low.count, high.count) >= enough || min(low.count, high.count) >= enough - 1
      if isEnough, let link = Link(first, low.difference, high.difference, world) { links.append(link) }
      start = end
    }
    return links
  }

  /// The difference that segments have in common, and how many have it; none where they do not agree.
  private static func agreement(_ pairs: [Pair]) -> (difference: UInt32?, count: Int) {
    guard let first = pairs.first else { return (nil, 0) }
    guard pairs.allSatisfy({ $0.difference == first.difference }) else { return (nil, 0) }
    return (first.difference, Set(pairs.map(\.sequence)).count)
  }

  /// Of several partners at one vantage none is the right one for sure.
  private static func withoutRivals(
    _ links: [Link], _ world: ConversationWorld, _ set: inout ConversationSet
  ) -> [Link] {
    let involved = Set(links.flatMap { [$0.first, $0.second] })
    guard !involved.isEmpty else { return [] }
    var vantages: [Int: Set<UInt16>] = [:]
    for number in 0..<world.count {
      let root = set.root(number).root
      if involved.contains(root) { vantages[root, default: []].insert(world.vantageOf[number]) }
    }
    var partners: [Int: [Int]] = [:]
    for link in links {
      partners[link.first, default: []].append(link.second)
      partners[link.second, default: []].append(link.first)
    }
    func hasRival(_ root: Int, _ partner: Int) -> Bool {
      (partners[root] ?? []).contains { other in
        other != partner && !(vantages[other] ?? []).isDisjoint(with: vantages[partner] ?? [])
      }
    }
    return links.filter { !hasRival($0.first, $0.second) && !hasRival($0.second, $0.first) }
  }
}

extension RenumberedFlows.Link {
  /// nil where one direction's difference is not known, or contradicts what the openings tell.
  fileprivate init?(
    _ pair: RenumberedFlows.Pair, _ low: UInt32?, _ high: UInt32?, _ world: ConversationWorld
  ) {
    self.pair = pair
    let one = world[Int(pair.roots >> 32)]
    let other = world[Int(pair.roots & 0xffff_ffff)]
    guard let low = Self.settled(low, one.low, other[!pair.flipped]),
      let high = Self.settled(high, one.high, other[pair.flipped])
    else { return nil }
    self.low = low
    self.high = high
  }

  /// Without content, an end that never sent a byte still shows its number.
  private static func settled(_ learned: UInt32?, _ one: SequenceSpace, _ other: SequenceSpace) -> UInt32? {
    if let first = one.initial, let second = other.initial {
      let told = second &- first
      return learned == nil || learned == told ? told : nil
    }
    if let learned { return learned }
    guard one.isKnown, other.isKnown, one.latest == 0, other.latest == 0 else { return nil }
    return other.base &- one.base
  }
}
