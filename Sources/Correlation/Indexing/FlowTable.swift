/// Finds the conversation of a five-tuple: open addressing over plain arrays, the newest incarnation wins.
struct FlowTable: Sendable {
  private(set) var conversations: [Conversation] = []
  /// Conversation + 1, 0 where free.
  private var slots = [UInt32](repeating: 0, count: 1 << 10)
  private var used = 0
  /// Packets come in trains: the last one found is the likeliest.
  private var recent = 0

  subscript(index: Int) -> Conversation {
    @inline(__always) get { conversations[index] }
    @inline(__always) _modify { yield &conversations[index] }
  }

  @inline(__always)
  mutating func find(_ tuple: FiveTuple) -> Int? {
    if recent < conversations.count, conversations[recent].tuple == tuple { return recent }
    let slot = slot(of: tuple)
    guard slots[slot] != 0 else { return nil }
    recent = Int(slots[slot]) - 1
    return recent
  }

  /// Begins a conversation; an earlier one with the same five-tuple is found no more.
  mutating func begin(_ tuple: FiveTuple) -> Int {
    conversations.append(Conversation(tuple))
    recent = conversations.count - 1
    let slot = slot(of: tuple)
    if slots[slot] == 0 { used += 1 }
    slots[slot] = UInt32(truncatingIfNeeded: conversations.count)
    if used * 4 > slots.count * 3 { grow() }
    return conversations.count - 1
  }

  /// Where the tuple is, or would go.
  @inline(__always)
  private func slot(of tuple: FiveTuple) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: tuple.hash ^ UInt64(tuple.overlay)) & mask
    while slots[slot] != 0, conversations[Int(slots[slot]) - 1].tuple != tuple { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt32](repeating: 0, count: old.count * 2)
    for entry in old where entry != 0 { slots[slot(of: conversations[Int(entry) - 1].tuple)] = entry }
  }
}
