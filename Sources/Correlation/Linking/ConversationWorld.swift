/// All conversations of all vantages, numbered through.
struct ConversationWorld: Sendable {
  private(set) var conversations: [Conversation]
  /// Where each vantage's conversations begin; one more than there are vantages.
  let base: [Int]
  let vantageOf: [UInt16]
  /// Conversations in order of their five-tuples (inside tunnels or not), then of vantage, tunnel and number: equal ones stand
  /// together.
  let byTuple: [UInt32]
  /// Per conversation: the first conversation at the same vantage with the same five-tuple.
  let siblings: [UInt32]

  /// Takes the indexes' conversations over: there is no room for them twice.
  init(takingFrom indexes: inout [CaptureIndex]) {
    var base = [0]
    var conversations: [Conversation] = []
    conversations.reserveCapacity(indexes.reduce(0) { $0 + $1.conversations.count })
    var vantageOf: [UInt16] = []
    for vantage in indexes.indices {
      conversations += indexes[vantage].conversations
      vantageOf += repeatElement(UInt16(clamping: vantage), count: indexes[vantage].conversations.count)
      base.append(conversations.count)
      indexes[vantage].conversations = []
    }
    let byTuple = Self.byTuple(conversations, vantageOf)
    var siblings = conversations.indices.map { UInt32($0) }
    for (place, number) in byTuple.enumerated().dropFirst() {
      let (before, number) = (Int(byTuple[place - 1]), Int(number))
      if vantageOf[before] == vantageOf[number], conversations[before].tuple == conversations[number].tuple {
        siblings[number] = siblings[before]
      }
    }
    self.base = base
    self.conversations = conversations
    self.vantageOf = vantageOf
    self.byTuple = byTuple
    self.siblings = siblings
  }

  private static func byTuple(_ conversations: [Conversation], _ vantageOf: [UInt16]) -> [UInt32] {
    let keys = conversations.map { $0.tuple.hash }
    return conversations.indices.map { UInt32($0) }.sorted { a, b in
      let (a, b) = (Int(a), Int(b))
      return keys[a] != keys[b]
        ? keys[a] < keys[b]
        : (vantageOf[a], conversations[a].tuple.overlay, a) < (vantageOf[b], conversations[b].tuple.overlay, b)
    }
  }

  var count: Int { conversations.count }

  func tuple(at place: Int) -> FiveTuple { conversations[Int(byTuple[place])].tuple }

  /// Takes what a middlebox added off a conversation's numbers.
  mutating func renumber(_ number: Int, low: UInt32, high: UInt32) {
    conversations[number].low.renumber(by: low)
    conversations[number].high.renumber(by: high)
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
