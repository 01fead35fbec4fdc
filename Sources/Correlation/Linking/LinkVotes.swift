internal import Wire

/// Links by what packets carry through any translation: their numbers, timestamps and content.
struct LinkVotes {
  /// A key that more conversations share is nobody's.
  private static let mostSharing = 12

  struct Vote {
    /// Two conversations, the smaller number in the upper half.
    var pair: UInt64
    var flipped: Bool
    var bySyn: Bool
    var votes: UInt32 = 1

    var first: Int { Int(pair >> 32) }
    var second: Int { Int(pair & 0xffff_ffff) }
  }

  private struct Entry {
    var key: UInt64
    var conversation: UInt32
    var vantage: UInt16
    var bits: LinkSample.Bits
  }

  /// Pairs of conversations with enough votes and no rival, in a fixed order.
  static func links(_ indexes: [CaptureIndex], _ world: ConversationWorld) -> [Vote] {
    var entries: [Entry] = []
    entries.reserveCapacity(indexes.reduce(0) { $0 + $1.samples.count })
    for (vantage, index) in indexes.enumerated() {
      let base = UInt32(world.base[vantage])
      for sample in index.samples {
        entries.append(
          Entry(
            key: sample.key, conversation: base &+ sample.conversation, vantage: UInt16(clamping: vantage),
            bits: sample.bits))
      }
    }
    entries.sort { ($0.key, $0.conversation) < ($1.key, $1.conversation) }
    return withoutRivals(counted(votes(entries)).filter { $0.bySyn || $0.votes >= 2 }, world)
  }

  private static func votes(_ entries: [Entry]) -> [Vote] {
    var votes: [Vote] = []
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].key == entries[start].key { end += 1 }
      vote(entries[start..<end], &votes)
      start = end
    }
    return votes
  }

  private static func vote(_ sharing: ArraySlice<Entry>, _ votes: inout [Vote]) {
    guard sharing.count > 1 else { return }
    var distinct: [Entry] = []
    for entry in sharing where distinct.last?.conversation != entry.conversation {
      distinct.append(entry)
      if distinct.count > mostSharing { return }
    }
    guard distinct.count > 1, isOnesOwn(distinct) else { return }
    for (i, a) in distinct.enumerated() {
      for b in distinct[(i + 1)...] {
        votes.append(
          Vote(
            pair: Mix.pair(a.conversation, b.conversation),
            flipped: a.bits.contains(.fromLow) != b.bits.contains(.fromLow),
            bySyn: a.bits.contains(.syn) && b.bits.contains(.syn)))
      }
    }
  }

  /// Content may be anyone's (two clients' equal heartbeats): it counts only where one conversation alone has it, per vantage
  /// and way across its interfaces.
  private static func isOnesOwn(_ entries: [Entry]) -> Bool {
    guard entries[0].bits.contains(.content) else { return true }
    for (i, a) in entries.enumerated() {
      for b in entries[(i + 1)...] where a.vantage == b.vantage {
        let ways: LinkSample.Bits = [.inbound, .outbound]
        if a.bits.intersection(ways) == b.bits.intersection(ways) { return false }
      }
    }
    return true
  }

  private static func counted(_ votes: [Vote]) -> [Vote] {
    var counted: [Vote] = []
    for vote in votes.sorted(by: { ($0.pair, $0.flipped ? 1 : 0) < ($1.pair, $1.flipped ? 1 : 0) }) {
      if let last = counted.last, last.pair == vote.pair, last.flipped == vote.flipped {
        counted[counted.count - 1].votes &+= 1
        if vote.bySyn { counted[counted.count - 1].bySyn = true }
      } else {
        counted.append(vote)
      }
    }
    return counted
  }

  /// A straggler of an old incarnation that arrives within the next one would tie both together: of several incarnations of one
  /// five-tuple at one vantage only one may be linked, and it must have four times the others' votes.
  private static func withoutRivals(_ links: [Vote], _ world: ConversationWorld) -> [Vote] {
    struct Claim {
      var claimant: Int
      var sibling: Int
      var votes: UInt32
      var link: Int
    }
    var claims: [Claim] = []
    for (number, link) in links.enumerated() {
      // A SYN has its connection's own number: it is no straggler's.
      let votes = link.bySyn ? UInt32.max : link.votes
      claims.append(
        Claim(claimant: link.first, sibling: world.siblings[link.second], votes: votes, link: number))
      claims.append(
        Claim(claimant: link.second, sibling: world.siblings[link.first], votes: votes, link: number))
    }
    claims.sort { ($0.claimant, $0.sibling, $1.votes, $0.link) < ($1.claimant, $1.sibling, $0.votes, $1.link) }
    var keeps = [Bool](repeating: true, count: links.count)
    for (i, claim) in claims.enumerated().dropFirst() {
      let before = claims[i - 1]
      guard before.claimant == claim.claimant, before.sibling == claim.sibling else { continue }
      keeps[claim.link] = false
      if before.votes / 4 < claim.votes, before.votes != .max { keeps[before.link] = false }
    }
    return links.indices.filter { keeps[$0] }.map { links[$0] }
  }
}
