/// All conversations of all vantages, numbered through.
struct ConversationWorld: Sendable {
  private(set) var conversations: [Conversation]
  /// Where each vantage's conversations begin; one more than there are vantages.
  let base: [Int]
  let vantageOf: [UInt16]
  /// Conversations in order of their five-tuples (inside tunnels or not), then of vantage, tunnel and number: equal ones stand
  /// together.
  let byTuple: [Int]
  /// Per conversation: the first conversation at the same vantage with the same five-tuple.
  let siblings: [Int]

  init(_ indexes: [CaptureIndex]) {
    var base = [0]
    var conversations: [Conversation] = []
    var vantageOf: [UInt16] = []
    for (vantage, index) in indexes.enumerated() {
      conversations += index.conversations
      vantageOf += repeatElement(UInt16(clamping: vantage), count: index.conversations.count)
      base.append(conversations.count)
    }
    let keys = conversations.map { $0.tuple.hash }
    let byTuple = conversations.indices.sorted {
      keys[$0] != keys[$1]
        ? keys[$0] < keys[$1]
        : (vantageOf[$0], conversations[$0].tuple.overlay, $0) < (vantageOf[$1], conversations[$1].tuple.overlay, $1)
    }
    var siblings = Array(conversations.indices)
    for (place, number) in byTuple.enumerated().dropFirst() {
      let before = byTuple[place - 1]
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

  var count: Int { conversations.count }

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
      while end < byTuple.count, conversations[byTuple[end]].tuple.hasSameName(as: conversations[byTuple[start]].tuple)
      {
        end += 1
      }
      if end - start > 1 { body(Array(byTuple[start..<end])) }
      start = end
    }
  }
}
