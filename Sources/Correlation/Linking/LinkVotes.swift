internal import Wire

/// Links by what packets carry through any translation: their numbers, timestamps and content.
///
/// A link needs 48 bits that agree, so that a million connections on either side make no false one: both ends' numbers, or one
/// end's with its timestamps, its count of packets or its port. What a translator told of its connections makes up for a part.
struct LinkVotes {
  /// A key that more conversations share is nobody's.
  private static let mostSharing = 12
  /// Two SYNs of one vantage that are further apart are not one packet on its way, in ticks of samples: 1 s.
  private static let furthest: UInt16 = 60

  fileprivate struct Entry {
    var key: UInt64
    var conversation: UInt32
    var vantage: UInt16
    var bits: LinkSample.Bits
    var tick: UInt16
  }

  /// Samples that are worked on at once, or as many as are in one share.
  private static let most = 1 << 20

  private let world: ConversationWorld
  private let names: TrackedNames
  private var tally = VoteTally()
  /// Of the samples that are worked on.
  private var votes: [LinkVote] = []
  /// Conversations of one vantage that cannot be one connection on both sides of a translator.
  private var apart: [(Int, Int)] = []

  private init(_ world: ConversationWorld, _ names: TrackedNames) {
    self.world = world
    self.names = names
  }

  /// Pairs of conversations with enough votes and no rival, in a fixed order.
  /// - Throws: what the samples' spool throws.
  static func links(_ samples: [LinkSamples], _ world: ConversationWorld, _ names: TrackedNames) throws -> [LinkVote] {
    var count = LinkVotes(world, names)
    var shares = 0..<0
    while shares.upperBound < LinkSamples.count {
      shares = shares.upperBound..<shares.upperBound + 1
      func many(_ shares: Range<Int>) -> Int { samples.reduce(0) { $0 + $1.count(in: shares) } }
      while shares.upperBound < LinkSamples.count, many(shares.lowerBound..<shares.upperBound + 1) <= most {
        shares = shares.lowerBound..<shares.upperBound + 1
      }
      count.vote(try entries(samples, shares, many(shares), world))
      count.tally.add(&count.votes)
    }
    var links = count.tally.votes
    count.tally = VoteTally()
    links.removeAll { !$0.bySyn && $0.votes < 2 && !count.isConfirmed($0.first, $0.second) }
    count.removeRivals(&links)
    return links
  }

  private static func entries(
    _ samples: [LinkSamples], _ shares: Range<Int>, _ count: Int, _ world: ConversationWorld
  ) throws -> [Entry] {
    var entries: [Entry] = []
    entries.reserveCapacity(count)
    for (vantage, samples) in samples.enumerated() {
      let base = UInt32(world.base[vantage])
      for share in shares {
        try samples.each(in: share) { sample in
          entries.append(
            Entry(
              key: sample.key, conversation: base &+ sample.conversation, vantage: UInt16(clamping: vantage),
              bits: sample.bits, tick: sample.tick))
        }
      }
    }
    entries.sort { $0.key != $1.key ? $0.key < $1.key : $0.conversation < $1.conversation }
    return entries
  }

  private mutating func vote(_ entries: [Entry]) {
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].key == entries[start].key { end += 1 }
      vote(entries[start..<end])
      start = end
    }
  }

  private mutating func vote(_ sharing: ArraySlice<Entry>) {
    guard sharing.count > 1 else { return }
    var distinct: [Entry] = []
    for entry in sharing where distinct.last?.conversation != entry.conversation {
      distinct.append(entry)
      if distinct.count > Self.mostSharing { return }
    }
    guard distinct.count > 1, Self.isOnesOwn(distinct) else { return }
    for (i, a) in distinct.enumerated() {
      for b in distinct[(i + 1)...] {
        let bySyn = a.bits.contains(.syn) && b.bits.contains(.syn)
        if bySyn, a.vantage == b.vantage, Self.leastDistance(sharing, a, b) > Self.furthest {
          apart.append((Int(a.conversation), Int(b.conversation)))
        } else if !a.bits.contains(.weak) || agreeBeyond(a, b)
          || isConfirmed(Int(a.conversation), Int(b.conversation))
        {
          votes.append(
            LinkVote(
              pair: Mix.pair(a.conversation, b.conversation),
              flipped: a.bits.contains(.fromLow) != b.bits.contains(.fromLow), bySyn: bySyn))
        }
      }
    }
  }

  private func isConfirmed(_ one: Int, _ other: Int) -> Bool {
    names.confirm(world[one].tuple, world[other].tuple)
  }

  /// Whether two conversations with one end's number in common have its port in common, too, and no other number of the other
  /// end's.
  private func agreeBeyond(_ a: Entry, _ b: Entry) -> Bool {
    guard senderPort(a) == senderPort(b) else { return false }
    let answers = [a, b].map { entry in
      world[Int(entry.conversation)][!entry.bits.contains(.fromLow)].initial
    }
    return answers[0] == nil || answers[1] == nil || answers[0] == answers[1]
  }

  private func senderPort(_ entry: Entry) -> UInt16 {
    let tuple = world[Int(entry.conversation)].tuple
    return entry.bits.contains(.fromLow) ? tuple.low.port : tuple.high.port
  }

  /// In ticks, between any two of two conversations' packets with this key.
  private static func leastDistance(_ sharing: ArraySlice<Entry>, _ a: Entry, _ b: Entry) -> UInt16 {
    let others = sharing.filter { $0.conversation == b.conversation }
    return sharing.lazy.filter { $0.conversation == a.conversation }.reduce(.max) { least, one in
      others.reduce(least) { min($0, one.tick &- $1.tick, $1.tick &- one.tick) }
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

  /// A straggler of an old incarnation that arrives within the next one would tie both together, and stacks that begin all their
  /// connections with the same number would tie those: of several that are not one connection only one may be linked, and it
  /// must have four times the others' votes.
  private func removeRivals(_ links: inout [LinkVote]) {
    let rivals = rivals()
    var keeps = [Bool](repeating: true, count: links.count)
    // The claims of some conversations at a time: all would take more room than the links.
    for start in stride(from: 0, to: world.count, by: Self.most) {
      let claims = Claim.all(links, of: start..<start + Self.most, rivals)
      for (before, claim) in zip(claims, claims.dropFirst())
      where before.claimant == claim.claimant && before.rivals == claim.rivals {
        keeps[Int(claim.link)] = false
        if before.votes / 4 < claim.votes { keeps[Int(before.link)] = false }
      }
    }
    var kept = 0
    for number in links.indices where keeps[number] {
      links[kept] = links[number]
      kept += 1
    }
    links.removeSubrange(kept...)
  }

  /// Per conversation: one that stands for all that are not the same connection as it, at the same vantage.
  private func rivals() -> [UInt32] {
    guard !apart.isEmpty else { return world.siblings }
    var set = ConversationSet(count: world.count)
    for (number, sibling) in world.siblings.enumerated() { set.join(number, Int(sibling), flipped: false) }
    for (one, other) in apart { set.join(one, other, flipped: false) }
    return world.siblings.indices.map { UInt32(set.root($0).root) }
  }
}

/// A conversation's wish to be linked with one of several that are not one connection.
private struct Claim {
  var claimant: UInt32
  var rivals: UInt32
  var votes: UInt32
  var link: UInt32

  /// Those of some conversations, each one's by rivals, those with most votes first.
  static func all(_ links: [LinkVote], of claimants: Range<Int>, _ rivals: [UInt32]) -> [Self] {
    var claims: [Self] = []
    for (number, link) in links.enumerated() {
      // A SYN has its connection's own number: it is no straggler's.
      let votes = link.bySyn ? UInt32.max : link.votes
      for (one, other) in [(link.first, link.second), (link.second, link.first)] where claimants.contains(one) {
        claims.append(Self(claimant: UInt32(one), rivals: rivals[other], votes: votes, link: UInt32(number)))
      }
    }
    claims.sort { ($0.claimant, $0.rivals, $1.votes, $0.link) < ($1.claimant, $1.rivals, $0.votes, $1.link) }
    return claims
  }
}
