internal import Alignment
internal import CaseModel
internal import Wire

/// Gives every packet of a capture its conversation and its place in the sequence space. One pass, file order.
struct Indexer<Output: RecordOutput> {
  private(set) var index = CaptureIndex()
  private(set) var output: Output
  private var table = FlowTable()
  private var fragments = FragmentHeads()
  private var recent = RecentFrames()
  private var stamps = StampStep()
  private var previous: Int64?
  private var detector = FoldDetector()
  /// Where the capture's clock was set back, as far as that is known already: times are told unfolded.
  let folds: TimeFolds

  private static var tcp: UInt8 { 6 }
  private static var udp: UInt8 { 17 }

  init(_ output: Output, folds: TimeFolds = TimeFolds()) {
    self.output = output
    self.folds = folds
  }

  mutating func take(_ packet: Packet, file: UInt16) {
    guard packet.has.contains(.ip) else { return }
    if packet.has.contains(.quoted) {
      takeError(packet, file)
    } else if packet.has.contains(.laterFragment) {
      takeLaterFragment(packet, file)
    } else if packet.transport == Self.tcp {
      if packet.has.contains(.tcp) { takeSegment(packet, file) } else { noteCut(packet) }
    } else {
      takeDatagram(packet, file)
    }
  }

  consuming func finish() -> (index: CaptureIndex, output: Output) {
    index.conversations = table.conversations
    index.cuts = detector.finish()
    index.quantum = stamps.step
    return (index, output)
  }

  // MARK: TCP

  private mutating func takeSegment(_ packet: Packet, _ file: UInt16) {
    let (tuple, fromLow) = ends(packet, packet.sourcePort, packet.destinationPort)
    let conversation = conversation(of: packet, tuple, fromLow)
    if packet.isFragment { fragments.note(packet, conversation, fromLow: fromLow) }
    var record = Record(packet, file: file, fromLow: fromLow)
    record.sequence = packet.sequence
    record.acknowledgment = packet.acknowledgment
    record.flags = packet.flags
    record.window = packet.window
    record.length = packet.payloadLength
    // Zero hashes to itself: no blocks.
    if packet.has.contains(.options), packet.payloadLength == 0 { record.blocks = packet.selectiveHash >> 1 }
    if packet.has.contains(.timestamps) {
      record.bits.insert(.hasTimestamps)
      record.timestampValue = packet.timestampValue
      record.timestampEcho = packet.timestampEcho
    }
    let isReset = packet.flags.contains(.rst)
    record.position = place(packet.sequence, conversation, fromLow, isReset: isReset)
    if packet.flags.contains(.ack) {
      record.acknowledged = place(packet.acknowledgment, conversation, !fromLow, isReset: isReset)
    }
    if isCopy(record, conversation, fromLow, packet.identification) { return }
    sample(Self.key(of: record), record, conversation, Self.kind(of: record))
    sampleContent(packet, conversation, fromLow)
    append(record, conversation, fromLow)
  }

  /// A reset's numbers may be anything: they move nothing.
  @inline(__always)
  private mutating func place(_ sequence: UInt32, _ conversation: Int, _ fromLow: Bool, isReset: Bool) -> Int64 {
    isReset ? table[conversation][fromLow].position(sequence) : table[conversation][fromLow].reach(sequence)
  }

  /// The conversation that a segment belongs to; a SYN (or the answer to an unseen one) with other numbers begins a new one.
  private mutating func conversation(of packet: Packet, _ tuple: FiveTuple, _ fromLow: Bool) -> Int {
    let found = table.find(tuple)
    guard packet.flags.contains(.syn), !packet.flags.contains(.rst) else { return found ?? table.begin(tuple) }
    let isAnswer = packet.flags.contains(.ack)
    let opening = isAnswer ? packet.acknowledgment &- 1 : packet.sequence
    let openerIsLow = isAnswer ? !fromLow : fromLow
    var conversation = found ?? table.begin(tuple)
    if found != nil, !table[conversation][openerIsLow].isOpened(by: opening) { conversation = table.begin(tuple) }
    table[conversation].opener = openerIsLow ? .low : .high
    table[conversation][openerIsLow].begin(opening)
    if isAnswer { table[conversation][fromLow].begin(packet.sequence) }
    if packet.has.contains(.options) {
      table[conversation][fromLow].windowScale = packet.windowScale
      table[conversation][fromLow].segmentLimit = packet.maximumSegmentSize
    }
    return conversation
  }

  /// What a segment is known by at any vantage, whatever its addresses.
  @inline(__always)
  private static func key(of record: Record) -> UInt64 {
    let acknowledgment = record.flags.contains(.ack) ? record.acknowledgment : 0
    let numbers = Mix.pair(record.sequence, acknowledgment)
    let kind = UInt64(record.flags.intersection([.ack, .rst, .syn]).rawValue)
    guard record.bits.contains(.hasTimestamps) else {
      // With one end's numbers alone the sender's count of packets helps: no translator changes it.
      let count = record.flags.contains(.ack) ? 0 : UInt64(record.identification)
      return Mix.fold(numbers, count << 48 | kind << 32 | UInt64(record.window))
    }
    return Mix.fold(Mix.fold(numbers, kind), Mix.pair(record.timestampValue, record.timestampEcho))
  }

  /// The first segments with content, and later ones whose content says so, ever fewer of them.
  @inline(__always)
  private mutating func sampleContent(_ packet: Packet, _ conversation: Int, _ fromLow: Bool) {
    guard packet.payloadCaptured > 0, output.wantsContent(of: conversation) else { return }
    let taken = table[conversation][fromLow].contents
    let mask: UInt64 = taken < ContentSample.first ? 0 : 8 << UInt64(min(40, taken / ContentSample.first)) &- 1
    guard packet.payloadHash & mask == 0 else { return }
    let (stamped, counted) = ContentSample.keys(packet)
    guard stamped != nil || counted != nil else { return }
    table[conversation][fromLow].contents = min(taken, .max - 1) + 1
    for case let hash? in [stamped, counted] {
      output.take(ContentSample(hash, sequence: packet.sequence, conversation: conversation, fromLow: fromLow))
    }
  }

  @inline(__always)
  private static func kind(of record: Record) -> LinkSample.Bits {
    var kind: LinkSample.Bits = record.flags.contains(.syn) ? .syn : []
    if !record.flags.contains(.ack), !record.bits.contains(.hasTimestamps), record.identification == 0 {
      kind.insert(.weak)
    }
    return kind
  }

  // MARK: everything else

  /// The outer packet of a tunnel, which is one exchange between two nodes: their source ports stand for what is inside. All that a tunnel carries between two machines begins alike: what tells one such packet from
  /// others is the one inside.
  mutating func takeCarrier(_ packet: Packet, of inner: Packet, file: UInt16) {
    let (tuple, fromLow) = ends(packet, packet.destinationPort, packet.destinationPort)
    let conversation = table.find(tuple) ?? table.begin(tuple)
    table[conversation].isTunnel = true
    if packet.isFragment { fragments.note(packet, conversation, fromLow: fromLow) }
    let identity = inner.has.contains(.ip) ? inner.identity : packet.payloadHash
    var record = Record(packet, file: file, fromLow: fromLow, identity: identity)
    record.timestampEcho = UInt32(inner.tunnel.kind.rawValue)
    if isCopy(record, conversation, fromLow, packet.identification) { return }
    sample(record, conversation, identity)
    append(record, conversation, fromLow)
  }

  private mutating func takeDatagram(_ packet: Packet, _ file: UInt16) {
    let isEcho = packet.has.contains(.icmp) && packet.icmpIdentifier != 0
    let source = isEcho ? packet.icmpIdentifier : packet.sourcePort
    let destination = isEcho ? packet.icmpIdentifier : packet.destinationPort
    let (tuple, fromLow) = ends(packet, source, destination)
    let conversation = table.find(tuple) ?? table.begin(tuple)
    if packet.isFragment { fragments.note(packet, conversation, fromLow: fromLow) }
    // Translators rewrite an echo's identifier and with it the checksum: what stays is its kind and number.
    let identity =
      isEcho
      ? Mix.fold(UInt64(packet.icmpType) << 24 | UInt64(packet.icmpCode) << 16 | UInt64(packet.icmpSequence), 7)
      : packet.payloadHash
    let record = Record(packet, file: file, fromLow: fromLow, identity: identity)
    if isCopy(record, conversation, fromLow, packet.identification) { return }
    sample(record, conversation, identity)
    append(record, conversation, fromLow)
  }

  @inline(__always)
  private mutating func sample(_ datagram: Record, _ conversation: Int, _ identity: UInt64) {
    guard identity != 0 else { return }
    let transport = table[conversation].tuple.transport
    sample(Mix.fold(identity, UInt64(datagram.length) << 8 | UInt64(transport)), datagram, conversation, .content)
  }

  private mutating func takeLaterFragment(_ packet: Packet, _ file: UInt16) {
    let (alone, fromLow) = ends(packet, 0, 0)
    var record = Record(
      packet, file: file, fromLow: fromLow, identity: Mix.fold(packet.payloadHash, UInt64(packet.fragmentOffset)))
    record.bits.insert(.laterFragment)
    let head = fragments.find(packet)
    let conversation = head?.conversation ?? table.find(alone) ?? table.begin(alone)
    if isCopy(record, conversation, head?.fromLow ?? fromLow, packet.identification) { return }
    append(record, conversation, head?.fromLow ?? fromLow)
  }

  /// An ICMP error belongs to the conversation of the packet that it quotes, sent on behalf of whom that one went to.
  private mutating func takeError(_ packet: Packet, _ file: UInt16) {
    let quoted = packet.quoted
    var source = quoted.source
    var tuple = FiveTuple(source, quoted.destination, quoted.transport, in: packet.tunnel)
    if let tunnel = tunnel(of: quoted, seenIn: packet) {
      source = Endpoint(source.address, quoted.destination.port)
      tuple = tunnel
    }
    let quotedFromLow = tuple.low == source
    let conversation = table.find(tuple) ?? table.begin(tuple)
    var record = Record(packet, file: file, fromLow: !quotedFromLow)
    record.bits.insert(.icmpError)
    record.sequence = quoted.sequence
    record.position = table[conversation][quotedFromLow].position(quoted.sequence)
    record.timestampEcho = UInt32(packet.icmpType) << 8 | UInt32(packet.icmpCode)
    record.timestampValue = packet.icmpMTU
    append(record, conversation, !quotedFromLow)
  }

  /// The name of the tunnel that a quoted packet belongs to; nil where none was seen before.
  private mutating func tunnel(of quoted: QuotedPacket, seenIn packet: Packet) -> FiveTuple? {
    let port = quoted.destination.port
    guard quoted.transport == Self.udp, port != quoted.source.port else { return nil }
    let source = Endpoint(quoted.source.address, port)
    let tuple = FiveTuple(source, quoted.destination, quoted.transport, in: packet.tunnel)
    return table.find(tuple).flatMap { table[$0].isTunnel ? tuple : nil }
  }

  // MARK: shared

  /// Of a frame whose transport header, or that of the packet which it carries, is not all there.
  mutating func noteCut(_ packet: Packet) {
    if packet.capturedLength < packet.originalLength { index.health.cutHeaders += 1 }
  }

  @inline(__always)
  private func ends(_ packet: Packet, _ source: UInt16, _ destination: UInt16) -> (FiveTuple, fromLow: Bool) {
    let from = Endpoint(packet.source, source)
    let tuple = FiveTuple(from, Endpoint(packet.destination, destination), packet.transport, in: packet.tunnel)
    return (tuple, tuple.low == from)
  }

  /// Whether a frame only shows again what the capture has just shown at the same place.
  @inline(__always)
  private mutating func isCopy(
    _ record: Record, _ conversation: Int, _ fromLow: Bool, _ identification: UInt16
  ) -> Bool {
    switch recent.note(record, conversation, identification: identification) {
    case .new: return false
    case .forwarded:
      table[conversation][fromLow].leavingTimeToLive = record.timeToLive
      return false
    case .copy:
      index.health.copies += 1
      return true
    }
  }

  @inline(__always)
  private mutating func append(_ record: Record, _ conversation: Int, _ fromLow: Bool) {
    table[conversation].note(record, fromLow: fromLow)
    output.take(record, conversation: conversation)
  }

  /// The first packets of a direction, and of the later ones those whose key says so: the same ones at every vantage.
  @inline(__always)
  private mutating func sample(_ key: UInt64, _ record: Record, _ conversation: Int, _ kind: LinkSample.Bits) {
    guard Output.isFirst else { return }
    let fromLow = record.isFromOpener
    let first = table[conversation].opener == .unknown ? LinkSample.first : LinkSample.firstOfOpened
    guard table[conversation][fromLow].isSample(key, first: first) else { return }
    table[conversation][fromLow].noteSample(first: first)
    var bits = kind
    if fromLow { bits.insert(.fromLow) }
    if record.direction == .inbound { bits.insert(.inbound) }
    if record.direction == .outbound { bits.insert(.outbound) }
    output.take(
      LinkSample(
        key: key, conversation: UInt32(truncatingIfNeeded: conversation), bits: bits,
        tick: UInt16(truncatingIfNeeded: record.time >> 24)))
  }

  /// Of every frame once, whatever is in it: unfolds its time, and counts it in the first reading.
  @inline(__always)
  mutating func note(_ packet: inout Packet, file: UInt16) {
    if Output.isFirst { noteRaw(packet, file) }
    packet.time = folds.unfold(packet.time, file: Int(file), frame: packet.frame)
    if Output.isFirst { noteUnfolded(packet) }
  }

  private mutating func noteRaw(_ packet: Packet, _ file: UInt16) {
    index.health.frames += 1
    index.health.largestFrame = max(index.health.largestFrame, Int(packet.originalLength))
    if packet.capturedLength < packet.originalLength {
      index.health.snaplen = max(index.health.snaplen ?? 0, Int(packet.capturedLength))
    }
    if let previous, packet.time < previous &- 1_000_000 { index.health.backwardSteps += 1 }
    previous = packet.time
    stamps.note(packet.time)
    detector.note(packet.time, file: Int(file), frame: packet.frame)
  }

  private mutating func noteUnfolded(_ packet: Packet) {
    if let latest = index.health.last, packet.time < latest.nanoseconds {
      index.health.disorder = max(index.health.disorder, latest.nanoseconds &- packet.time)
    }
    if index.health.first.map({ packet.time < $0.nanoseconds }) ?? true {
      index.health.first = HostTime(nanoseconds: packet.time)
    }
    if index.health.last.map({ packet.time > $0.nanoseconds }) ?? true {
      index.health.last = HostTime(nanoseconds: packet.time)
    }
  }
}

/// The coarsest step that all stamps of a capture fit.
struct StampStep {
  private var micro = true
  private var milli = true

  @inline(__always)
  mutating func note(_ time: Int64) {
    if micro, time % 1_000 != 0 { micro = false }
    if milli, time % 1_000_000 != 0 { milli = false }
  }

  var step: Double { milli ? 1e6 : micro ? 1e3 : 1 }
}

extension Record {
  @inline(__always)
  init(_ packet: Packet, file: UInt16, fromLow: Bool) {
    self.init(time: packet.time)
    frame = packet.frame
    self.file = file
    identification = packet.identification
    timeToLive = packet.timeToLive
    direction = packet.direction
    interface = packet.interfaceIndex != 0 ? packet.interfaceIndex : packet.interface
    // Until its flow's opener is known: sent by the lower end.
    if fromLow { bits.insert(.fromOpener) }
    if packet.dontFragment { bits.insert(.dontFragment) }
    if packet.isFragment { bits.insert(.isFragment) }
    if packet.tunnel.depth > 0 { bits.insert(.inTunnel) }
  }

  init(_ packet: Packet, file: UInt16, fromLow: Bool, identity: UInt64) {
    self.init(packet, file: file, fromLow: fromLow)
    length = packet.payloadLength
    bits.insert(.datagram)
    sequence = UInt32(truncatingIfNeeded: identity >> 32)
    acknowledgment = UInt32(truncatingIfNeeded: identity)
  }
}
