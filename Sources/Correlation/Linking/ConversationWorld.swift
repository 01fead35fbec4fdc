/// All conversations of all vantages, numbered through.
struct ConversationWorld: Sendable {
  private var ofVantage: [[Conversation]]
  /// Where each vantage's conversations begin; one more than there are vantages.
  let base: [Int]
  let vantageOf: [UInt16]
  /// Conversations in order of their five-tuples (inside tunnels or not), then of vantage, tunnel and number: equal ones stand
  /// together.
  private(set) var byTuple: [UInt32]
  /// Per conversation: the first conversation at the same vantage with the same five-tuple.
  private(set) var siblings: [UInt32]

  /// Takes the indexes' conversations over: there is no room for them twice.
  init(takingFrom indexes: inout [CaptureIndex]) {
    var base = [0]
    var vantageOf: [UInt16] = []
    vantageOf.reserveCapacity(indexes.reduce(0) { $0 + $1.conversations.count })
    for vantage in indexes.indices {
      vantageOf += repeatElement(UInt16(clamping: vantage), count: indexes[vantage].conversations.count)
      base.append(vantageOf.count)
    }
    ofVantage = indexes.map(\.conversations)
    for vantage in indexes.indices { indexes[vantage].conversations = [] }
    self.base = base
    self.vantageOf = vantageOf
    (byTuple, siblings) = ([], [])
    byTuple = sortedByTuple()
    siblings = firstOfEqual()
  }

  private func sortedByTuple() -> [UInt32] {
    let keys = (0..<count).map { self[$0].tuple.hash }
    return (0..<count).map { UInt32($0) }.sorted { a, b in
      let (a, b) = (Int(a), Int(b))
      return keys[a] != keys[b]
        ? keys[a] < keys[b]
        : (vantageOf[a], self[a].tuple.overlay, a) < (vantageOf[b], self[b].tuple.overlay, b)
    }
  }

  private func firstOfEqual() -> [UInt32] {
    var siblings = (0..<count).map { UInt32($0) }
    for (place, number) in byTuple.enumerated().dropFirst() {
      let (before, number) = (Int(byTuple[place - 1]), Int(number))
      if vantageOf[before] == vantageOf[number], self[before].tuple == self[number].tuple {
        siblings[number] = siblings[before]
      }
    }
    return siblings
  }

  var count: Int { vantageOf.count }

  subscript(number: Int) -> Conversation {
    @inline(__always) get {
      let vantage = Int(vantageOf[number])
      return ofVantage[vantage][number &- base[vantage]]
    }
  }

  func tuple(at place: Int) -> FiveTuple { self[Int(byTuple[place])].tuple }

  /// Once all links are found.
  mutating func forgetOrder() { (byTuple, siblings) = ([], []) }

  /// Hands over the conversations of one vantage after the other.
  consuming func drain(_ body: (Conversation) -> Void) {
    for vantage in ofVantage.indices {
      for conversation in ofVantage[vantage] { body(conversation) }
      ofVantage[vantage] = []
    }
  }

  /// Takes what a middlebox added off a conversation's numbers.
  mutating func renumber(_ number: Int, low: UInt32, high: UInt32) {
    let vantage = Int(vantageOf[number])
    ofVantage[vantage][number - base[vantage]].low.renumber(by: low)
    ofVantage[vantage][number - base[vantage]].high.renumber(by: high)
  }

  /// Runs of conversations with equal five-tuples, inside tunnels or not, two or more.
  func eachEqualTuple(_ body: ([Int]) -> Void) {
    var start = 0
    while start < byTuple.count {
      var end = start + 1
      while end < byTuple.count, tuple(at: end).hasSameName(as: tuple(at: start)) { end += 1 }
      if end - start > 1 { body(byTuple[start..<end].map { Int($0) }) }
      start = end
    }
  }
}
