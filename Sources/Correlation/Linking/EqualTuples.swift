/// Links by name: the same five-tuple at several vantages, as far as its numbers agree.
enum EqualTuples {
  private static let tcp: UInt8 = 6
  /// Bytes that a conversation caught in mid-flow may lie outside what another vantage saw of it.
  static let nearby: Int64 = 1 << 20

  static func join(_ world: ConversationWorld, _ set: inout ConversationSet) {
    var joins: [(Int, Int)] = []
    world.eachEqualTuple { equal in
      if world[equal[0]].tuple.transport == tcp {
        joins += byOpening(equal, world) + inMidFlow(equal, world)
      } else {
        joins += byName(equal, world)
      }
    }
    for (a, b) in joins { set.join(a, b, flipped: false) }
  }

  /// What has no incarnations is there once per vantage, and again in its tunnels. Where one vantage knows several networks with
  /// that name, only what is in the same one is the same.
  private static func byName(_ equal: [Int], _ world: ConversationWorld) -> [(Int, Int)] {
    func overlay(_ number: Int) -> UInt32 { world[number].tuple.overlay }
    let isShared = zip(equal, equal.dropFirst()).contains { one, other in
      world.vantageOf[one] == world.vantageOf[other] && overlay(one) != 0 && overlay(one) != overlay(other)
    }
    var firsts: [UInt32: Int] = [:]
    var joins: [(Int, Int)] = []
    for number in equal {
      let network = isShared ? overlay(number) : 0
      if let first = firsts[network] { joins.append((first, number)) } else { firsts[network] = number }
    }
    return joins
  }

  /// Those whose opener began with the same number.
  private static func byOpening(_ equal: [Int], _ world: ConversationWorld) -> [(Int, Int)] {
    let opened = equal.filter { world[$0].opener != .unknown }
    let keyed = opened.map { number -> (key: UInt64, number: Int) in
      let conversation = world[number]
      let initial = conversation[conversation.opener == .low].initial ?? 0
      return (UInt64(initial) << 1 | (conversation.opener == .low ? 1 : 0), number)
    }.sorted { ($0.key, $0.number) < ($1.key, $1.number) }
    return zip(keyed, keyed.dropFirst()).filter { $0.key == $1.key }.map { ($0.number, $1.number) }
  }

  /// One whose opening was not seen goes, at each other vantage and tunnel, to the incarnation that its numbers lie in.
  private static func inMidFlow(_ equal: [Int], _ world: ConversationWorld) -> [(Int, Int)] {
    var joins: [(Int, Int)] = []
    func place(_ number: Int) -> UInt64 {
      Mix.pair(UInt32(world.vantageOf[number]), world[number].tuple.overlay)
    }
    for number in equal where world[number].opener == .unknown {
      var best: (place: UInt64, other: Int, distance: Int64)?
      func settle() {
        if let best, best.distance <= nearby { joins.append((number, best.other)) }
        best = nil
      }
      for other in equal where place(other) != place(number) {
        if best?.place != place(other) { settle() }
        let distance = world[number].distance(to: world[other])
        if best.map({ distance < $0.distance }) ?? true { best = (place(other), other, distance) }
      }
      settle()
    }
    return joins
  }
}

extension Conversation {
  /// How far this one's numbers lie outside another's with the same five-tuple, both directions together, bytes.
  func distance(to other: Conversation) -> Int64 {
    let low = low.isKnown && other.low.isKnown ? min(other.low.distance(low.base), low.distance(other.low.base)) : 0
    let high =
      high.isKnown && other.high.isKnown ? min(other.high.distance(high.base), high.distance(other.high.base)) : 0
    return low + high
  }
}
