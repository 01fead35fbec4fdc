import TestSupport
import Testing
import Wire

@Suite struct InnerPacketTests {
  /// Inside a tunnel a packet is what it is outside of one, further along in the frame.
  @Test(arguments: Carrier.all)
  func whatIsCarriedIsReadAsIfItWereNot(carrier: Carrier) throws {
    let outside = try carrier.inside()
    let reading = try Reading(carrier.capture())
    try #require(reading.innermost.count == outside.packets.count)
    let shift = UInt32(carrier.frame(around: []).count)
    for (inner, plain) in zip(reading.innermost, outside.packets) {
      #expect(inner.tunnel.depth > 0)
      #expect(fields(inner, from: shift) == fields(plain, from: 0))
    }
  }

  private func fields(_ packet: Packet, from start: UInt32) -> [String] {
    var packet = packet
    packet.tunnel = Tunnel()
    packet.payloadOffset -= start
    let own = ["frame", "time", "capturedLength", "originalLength", "interface", "interfaceIndex", "direction"]
    return Mirror(reflecting: packet).children.filter { !own.contains($0.label ?? "") }.map { "\($0)" }
  }

  @Test func theFramesOwnFactsStay() throws {
    let reading = try Reading(Carrier.vxlanOnly.capture())
    for (outer, inner) in zip(reading.packets, reading.innermost) {
      #expect(inner.frame == outer.frame)
      #expect((inner.time, inner.direction) == (5, .outbound))
      #expect((inner.capturedLength, inner.originalLength) == (outer.capturedLength, outer.originalLength))
      #expect((outer.transport, outer.destinationPort, outer.tunnel) == (17, 4789, Tunnel()))
    }
  }

  @Test func tunnelsAreNamedAndNumbered() throws {
    func tunnel(_ name: String) throws -> Tunnel? {
      let carrier = try #require(Carrier.all.first { $0.testDescription == name })
      return try Reading(carrier.capture()).innermost.first?.tunnel
    }
    func expected(_ kind: Tunnel.Kind, _ identifier: UInt32, depth: UInt8 = 1) -> Tunnel {
      var tunnel = Tunnel()
      (tunnel.kind, tunnel.identifier, tunnel.depth) = (kind, identifier, depth)
      return tunnel
    }
    #expect(try tunnel("VXLAN") == expected(.vxlan, 0x123456))
    #expect(try tunnel("VXLAN in VXLAN") == expected(.vxlan, 0x123456, depth: 2))
    #expect(try tunnel("Geneve with options") == expected(.geneve, 0xffffff))
    #expect(try tunnel("GRE") == expected(.gre, 0))
    #expect(try tunnel("GRE with a key and a sequence number") == expected(.gre, 0xdead_beef))
    #expect(try tunnel("GRE of Ethernet with everything") == expected(.gre, 5))
    #expect(try tunnel("IPv4 in IPv6") == expected(.ipInIP, 0))
    #expect(try tunnel("IPv4 in GRE in IPv6") == expected(.ipInIP, 0, depth: 2))
  }

  @Test func aThirdTunnelIsNotOpened() throws {
    let carrier = Carrier("four deep", [.ipv4(4), .ipv4(4), .ipv4(4)], link: "raw")
    let innermost = try #require(try Reading(carrier.capture()).innermost.first)
    #expect((innermost.tunnel.depth, innermost.transport) == (2, 4))
  }

  /// As much as the snapshot length left, and false rather than a guess where the tunnel's own header is cut.
  @Test(arguments: Carrier.all)
  func cutFramesAreReadAsFarAsTheyGo(carrier: Carrier) throws {
    let header = carrier.frame(around: []).count
    let ip = (carrier.link == "raw" ? 0 : 14) + (carrier.isIPv6 ? 40 : 20)
    for snaplen in 1...(header + ip + 24) {
      let reading = try Reading(carrier.capture(snaplen: snaplen))
      let syn = try #require(reading.innermost.first)
      let isWhole = syn.tunnel.depth == carrier.depth
      #expect(isWhole == (snaplen >= header + carrier.least), "\(snaplen)")
      guard isWhole else { continue }
      #expect(syn.has.contains(.ip) == (snaplen >= header + ip), "\(snaplen)")
      #expect(syn.has.contains(.tcp) == (snaplen >= header + ip + 20), "\(snaplen)")
      #expect(syn.payloadCaptured == 0 || Int(syn.payloadOffset + syn.payloadCaptured) <= snaplen)
    }
  }

  /// What only looks like a tunnel: no VNI, a later version, routing, PPTP, a payload that is no packet, other ports.
  @Test(
    arguments: [
      [.ipv4(17), .udp(4789), .header([0, 0, 0, 0, 1, 2, 3, 0])],
      [.ipv4(17), .udp(4788), .header(Carrier.vxlan)],
      [.ipv4(6), .udp(4789), .header(Carrier.vxlan)],
      [.ipv4(17), .udp(6081), .header([0x40, 0, 0x65, 0x58, 0, 0, 9, 0])],
      [.ipv4(17), .udp(6081), .header([0, 0, 0x65, 0x59, 0, 0, 9, 0])],
      [.ipv4(47), .header([0x40, 0, 8, 0, 0, 0, 0, 0])],
      [.ipv4(47), .header([0x30, 1, 0x88, 0x0b, 0, 4, 0, 1, 0, 0, 0, 1])],
      [.ipv4(47), .header([0, 0, 0, 0])],
    ] as [[Carrier.Layer]])
  func lookalikesAreNotOpened(layers: [Carrier.Layer]) throws {
    let reading = try Reading(Carrier("lookalike", layers).capture())
    #expect(reading.innermost.allSatisfy { $0.tunnel == Tunnel() && $0.transport != 1 })
  }

  @Test func laterFragmentsCarryNothingThatCanBeRead() throws {
    var frame = Carrier("", [.ipv4(4)]).frame(around: [0x45, 0, 0, 40] + [UInt8](repeating: 0, count: 36))
    frame[7] = 1
    var writer = PcapngWriter(ByteArraySink())
    let interface = try writer.interface(CaptureInterface(linkType: .raw))
    try frame.withUnsafeBytes { try writer.packet($0, interface: interface, time: 0, originalLength: 60) }
    try writer.finish()
    #expect(try Reading(writer.sink.bytes).innermost.map(\.tunnel.depth) == [0])
  }

  /// Any bytes: fails by ending the process, or by a payload that is not in the frame.
  @Test(arguments: Carrier.all)
  func changedBytesAreSurvived(carrier: Carrier) throws {
    let bytes = try carrier.capture()
    var random = SplitMix(state: 7)
    for _ in 0..<100 {
      var changed = bytes
      for _ in 0..<(1 + random.next() % 8) {
        changed[48 + Int(random.next() % UInt64(bytes.count - 48))] = UInt8(truncatingIfNeeded: random.next())
      }
      for packet in (try? Reading(changed))?.innermost ?? [] where packet.payloadCaptured > 0 {
        #expect(packet.payloadOffset + packet.payloadCaptured <= packet.capturedLength)
      }
    }
  }

  /// Only the frame that is in memory can be opened.
  @Test func anOlderPacketIsRefused() throws {
    var reader = try CaptureReader(ByteArraySource(Carrier.vxlanOnly.capture()))
    var (first, second) = (Packet(), Packet())
    #expect(!reader.inner(&first))
    #expect(reader.next(&first) && reader.next(&second))
    #expect(!reader.inner(&first))
    #expect(reader.inner(&second))
    var last = Packet()
    var packet = Packet()
    while reader.next(&packet) { last = packet }
    #expect(!reader.inner(&last) && !reader.inner(&packet))
  }
}

extension Carrier {
  fileprivate var depth: UInt8 {
    testDescription.hasPrefix("VXLAN in") || testDescription.contains("in GRE in") ? 2 : 1
  }
  /// Bytes that there must be behind the last header: IP in IP has none of its own to tell it by.
  fileprivate var least: Int {
    if case .header = layers[layers.count - 1] { 0 } else { 1 }
  }
}
