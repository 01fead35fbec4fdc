internal import Wire

/// One frame after the other, as a tap shows them.
struct FrameWriter {
  let recording: Recording
  private(set) var frame = FrameBytes()
  /// How long the frame was on the wire; `frame` holds no payload beyond `keeps` bytes.
  private(set) var length = 0
  private let keeps: Int

  init(_ recording: Recording, keeps: Int) {
    self.recording = recording
    self.keeps = keeps
  }

  mutating func write(_ index: Int32) {
    let sighting = recording.sightings[Int(index)]
    let connection = recording.connections[Int(sighting.connection)]
    let tap = recording.tap(index)
    let size = transportSize(sighting, connection) + Int(sighting.length)
    let isIPv6 = connection.names.opener.address.isIPv6
    let inner = size + (isIPv6 ? 40 : 20)
    frame.removeAll()
    link(tap, sighting, isIPv6: tap.tunnel == nil && isIPv6)
    if tap.tunnel != nil { tunnel(tap, sighting, inner + 14, isIPv6: isIPv6) }
    length = frame.bytes.count + inner
    internet(sighting, connection, tap, size)
    transport(sighting, connection, tap, size)
    payload(sighting, connection)
  }

  private mutating func link(_ tap: Tap, _ sighting: Sighting, isIPv6: Bool) {
    switch recording.network.vantages[tap.vantage].link {
    case .ethernet: frame.ethernet(isIPv6: isIPv6)
    case .cooked2:
      let isOutgoing = tap.facing != .unknown && (tap.facing == .acceptor) == sighting.isForward
      frame.cooked2(isIPv6: isIPv6, interface: tap.interface, isOutgoing: isOutgoing)
    }
  }

  /// Outer headers (RFC 7348); the source port tells flows apart.
  private mutating func tunnel(_ tap: Tap, _ sighting: Sighting, _ inner: Int, isIPv6: Bool) {
    guard let tunnel = tap.tunnel else { return }
    let nodes = sighting.isForward ? tunnel : (tunnel.acceptor, tunnel.opener)
    let entropy = SeededNumbers.mix(UInt64(sighting.connection) << 1 | (sighting.isForward ? 1 : 0))
    let identification = UInt16(truncatingIfNeeded: SeededNumbers.mix(UInt64(sighting.identification) ^ entropy))
    frame.internet(
      nodes.0, nodes.1, transport: 17, length: inner + 16,
      identification: recording.faults.hasIdentifications ? identification : 0, hops: 0)
    frame.put(UInt16(49_152 + entropy & 0x3fff))
    frame.put(4_789 as UInt16)
    frame.put(UInt16(truncatingIfNeeded: inner + 16))
    frame.put(0 as UInt16)
    frame.put(0x0800_0000 as UInt32)
    frame.put(42 << 8 as UInt32)
    frame.ethernet(isIPv6: isIPv6)
  }

  private func ends(_ sighting: Sighting, _ connection: Connection, _ tap: Tap) -> (from: Endpoint, to: Endpoint) {
    let names = connection.names
    let opener = tap.isOpenerTranslated ? names.translatedOpener : names.opener
    let acceptor = tap.isAcceptorTranslated ? names.translatedAcceptor : names.acceptor
    return sighting.isForward ? (opener, acceptor) : (acceptor, opener)
  }

  private func transportSize(_ sighting: Sighting, _ connection: Connection) -> Int {
    switch connection.traffic {
    case .tcp:
      let timestamps = recording.faults.hasTimestamps ? 12 : 0
      let blocks = sighting.blocks.isEmpty ? 0 : 4 + 8 * sighting.blocks.count
      return sighting.flags.contains(.rst)
        ? 20 : 20 + timestamps + blocks + (sighting.flags.contains(.syn) ? 12 : 0)
    case .udp, .ping: return 8
    }
  }

  private mutating func internet(_ sighting: Sighting, _ connection: Connection, _ tap: Tap, _ size: Int) {
    let (from, to) = ends(sighting, connection, tap)
    let number: UInt8 =
      switch connection.traffic {
      case .tcp: 6
      case .udp: 17
      case .ping: from.address.isIPv6 ? 58 : 1
      }
    frame.internet(
      from.address, to.address, transport: number, length: size,
      identification: recording.faults.hasIdentifications ? sighting.identification : 0,
      hops: tap.routers[sighting.isForward])
  }

  private mutating func transport(_ sighting: Sighting, _ connection: Connection, _ tap: Tap, _ size: Int) {
    let (from, to) = ends(sighting, connection, tap)
    switch connection.traffic {
    case .tcp: tcp(sighting, tap, from.port, to.port, size - Int(sighting.length))
    case .udp:
      frame.put(from.port)
      frame.put(to.port)
      frame.put(UInt16(truncatingIfNeeded: size))
      frame.put(0 as UInt16)
    case .ping:
      let isIPv6 = from.address.isIPv6
      frame.put((sighting.isForward ? (isIPv6 ? 128 : 8) : (isIPv6 ? 129 : 0)) as UInt8)
      frame.put(0 as UInt8)
      frame.put(0 as UInt16)
      frame.put(tap.isOpenerTranslated ? connection.names.translatedOpener.port : connection.names.opener.port)
      frame.put(UInt16(truncatingIfNeeded: sighting.start + 1))
    }
  }

  private mutating func tcp(_ sighting: Sighting, _ tap: Tap, _ from: UInt16, _ to: UInt16, _ size: Int) {
    frame.put(from)
    frame.put(to)
    // A refusal counts from nothing.
    let isRefusal = sighting.start == 0 && sighting.flags == [.rst, .ack]
    frame.put(
      isRefusal ? 0 : initial(sighting, sighting.isForward, tap) &+ UInt32(truncatingIfNeeded: sighting.start))
    let hasAck = sighting.flags.contains(.ack)
    let acknowledged = initial(sighting, !sighting.isForward, tap) &+ UInt32(truncatingIfNeeded: sighting.acknowledged)
    frame.put(hasAck ? acknowledged : 0)
    frame.put(UInt8(size / 4) << 4)
    frame.put(sighting.flags.rawValue)
    frame.put(sighting.flags.contains(.syn) ? 64_240 : sighting.window)
    frame.put(0 as UInt32)
    guard !sighting.flags.contains(.rst) else { return }
    if sighting.flags.contains(.syn) {
      let segment = recording.network.routes[recording.connections[Int(sighting.connection)].route].segment
      frame.put(0x0204_0000 | UInt32(segment + 12))
      frame.put(0x0103_0307 as UInt32)
      frame.put(0x0101_0402 as UInt32)
    }
    if recording.faults.hasTimestamps {
      frame.put(0x0101_080a as UInt32)
      frame.put(sighting.timestampValue)
      frame.put(sighting.timestampEcho)
    }
    guard !sighting.blocks.isEmpty else { return }
    frame.put(0x0101_0500 | UInt32(2 + 8 * sighting.blocks.count))
    let base = initial(sighting, !sighting.isForward, tap)
    for block in sighting.blocks {
      frame.put(base &+ UInt32(truncatingIfNeeded: block.lowerBound))
      frame.put(base &+ UInt32(truncatingIfNeeded: block.upperBound))
    }
  }

  /// A sender's initial sequence number, as a firewall may have rewritten it.
  private func initial(_ sighting: Sighting, _ forward: Bool, _ tap: Tap) -> UInt32 {
    let salt = UInt64(sighting.connection) << 2 | (forward ? 1 : 0) | (tap.isRenumbered ? 2 : 0)
    return UInt32(truncatingIfNeeded: SeededNumbers.mix(salt &+ recording.seed << 32))
  }

  /// What is said at a byte follows from what the connection says at all.
  private mutating func payload(_ sighting: Sighting, _ connection: Connection) {
    let count = min(Int(sighting.length), max(0, keeps - frame.bytes.count))
    guard count > 0 else { return }
    var salt = connection.content &* 4 &+ (sighting.isForward ? 1 : 0)
    var position = sighting.start
    if case .tcp = connection.traffic {
    } else {
      if case .udp(_, _, _, let isConstant) = connection.traffic, isConstant { position = 0 }
      salt = SeededNumbers.mix(salt ^ UInt64(bitPattern: position) << 20)
      position = 0
    }
    var word = position >> 3
    var skipped = Int(position & 7)
    var left = count
    while left > 0 {
      let content = SeededNumbers.mix(salt << 8 ^ UInt64(bitPattern: word))
      withUnsafeBytes(of: content) { frame.append($0[skipped..<min(8, skipped + left)]) }
      left -= 8 - skipped
      skipped = 0
      word += 1
    }
  }
}
