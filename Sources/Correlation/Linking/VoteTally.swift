internal import Wire

/// That two conversations are one flow, and how many samples say so.
struct LinkVote {
  /// Two conversations, the smaller number in the upper half.
  var pair: UInt64
  var flipped: Bool
  var bySyn: Bool
  var votes: UInt32 = 1

  var first: Int { Int(pair >> 32) }
  var second: Int { Int(pair & 0xffff_ffff) }

  @inline(__always)
  func precedes(_ other: Self) -> Bool {
    pair != other.pair ? pair < other.pair : !flipped && other.flipped
  }

  @inline(__always)
  func isSame(as other: Self) -> Bool { pair == other.pair && flipped == other.flipped }

  @inline(__always)
  mutating func add(_ other: Self) {
    votes &+= other.votes
    if other.bySyn { bySyn = true }
  }
}

/// Votes, counted as they come, each pair of conversations once: in place, since there may be millions.
struct VoteTally {
  /// In order of the pairs.
  private(set) var votes: [LinkVote] = []

  /// Takes the votes over, in any order.
  mutating func add(_ others: inout [LinkVote]) {
    others.sort { $0.precedes($1) }
    count(&others)
    addToKnown(&others)
    insert(others)
    others.removeAll(keepingCapacity: true)
  }

  /// Makes one of those that stand side by side and are the same.
  private func count(_ sorted: inout [LinkVote]) {
    guard !sorted.isEmpty else { return }
    var last = 0
    for place in sorted.indices.dropFirst() {
      if sorted[place].isSame(as: sorted[last]) {
        sorted[last].add(sorted[place])
      } else {
        last += 1
        sorted[last] = sorted[place]
      }
    }
    sorted.removeSubrange((last + 1)...)
  }

  /// Leaves those that are new.
  private mutating func addToKnown(_ others: inout [LinkVote]) {
    var (place, new) = (0, 0)
    for other in others {
      place = firstNotBefore(other, from: place)
      if place < votes.count, votes[place].isSame(as: other) {
        votes[place].add(other)
      } else {
        others[new] = other
        new += 1
      }
    }
    others.removeSubrange(new...)
  }

  /// It is not far: steps that double, then halve.
  private func firstNotBefore(_ vote: LinkVote, from start: Int) -> Int {
    var (low, step) = (start, 1)
    while low + step <= votes.count, votes[low + step - 1].precedes(vote) {
      low += step
      step *= 2
    }
    var high = min(votes.count, low + step)
    while low < high {
      let middle = (low + high) / 2
      if votes[middle].precedes(vote) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Merges from the end on, so that nothing is moved twice.
  private mutating func insert(_ new: [LinkVote]) {
    guard !new.isEmpty else { return }
    var known = votes.count
    votes += new
    var end = votes.count
    for vote in new.reversed() {
      while known > 0, vote.precedes(votes[known - 1]) {
        known -= 1
        end -= 1
        votes[end] = votes[known]
      }
      end -= 1
      votes[end] = vote
    }
  }
}
