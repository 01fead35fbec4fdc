internal import Wire

/// A TCP connection from SYN to its end, as two Linux hosts would have it: slow start, delayed acknowledgments, fast retransmission,
/// timeouts.
struct TCPSimulation {
  private enum Event {
    case arrival(Piece, forward: Bool)
    case delayedAcknowledgment(fromOpener: Bool, UInt32)
    case timeout(fromOpener: Bool, UInt32)
    case turn(Int)
    case probe(left: Int, every: Int64, turn: Int)
  }

  private let connection: Connection
  private let turns: [Connection.Turn]
  private let segment: Int64
  private let burstWindow: Int64 = 256 << 10
  private(set) var passage: Passage
  private var peers: Ways<TCPPeer>
  private var events = EventQueue<Event>()
  private var turn = -1
  private var now: Int64
  private var abort = Abort.none

  /// The opener forgets the connection first, then the acceptor hears of it.
  private enum Abort { case none, sent, arrived }

  init(_ connection: Connection, _ turns: [Connection.Turn], _ passage: Passage) {
    self.connection = connection
    self.turns = turns
    self.passage = passage
    segment = passage.route.segment
    let offloads = passage.route.offloads
    peers = Ways(
      forward: TCPPeer(&self.passage.numbers, segment: segment, offloads: offloads),
      reverse: TCPPeer(&self.passage.numbers, segment: segment, offloads: offloads))
    now = passage.epoch + connection.start
  }

  mutating func run() {
    emit([piece(forward: true, start: 0, length: 0, flags: .syn)], forward: true)
    var steps = 0
    while let (time, event) = events.next(), steps < 4_000_000 {
      now = time
      steps += 1
      handle(event)
    }
  }

  private mutating func handle(_ event: Event) {
    switch event {
    case .arrival(let piece, let forward): receive(piece, forward: forward)
    case _ where abort != .none: break
    case .delayedAcknowledgment(let fromOpener, let timer):
      if peers[fromOpener].isDelaying, peers[fromOpener].delayTimer == timer { acknowledge(fromOpener) }
    case .timeout(let fromOpener, let timer): if peers[fromOpener].timer == timer { timeOut(fromOpener) }
    case .turn(let number): begin(number)
    case .probe(let left, let every, let turn): probe(left, every, turn)
    }
  }

  // MARK: sending

  private mutating func piece(forward: Bool, start: Int64, length: Int64, flags: TCPFlags) -> Piece {
    var piece = Piece()
    piece.start = start
    piece.length = length
    piece.flags = flags
    piece.timestampValue = peers[forward].timestamp(now)
    piece.timestampEcho = peers[forward].echo
    piece.window = peers[forward].window
    piece.identification = peers[forward].identification
    peers[forward].identification &+= UInt16(max(1, (length + segment - 1) / segment))
    if peers[forward].expected >= 0 {
      piece.acknowledged = peers[forward].expected
      piece.flags.insert(.ack)
    }
    return piece
  }

  private mutating func emit(_ packets: [Piece], forward: Bool) {
    guard !packets.isEmpty else { return }
    peers[forward].isDelaying = false
    peers[forward].undelayed = 0
    for packet in packets where packet.end > packet.start {
      peers[forward].furthest = max(peers[forward].furthest, packet.end)
      peers[forward].next = max(peers[forward].next, packet.end)
    }
    for arrived in passage.carry(packets, at: now, forward: forward) {
      events.put(.arrival(arrived, forward: forward), at: arrived.time)
    }
    if packets.contains(where: { $0.end > $0.start }) { arm(forward) }
  }

  /// What the window lets go of what the application has written.
  private mutating func push(_ forward: Bool) {
    var packets: [Piece] = []
    while peers[forward].next < peers[forward].end, peers[forward].next >= 1 {
      let room = peers[forward].congestionWindow - peers[forward].inFlight
      let rest = peers[forward].end - peers[forward].next
      var length = min(rest, peers[forward].burst, room)
      if length < rest, length > segment { length -= length % segment }
      guard length >= min(rest, segment) else { break }
      let start = peers[forward].next
      let isLast = start + length == peers[forward].end
      packets.append(piece(forward: forward, start: start, length: length, flags: isLast ? .psh : []))
      peers[forward].next += length
    }
    let peer = peers[forward]
    if peer.finishes, peer.next == peer.end {
      packets.append(piece(forward: forward, start: peer.end, length: 0, flags: .fin))
      peers[forward].next = peer.finEnd
    }
    emit(packets, forward: forward)
  }

  private mutating func send(_ stray: Connection.Stray) {
    let start = peers[stray.isForward].furthest + stray.distance
    var piece = piece(forward: stray.isForward, start: start, length: 64, flags: .psh)
    piece.isStray = true
    for arrived in passage.carry([piece], at: now, forward: stray.isForward) {
      events.put(.arrival(arrived, forward: stray.isForward), at: arrived.time)
    }
  }

  private mutating func acknowledge(_ forward: Bool) {
    var acknowledgment = piece(forward: forward, start: peers[forward].furthest, length: 0, flags: [])
    // As many as fit beside timestamps.
    acknowledgment.blocks = peers[forward].blocks(most: 3)
    emit([acknowledgment], forward: forward)
  }

  private mutating func retransmit(_ forward: Bool) {
    let peer = peers[forward]
    let start = peer.unacknowledged
    if start == 0 {
      emit([piece(forward: forward, start: 0, length: 0, flags: .syn)], forward: forward)
    } else if start < peer.end {
      let length = min(segment, peer.end - start)
      emit([piece(forward: forward, start: start, length: length, flags: .psh)], forward: forward)
    } else {
      emit([piece(forward: forward, start: start, length: 0, flags: .fin)], forward: forward)
    }
  }

  private mutating func arm(_ forward: Bool) {
    peers[forward].timer &+= 1
    let wait: Int64 = 200_000_000 << Int64(peers[forward].retries)
    events.put(.timeout(fromOpener: forward, peers[forward].timer), at: now + wait)
  }

  private mutating func timeOut(_ forward: Bool) {
    guard peers[forward].unacknowledged < peers[forward].furthest, peers[forward].retries < 6 else { return }
    peers[forward].retries += 1
    peers[forward].congestionWindow = 2 * segment
    peers[forward].recovery = peers[forward].furthest
    retransmit(forward)
  }

  // MARK: receiving

  /// - Parameter forward: which way the packet came.
  private mutating func receive(_ piece: Piece, forward: Bool) {
    let own = !forward
    if case .abort = connection.ending, abort != .none { return ignore(piece, own) }
    if piece.flags.contains(.rst) { return events.removeAll() }
    if case .refused = connection.ending, forward { return refuse(piece, own) }
    if piece.isStray { return acknowledge(own) }
    if piece.start <= max(0, peers[own].expected) { peers[own].echo = piece.timestampValue }
    let opensReverse = piece.flags.contains(.syn) && forward && peers.reverse.expected < 0
    if piece.flags.contains(.syn), peers[own].expected < 0 { peers[own].expected = 0 }
    if opensReverse {
      _ = peers.reverse.receive(0..<1)
      return emit([self.piece(forward: false, start: 0, length: 0, flags: .syn)], forward: false)
    }
    if piece.flags.contains(.ack) { takeAcknowledgment(piece, own) }
    if piece.end > piece.start {
      takeData(piece, own)
    } else if piece.start < peers[own].expected {
      // A probe.
      acknowledge(own)
    }
    if own, case .abort(let enough) = connection.ending, peers[own].expected > enough { return abandon() }
    advance()
    push(own)
  }

  private mutating func abandon() {
    abort = .sent
    peers.forward.timer &+= 1
    emit([piece(forward: true, start: peers.forward.furthest, length: 0, flags: .rst)], forward: true)
  }

  /// After an abort: the opener refuses what still comes, and the acceptor has nothing more to say once it knows.
  private mutating func ignore(_ piece: Piece, _ own: Bool) {
    if piece.flags.contains(.rst) {
      abort = .arrived
    } else if own {
      refuse(piece, own)
    }
  }

  /// A host that has no such connection (RFC 9293, 3.10.7.1); Linux answers without a number of its own for the packet.
  private mutating func refuse(_ piece: Piece, _ own: Bool) {
    var reset = self.piece(forward: own, start: max(0, piece.acknowledged), length: 0, flags: .rst)
    let isOpening = piece.acknowledged < 0
    reset.flags = isOpening ? [.rst, .ack] : .rst
    reset.acknowledged = isOpening ? piece.end : -1
    reset.identification = 0
    reset.window = 0
    emit([reset], forward: own)
  }

  private mutating func takeAcknowledgment(_ piece: Piece, _ own: Bool) {
    let acknowledged = piece.acknowledged
    if acknowledged > peers[own].unacknowledged, acknowledged <= peers[own].furthest {
      peers[own].congestionWindow = min(
        burstWindow, peers[own].congestionWindow + acknowledged - peers[own].unacknowledged)
      peers[own].unacknowledged = acknowledged
      peers[own].next = max(peers[own].next, acknowledged)
      peers[own].duplicates = 0
      peers[own].retries = 0
      if acknowledged < peers[own].recovery {
        retransmit(own)
      } else {
        peers[own].recovery = -1
        if acknowledged < peers[own].furthest { arm(own) } else { peers[own].timer &+= 1 }
      }
    } else if acknowledged == peers[own].unacknowledged, piece.end == piece.start, acknowledged < peers[own].furthest {
      peers[own].duplicates += 1
      guard peers[own].duplicates == 3, peers[own].recovery < 0 else { return }
      peers[own].recovery = peers[own].furthest
      peers[own].congestionWindow = max(2 * segment, peers[own].congestionWindow / 2)
      retransmit(own)
    }
  }

  private mutating func takeData(_ piece: Piece, _ own: Bool) {
    let isNew = piece.end > peers[own].expected
    let inOrder = peers[own].receive(piece.start..<piece.end)
    growWindow(own)
    peers[own].undelayed += piece.length
    let isUrgent = !piece.flags.isDisjoint(with: [.syn, .fin]) || !inOrder || !isNew || !peers[own].held.isEmpty
    if isUrgent || peers[own].undelayed >= 2 * segment {
      acknowledge(own)
    } else if !peers[own].isDelaying {
      peers[own].isDelaying = true
      peers[own].delayTimer &+= 1
      events.put(.delayedAcknowledgment(fromOpener: own, peers[own].delayTimer), at: now + 40_000_000)
    }
  }

  /// Receive buffers grow with what they take.
  private mutating func growWindow(_ own: Bool) {
    peers[own].window = UInt16(clamping: 502 + min(2_500, peers[own].expected >> 15))
  }

  // MARK: the application

  /// Goes on when both ends have received what the other had to say.
  private mutating func advance() {
    guard peers.forward.expected >= 1, peers.reverse.expected >= 1 else { return }
    guard turn < 0 || isTurnOver, turn < turns.count else {
      if turn == turns.count { closeReverse() }
      return
    }
    let next = turn + 1
    turn = next
    guard next < turns.count else { return end() }
    let pause = turns[next].pause
    turn = next
    isTurnBegun = false
    let probes = turns[next].keepAlives
    if probes > 0 { openProbes(next, probes, pause / Int64(probes + 1)) }
    events.put(.turn(next), at: now + max(1_000, pause))
  }

  private var isTurnBegun = false
  private var isTurnOver: Bool {
    isTurnBegun && peers.reverse.expected >= peers.forward.end && peers.forward.expected >= peers.reverse.end
  }

  private mutating func begin(_ number: Int) {
    isTurnBegun = true
    for stray in turns[number].strays { send(stray) }
    if turns[number].isWindowClosed {
      growWindow(false)
      acknowledge(false)
    }
    for forward in [true, false] {
      peers[forward].end += turns[number].bytes[forward]
      push(forward)
    }
    advance()
  }

  /// Probes carry no byte and the number before the next one; each is answered at once.
  private mutating func openProbes(_ turn: Int, _ count: Int, _ every: Int64) {
    if turns[turn].isWindowClosed {
      peers.reverse.window = 0
      acknowledge(false)
    }
    events.put(.probe(left: count, every: every, turn: turn), at: now + every)
  }

  private mutating func probe(_ left: Int, _ every: Int64, _ turn: Int) {
    guard left > 0, turn == self.turn, !isTurnBegun else { return }
    let before = peers.forward.furthest - 1
    emit([piece(forward: true, start: before, length: 0, flags: [])], forward: true)
    events.put(.probe(left: left - 1, every: every, turn: turn), at: now + every)
  }

  private mutating func end() {
    switch connection.ending {
    case .open, .refused, .abort: break
    case .fin, .halfClose: peers.forward.finishes = true
    case .reset: emit([piece(forward: true, start: peers.forward.furthest, length: 0, flags: .rst)], forward: true)
    case .resetStorm(let count):
      for _ in 0..<count {
        now += 500_000
        var reset = piece(forward: false, start: peers.reverse.furthest, length: 0, flags: .rst)
        reset.window = 0
        emit([reset], forward: false)
      }
    }
    push(true)
  }

  private mutating func closeReverse() {
    guard peers.forward.finishes, !peers.reverse.finishes, peers.reverse.expected >= peers.forward.finEnd else {
      return
    }
    if case .halfClose(let more) = connection.ending { peers.reverse.end += more }
    peers.reverse.finishes = true
  }
}
