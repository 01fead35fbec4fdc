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
  private(set) var conversations = FlowConversations()
  private(set) var members: [Member] = []
  private(set) var sawOpening: [Bool] = []
  let world: ConversationWorld

  init(_ world: ConversationWorld, _ set: consuming ConversationSet) {
    self.world = world
    var set = set
    var flips = [Bool](repeating: false, count: world.count)
    conversations = FlowConversations(world.count) { number in
      let (root, flipped) = set.root(number)
      flips[number] = flipped
      return root
    }
    let blank = Member(flow: 0, number: 0, openerIsLow: true, openerShift: 0, acceptorShift: 0)
    members = [Member](repeating: blank, count: world.count)
    for flow in 0..<conversations.count { settle(flow, flips) }
  }

  /// Who opened the flow, and how each conversation counts.
  private mutating func settle(_ flow: Int, _ flips: [Bool]) {
    let numbers = conversations[flow]
    let opened = numbers.first { world.conversations[$0].opener != .unknown }
    sawOpening.append(opened != nil)
    // Without a SYN the conversation with most packets is the best witness.
    let witness =
      opened ?? numbers.max { world.conversations[$0].records < world.conversations[$1].records } ?? numbers[0]
    let openerIsRootLow = (world.conversations[witness].likelyOpener != .high) != flips[witness]
    let isLow = numbers.map { openerIsRootLow != flips[$0] }
    let openers = origin(zip(numbers, isLow).map { world.conversations[$0][$1] })
    let acceptors = origin(zip(numbers, isLow).map { world.conversations[$0][!$1] })
    for (place, number) in numbers.enumerated() {
      let conversation = world.conversations[number]
      members[number] = Member(
        flow: UInt32(truncatingIfNeeded: flow), number: UInt16(clamping: place), openerIsLow: isLow[place],
        openerShift: conversation[isLow[place]].shift(to: openers),
        acceptorShift: conversation[!isLow[place]].shift(to: acceptors),
        openerLeaves: conversation[isLow[place]].leavingTimeToLive,
        acceptorLeaves: conversation[!isLow[place]].leavingTimeToLive)
    }
  }

  /// The number that a direction's positions count from: its initial one, else the first one seen.
  private func origin(_ spaces: [SequenceSpace]) -> UInt32 {
    spaces.lazy.compactMap(\.initial).first ?? spaces.first { $0.isKnown }?.base ?? 0
  }

  /// Both ends' window scales, once both SYNs were seen; an option that one end does not offer counts for neither (RFC 7323, 1.3).
  func windowScales(of flow: Int) -> DirectionPair<UInt8>? {
    func scale(fromOpener: Bool) -> UInt8? {
      conversations[flow].lazy.compactMap { number in
        world.conversations[number][members[number].openerIsLow == fromOpener].windowScale
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
        world.conversations[number][members[number].openerIsLow == fromOpener].segmentLimit
      }.filter { $0 > 0 }.min()
    }
    return DirectionPair(fromOpener: limit(fromOpener: true), fromAcceptor: limit(fromOpener: false))
  }

  func isTunnel(_ flow: Int) -> Bool { conversations[flow].contains { world.conversations[$0].isTunnel } }

  /// Of both ends, as its first conversation has them.
  func ports(of flow: Int) -> [UInt16] {
    let tuple = world.conversations[conversations.first(of: flow)].tuple
    return [tuple.low.port, tuple.high.port]
  }

  /// Flows.
  var count: Int { conversations.count }

  /// A flow's records at all vantages together.
  func records(of flow: Int) -> Int { conversations[flow].reduce(0) { $0 + Int(world.conversations[$1].records) } }

  /// Per vantage: what kinds of packets it shows at all.
  func kinds() -> [PacketKinds] {
    zip(world.base, world.base.dropFirst()).map { PacketKinds(world.conversations[$0..<$1]) }
  }

  func transport(of flow: Int) -> UInt8 { world.conversations[conversations.first(of: flow)].tuple.transport }
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
