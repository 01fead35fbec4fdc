extension CaptureReader {
  /// Replaces the packet that `next` gave last by the one that it carries through a tunnel: VXLAN, Geneve, GRE, IP in IP.
  ///
  /// The inner packet keeps what is the frame's (number, time, lengths, interface, direction), has its own headers and offsets
  /// into the frame's bytes, and tells in `tunnel` what it came out of. Called again it looks one tunnel deeper, two at the most.
  ///
  /// ```swift
  /// while reader.next(&outer) {
  ///   var inner = outer
  ///   if reader.inner(&inner) { ... }
  /// }
  /// ```
  /// - Returns: false, and `packet` is as it was, where it carries none that can be told: no tunnel, a tunnel header that was not
  ///   captured whole, a later fragment of the outer packet, a packet that is not of the reader's last frame.
  public func inner(_ packet: inout Packet) -> Bool {
    guard packet.frame == frames else { return false }
    let frame = window.buffer.span.bytes.extracting(frameStart..<(frameStart &+ frameLength))
    return dissectInner(frame, &packet)
  }
}

func dissectInner(_ frame: RawSpan, _ packet: inout Packet) -> Bool {
  guard packet.has.contains(.ip), !packet.has.contains(.laterFragment), packet.tunnel.depth < Tunnel.deepest
  else { return false }
  let start = Int(packet.payloadOffset)
  let payload = Extent(
    start: start, captured: start &+ Int(packet.payloadCaptured), wire: start &+ Int(packet.payloadLength))
  guard payload.captured <= frame.byteCount, let header = TunnelHeader.read(frame, payload, of: packet)
  else { return false }
  packet = packet.blank(in: header)
  let rest = payload.advanced(by: header.length)
  if header.type == EtherType.bridged {
    Ethernet.dissect(frame, rest, &packet)
  } else {
    Ethernet.dissect(frame, type: header.type, rest, &packet)
  }
  return true
}

extension Packet {
  /// Whether its transport is one that `CaptureReader.inner` looks into: cheaper to ask than to try.
  public var mayCarryPacket: Bool {
    switch transport {
    case IPProtocol.udp:
      destinationPort == VXLAN.port || destinationPort == VXLAN.firstLinuxPort || destinationPort == Geneve.port
    case TunnelHeader.ipv4, TunnelHeader.ipv6, TunnelHeader.gre: true
    default: false
    }
  }

  /// Nothing but what is the frame's.
  fileprivate func blank(in header: TunnelHeader) -> Packet {
    var inner = Packet()
    inner.frame = frame
    inner.time = time
    inner.capturedLength = capturedLength
    inner.originalLength = originalLength
    inner.interface = interface
    inner.interfaceIndex = interfaceIndex
    inner.direction = direction
    inner.tunnel.kind = header.kind
    inner.tunnel.depth = tunnel.depth &+ 1
    inner.tunnel.identifier = header.identifier
    return inner
  }
}
