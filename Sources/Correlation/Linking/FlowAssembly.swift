internal import Wire

/// The linked conversations as flows.
struct FlowAssembly: Sendable {
  /// A conversation's part in its flow.
  struct Member: Sendable {
    var flow: UInt32
    /// Which of the flow's conversations it is.
    var number: UInt16
    var openerIsLow: Bool
    /// What to add to positions of the opener's and of the acceptor's bytes to count from their initial numbers.
    var openerShift: Int32
    var acceptorShift: Int32
    /// As in `SequenceSpace`.
    var openerLeaves: UInt8 = 0
    var acceptorLeaves: UInt8 = 0
  }

  /// One flow's conversations (global numbers), in order of vantage and of first appearance there.
  let conversations: FlowConversations
  /// Per conversation.
  private(set) var members: [Member] = []
  private(set) var sightings: [Sighting] = []
  let vantageOf: [UInt16]
  /// Where each vantage's conversations begin; one more than there are vantages.
  let base: [Int]
  /// Per flow.
  private(set) var sawOpening: [Bool] = []

  init(_ world: consuming ConversationWorld, _ set: consuming ConversationSet) {
    var flips = [Bool](repeating: false, count: world.count)
    vantageOf = world.vantageOf
    base = world.base
    conversations = FlowConversations(grouping: set, world.count, &flips)
    let blank = Member(flow: 0, number: 0, openerIsLow: true, openerShift: 0, acceptorShift: 0)
    members = [Member](repeating: blank, count: world.count)
    sawOpening.reserveCapacity(conversations.count)
    for flow in 0..<conversations.count { settle(flow, world, flips) }
    var seen: [Sighting] = []
    seen.reserveCapacity(vantageOf.count)
    world.drain { seen.append(Sighting($0)) }
    sightings = seen
  }

  /// Who opened the flow, and how each conversation counts.
  private mutating func settle(_ flow: Int, _ world: borrowing ConversationWorld, _ flips: [Bool]) {
    let numbers = conversations[flow]
    // Without a SYN the conversation with most packets is the best witness.
    var (witness, opened) = (numbers[0], false)
    for number in numbers {
      if world[number].opener != .unknown {
        (witness, opened) = (number, true)
        break
      }
      if world[number].records > world[witness].records { witness = number }
    }
    sawOpening.append(opened)
    let openerIsRootLow = (world[witness].likelyOpener != .high) != flips[witness]
    let openers = origin(numbers, world) { openerIsRootLow != flips[$0] }
    let acceptors = origin(numbers, world) { openerIsRootLow == flips[$0] }
    for (place, number) in numbers.enumerated() {
      let isLow = openerIsRootLow != flips[number]
      let (opener, acceptor) = (world[number][isLow], world[number][!isLow])
      members[number] = Member(
        flow: UInt32(truncatingIfNeeded: flow), number: UInt16(clamping: place), openerIsLow: isLow,
        openerShift: opener.shift(to: openers), acceptorShift: acceptor.shift(to: acceptors),
        openerLeaves: opener.leavingTimeToLive, acceptorLeaves: acceptor.leavingTimeToLive)
    }
  }

  /// The number that a direction's positions count from: its initial one, else the first one seen.
  private func origin(
    _ numbers: FlowConversations.Numbers, _ world: borrowing ConversationWorld, isLow: (Int) -> Bool
  ) -> UInt32 {
    var base: UInt32?
    for number in numbers {
      let space = world[number][isLow(number)]
      if let initial = space.initial { return initial }
      if base == nil, space.isKnown { base = space.base }
    }
    return base ?? 0
  }

  /// Both ends' window scales, once both SYNs were seen; an option that one end does not offer counts for neither (RFC 7323, 1.3).
  func windowScales(of flow: Int) -> DirectionPair<UInt8>? {
    func scale(fromOpener: Bool) -> UInt8? {
      conversations[flow].lazy.compactMap { number in
        sightings[number].windowScale(ofLow: members[number].openerIsLow == fromOpener)
      }.first
    }
    guard let opener = scale(fromOpener: true), let acceptor = scale(fromOpener: false) else { return nil }
    let isScaled = opener != 255 && acceptor != 255
    return DirectionPair(fromOpener: isScaled ? min(opener, 14) : 0, fromAcceptor: isScaled ? min(acceptor, 14) : 0)
  }

  /// The smallest maximum segment size that each end's SYN offered at any vantage (a router may lower it on the way); nil where no
  /// vantage shows that SYN's options.
  func segmentLimits(of flow: Int) -> DirectionPair<UInt16?> {
    func limit(fromOpener: Bool) -> UInt16? {
      conversations[flow].lazy.map { number in
        sightings[number].segmentLimit(ofLow: members[number].openerIsLow == fromOpener)
      }.filter { $0 > 0 }.min()
    }
    return DirectionPair(fromOpener: limit(fromOpener: true), fromAcceptor: limit(fromOpener: false))
  }

  func isTunnel(_ flow: Int) -> Bool { conversations[flow].contains { sightings[$0].isTunnel } }

  /// Of both ends, as its first conversation has them.
  func ports(of flow: Int) -> [UInt16] {
    let tuple = sightings[conversations.first(of: flow)].tuple
    return [tuple.low.port, tuple.high.port]
  }

  /// Flows.
  var count: Int { conversations.count }

  /// A flow's records at all vantages together.
  func records(of flow: Int) -> Int { conversations[flow].reduce(0) { $0 + Int(sightings[$1].records) } }

  /// Per vantage: what kinds of packets it shows at all.
  func kinds() -> [PacketKinds] {
    zip(base, base.dropFirst()).map { PacketKinds(sightings[$0..<$1]) }
  }

  func transport(of flow: Int) -> UInt8 { sightings[conversations.first(of: flow)].tuple.transport }
}

extension SequenceSpace {
  /// What to add to positions here so that they count from `origin`. A sender whose own initial number is known counts from
  /// that one, whatever number others saw: a translator may rewrite it.
  func shift(to origin: UInt32) -> Int32 {
    guard isKnown else { return 0 }
    return Int32(bitPattern: base &- (initial ?? origin))
  }
}

extension Record {
  func told(by member: FlowAssembly.Member) -> Record {
    var record = self
    record.alias = member.number
    let fromOpener = isFromOpener == member.openerIsLow
    if fromOpener { record.bits.insert(.fromOpener) } else { record.bits.remove(.fromOpener) }
    let (opener, acceptor) = (Int64(member.openerShift), Int64(member.acceptorShift))
    let (own, peer) = fromOpener ? (opener, acceptor) : (acceptor, opener)
    if bits.contains(.icmpError) { record.position &+= peer } else if isSegment { record.position &+= own }
    if flags.contains(.ack), isSegment { record.acknowledged &+= peer }
    let leaving = fromOpener ? member.openerLeaves : member.acceptorLeaves
    if leaving != 0, direction == .unknown {
      if timeToLive == leaving { record.direction = .outbound }
      if timeToLive == leaving &+ 1 { record.direction = .inbound }
    }
    return record
  }
}
