/// All flows, turn by turn: a certain number is open at any time, and when one has closed the next one opens.
struct Exchange {
  /// Nanoseconds between two turns: two records each, so 100,000 records a second.
  private static let step: Int64 = 20_000

  private let plan: FlowPlan
  private let lossOneIn: Int
  private var talks: [Talk]
  private var opened: Int
  private var random: UInt64 = 1 << 40

  init(plan: FlowPlan, lossOneIn: Int) {
    self.plan = plan
    self.lossOneIn = lossOneIn
    opened = plan.open
    talks = (0..<plan.open).map { Talk(flow: UInt32($0), slot: $0, turns: plan.dataTurns) }
  }

  mutating func run(through network: inout Network) throws {
    var now: Int64 = 0
    var slot = 0
    var closed = 0
    while closed < plan.flows {
      now += Self.step
      try network.pass(until: now) { talks[Int($0.slot)].hear($0) }
      defer { slot = slot + 1 == talks.count ? 0 : slot + 1 }
      guard talks[slot].isReady(now) else { continue }
      talks[slot].takeTurn(now, payload: plan.payload, loss(), &network)
      if talks[slot].isOver {
        closed += 1
        talks[slot] = Talk(flow: UInt32(opened), slot: slot, turns: opened < plan.flows ? plan.dataTurns : nil)
        opened += 1
      }
    }
  }

  private mutating func loss() -> Network.Reach {
    guard lossOneIn > 0 else { return .whole }
    random &+= 1
    let number = scramble(random)
    guard number % UInt64(lossOneIn) == 0 else { return .whole }
    return number >> 32 & 1 == 0 ? .gatewayNever : .serverNever
  }
}

/// One flow between its ends. The server answers in the order in which it was asked.
struct Talk {
  private enum Stage { case opening, opened, talking, closing, over, absent }

  private let flow: UInt32
  private let slot: Int
  private var stage: Stage
  private var turnsLeft: Int
  /// No turn before this.
  private var notBefore: Int64 = 0

  private var sent: UInt32
  private var answered: UInt32
  /// What the server has of the client; where a segment is missing, up to there.
  private var heardByServer: UInt32
  private var heardByClient: UInt32
  private var echo: UInt32 = 0
  private var identification: UInt16
  /// The segment that was lost, and when it is sent again.
  private var missing: (sequence: UInt32, again: Int64)?

  /// - Parameter turns: nil for a place that stays empty.
  init(flow: UInt32, slot: Int, turns: Int?) {
    self.flow = flow
    self.slot = slot
    stage = turns == nil ? .absent : .opening
    turnsLeft = turns ?? 0
    let numbers = scramble(UInt64(flow) | 1 << 50)
    sent = UInt32(truncatingIfNeeded: numbers)
    answered = UInt32(truncatingIfNeeded: numbers >> 32)
    heardByServer = sent
    heardByClient = answered
    identification = UInt16(truncatingIfNeeded: numbers >> 16)
  }

  var isOver: Bool { stage == .over }
  func isReady(_ now: Int64) -> Bool { now >= notBefore && stage != .absent }

  /// An answer has reached the client.
  mutating func hear(_ frame: Frame) {
    guard frame.flow == flow else { return }
    let flags = frame.flags & (Frame.Flags.syn | Frame.Flags.fin)
    heardByClient = frame.sequence &+ UInt32(frame.payload) &+ (flags == 0 ? 0 : 1)
    echo = frame.stamp
  }

  mutating func takeTurn(_ now: Int64, payload: Int, _ reach: Network.Reach, _ network: inout Network) {
    switch stage {
    case .opening:
      let open = frame(now, Frame.Flags.syn)
      network.send(open, at: now)
      sent &+= 1
      heardByServer = sent
      answer(open, now, Frame.Flags.syn | Frame.Flags.ack, &network)
      answered &+= 1
      rest(now, .opened)
    case .opened:
      network.send(frame(now, Frame.Flags.ack), at: now)
      stage = .talking
    case .talking:
      if let missing, now >= missing.again {
        repair(missing.sequence, now, payload, &network)
      } else if turnsLeft > 0 {
        talk(now, payload, reach, &network)
      } else if missing == nil {
        let close = frame(now, Frame.Flags.fin | Frame.Flags.ack)
        network.send(close, at: now)
        sent &+= 1
        heardByServer = sent
        answer(close, now, Frame.Flags.fin | Frame.Flags.ack, &network)
        answered &+= 1
        rest(now, .closing)
      }
    case .closing:
      network.send(frame(now, Frame.Flags.ack), at: now)
      stage = .over
    case .over, .absent: break
    }
  }

  private mutating func rest(_ now: Int64, _ next: Stage) {
    stage = next
    notBefore = now + Network.roundTrip
  }

  private mutating func talk(_ now: Int64, _ payload: Int, _ reach: Network.Reach, _ network: inout Network) {
    turnsLeft -= 1
    let isLost = reach != .whole && missing == nil
    let said = frame(now, Frame.Flags.push | Frame.Flags.ack, payload)
    network.send(said, at: now, isLost ? reach : .whole)
    sent &+= UInt32(payload)
    if isLost {
      missing = (said.sequence, now + 4 * Network.roundTrip)
    } else if missing == nil {
      heardByServer = sent
      answer(said, now, Frame.Flags.push | Frame.Flags.ack, payload: payload, &network)
    } else {
      answer(said, now, Frame.Flags.ack, &network)
    }
  }

  private mutating func repair(_ sequence: UInt32, _ now: Int64, _ payload: Int, _ network: inout Network) {
    var again = frame(now, Frame.Flags.push | Frame.Flags.ack, payload)
    again.sequence = sequence
    network.send(again, at: now)
    missing = nil
    heardByServer = sent
    answer(again, now, Frame.Flags.ack, &network)
  }

  private mutating func frame(_ now: Int64, _ flags: UInt8, _ payload: Int = 0) -> Frame {
    identification &+= 1
    return Frame(
      flow: flow, slot: Int32(slot), sequence: sent,
      acknowledgment: flags & Frame.Flags.ack == 0 ? 0 : heardByClient, stamp: stamp(now), echo: echo,
      identification: identification, payload: UInt16(payload), flags: flags, fromClient: true)
  }

  private mutating func answer(
    _ asked: Frame, _ now: Int64, _ flags: UInt8, payload: Int = 0, _ network: inout Network
  ) {
    let frame = Frame(
      flow: flow, slot: Int32(slot), sequence: answered, acknowledgment: heardByServer, stamp: stamp(now) &+ 77_777,
      echo: asked.stamp, identification: asked.identification ^ 0x5555, payload: UInt16(payload), flags: flags,
      fromClient: false)
    network.answer(frame, to: now)
    answered &+= UInt32(payload)
  }

  /// Milliseconds since some instant of its own.
  private func stamp(_ now: Int64) -> UInt32 { UInt32(truncatingIfNeeded: now / 1_000_000) &+ flow &* 2_654_435_761 }
}
