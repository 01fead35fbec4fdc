import Wire

/// The bytes of one scripted packet as one column saw it.
struct FrameEncoder {
  let script: PacketScript
  let sighting: Sighting
  let column: Column

  init(_ script: PacketScript, _ sighting: Sighting) {
    self.script = script
    self.sighting = sighting
    column = script.columns[sighting.column]
  }

  func frame(_ link: VantageSettings.Link) -> [UInt8] {
    let line = script.lines[sighting.line]
    let packet = wrapped(internet(line.packet, number: sighting.line + 1, timeToLive: timeToLive), line.packet)
    // What is inside a tunnel may be of the other version.
    let isIPv6 = packet.first.map { $0 >> 4 == 6 } ?? false
    return LinkEncoder(isIPv6: isIPv6, direction: direction, interface: interface)
      .frame(link, packet)
  }

  /// The kernel's index: the loopback interface is 1, the vantage's interfaces count from 2 in the order of their columns.
  private var interface: UInt32 {
    let siblings = script.columns.filter { $0.vantage == column.vantage }
    return UInt32(2 + (siblings.firstIndex { $0.name == column.name } ?? 0))
  }

  private var isForwarded: Bool {
    let line = script.lines[sighting.line]
    return script.columns.indices.contains { other in
      guard other != sighting.column, script.columns[other].vantage == column.vantage, let cell = line.cells[other]
      else { return false }
      return (cell.time, other) < (sighting.time, sighting.column)
    }
  }

  private var direction: Packet.Direction {
    let line = script.lines[sighting.line]
    let marked = line.cells[sighting.column]?.direction ?? .unknown
    guard marked == .unknown else { return marked }
    let isOwn = script.declarations.vantage(column.vantage).has.contains(line.packet.from.name)
    return isOwn || isForwarded ? .outbound : .inbound
  }

  /// One less for each vantage, at or before this sighting, that had seen the packet at another column before.
  private var timeToLive: UInt8 {
    let line = script.lines[sighting.line]
    let given = line.packet.timesToLive
    if given.count > 1 { return given[sighting.column] }
    let hops = script.vantages.count { vantage in
      let times = script.columns.indices.compactMap {
        script.columns[$0].vantage == vantage ? line.cells[$0]?.time : nil
      }
      return times.count > 1 && times.sorted()[1] <= sighting.time && (vantage != column.vantage || isForwarded)
    }
    return (given.first ?? 64) &- UInt8(truncatingIfNeeded: hops)
  }

  private func ends(_ packet: ScriptedPacket) -> (source: Endpoint, destination: Endpoint) {
    (endpoint(packet.from), endpoint(packet.to))
  }

  private func endpoint(_ end: ScriptedPacket.End) -> Endpoint {
    let views = script.declarations.views
    let seen = views[column.name]?[end.name] ?? views[column.vantage]?[end.name]
    let name = end.isPinned ? end.name : seen ?? end.name
    var endpoint = script.declarations.addresses[name]?.endpoint ?? Endpoint(IPAddress(v4: 0), 0)
    // A port written in the packet is the true one; a translation shows its own, where it has one.
    if let port = end.port, name == end.name || endpoint.port == 0 { endpoint.port = port }
    return endpoint
  }

  private func internet(_ packet: ScriptedPacket, number: Int, timeToLive: UInt8) -> [UInt8] {
    let (source, destination) = ends(packet)
    let header = InternetEncoder(
      source: source.address, destination: destination.address,
      identification: packet.identification ?? UInt16(truncatingIfNeeded: number), timeToLive: timeToLive,
      dontFragment: packet.dontFragment, isTSO: packet.isTSO, fragment: packet.fragment)
    var sum = header.pseudoHeaderSum
    if packet.hasBadChecksum { sum &+= 1 }
    switch packet.kind {
    case .tcp: return header.packet(6, transport(tcp(packet, source.port, destination.port), 16, 6, sum))
    case .udp: return header.packet(17, transport(udp(packet, source.port, destination.port), 6, 17, sum))
    case .icmp(let message):
      let isIPv6 = source.address.isIPv6
      let number: UInt8 = isIPv6 ? 58 : 1
      let bytes = icmp(message, packet, isIPv6)
      // ICMP for IPv4 has no pseudo header.
      let base = isIPv6 ? sum : packet.hasBadChecksum ? 1 : 0
      return header.packet(number, transport(bytes, 2, isIPv6 ? number : nil, base))
    }
  }

  /// With its checksum at `at`; `number` and the length belong to the sum where there is a pseudo header.
  private func transport(_ bytes: [UInt8], _ at: Int, _ number: UInt8?, _ base: UInt32) -> [UInt8] {
    var bytes = bytes
    let pseudo = number.map { UInt32($0) &+ UInt32(truncatingIfNeeded: bytes.count) } ?? 0
    bytes.replaceSubrange(at..<(at + 2), with: bigEndian(internetChecksum(bytes, base &+ pseudo)))
    return bytes
  }

  private func tcp(_ packet: ScriptedPacket, _ source: UInt16, _ destination: UInt16) -> [UInt8] {
    let sequence = number(packet.sequence, of: packet.from.name)
    let acknowledgment = packet.acknowledgment.map { number($0, of: packet.to.name) } ?? 0
    var bytes = bigEndian(source) + bigEndian(destination) + bigEndian(sequence) + bigEndian(acknowledgment)
    bytes +=
      [UInt8(5 + packet.options.count / 4) << 4, packet.flags.rawValue] + bigEndian(packet.window) + [0, 0, 0, 0]
    return bytes + packet.options + payload(packet, at: original(packet.sequence, of: packet.from.name))
  }

  private func udp(_ packet: ScriptedPacket, _ source: UInt16, _ destination: UInt16) -> [UInt8] {
    let payload = payload(packet, at: UInt32(sighting.line))
    let length = UInt16(truncatingIfNeeded: 8 + payload.count)
    return bigEndian(source) + bigEndian(destination) + bigEndian(length) + [0, 0] + payload
  }

  private func icmp(_ message: ScriptedICMP, _ packet: ScriptedPacket, _ isIPv6: Bool) -> [UInt8] {
    switch message {
    case .echo(let identifier, let sequence, let isReply):
      let type: UInt8 = isIPv6 ? (isReply ? 129 : 128) : (isReply ? 0 : 8)
      return [type, 0, 0, 0] + bigEndian(identifier) + bigEndian(sequence) + payload(packet, at: UInt32(sequence))
    case .error(let error, let mtu, let about):
      let (type, code) = error.numbers(isIPv6: isIPv6)
      return [type, code, 0, 0, 0, 0] + bigEndian(mtu) + quotation(about, to: packet.to.name, isIPv6)
    }
  }

  /// The IP header and eight bytes (IPv6: as much as 1280 bytes hold) of the packet that an error is about.
  private func quotation(_ about: String?, to receiver: String, _ isIPv6: Bool) -> [UInt8] {
    let index = script.lines[..<sighting.line].lastIndex {
      if let about { $0.packet.label == about } else { $0.packet.from.name == receiver }
    }
    guard let index else { return [] }
    let quoted = script.lines[index].packet
    let bytes = internet(quoted, number: index + 1, timeToLive: quoted.timesToLive.first ?? 64)
    return Array(bytes.prefix(isIPv6 ? 1232 : 28))
  }

  /// As the column sees it.
  private func number(_ number: ScriptedPacket.Number, of name: String) -> UInt32 {
    let views = script.declarations.views
    let seen = views[column.name]?[name] ?? views[column.vantage]?[name]
    guard !number.isAbsolute, let rewritten = seen.flatMap({ script.declarations.addresses[$0]?.given }) else {
      return original(number, of: name)
    }
    return number.value &+ rewritten
  }

  /// As its sender wrote it.
  private func original(_ number: ScriptedPacket.Number, of name: String) -> UInt32 {
    number.isAbsolute ? number.value : number.value &+ (script.declarations.addresses[name]?.initialSequence ?? 0)
  }

  /// Bytes that follow from the sender and the position in its stream.
  private func payload(_ packet: ScriptedPacket, at position: UInt32) -> [UInt8] {
    if let data = packet.data { return data }
    let salt = packet.from.name.utf8.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 }
    return (0..<packet.length).map { index in
      let mixed = (position &+ UInt32(index) &+ salt) &* 2_654_435_761
      return UInt8(truncatingIfNeeded: mixed >> 24)
    }
  }
}
