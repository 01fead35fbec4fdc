import TestSupport
import Testing
import Wire

/// Any bytes: never a trap, never a hang. Each of these tests fails by ending the process.
@Suite struct HostileBytesTests {
  @Test(arguments: ["refused.pcap", "qinq.pcap", "cooked1.pcap", "raw-ipv6.pcap", "ahcp.pcapng", "icmpv6-error.pcap"])
  func everyPrefixIsReadAsFarAsItIsGood(name: String) throws {
    let bytes = try fixtureBytes("Fixtures/\(name)", in: .module)
    let whole = try Reading(bytes)
    var most = 0
    for length in bytes.indices {
      guard let reading = try? Reading(Array(bytes[..<length])) else { continue }
      #expect(reading.packets.count >= most)
      #expect(reading.packets.map(\.sequence) == whole.packets.prefix(reading.packets.count).map(\.sequence))
      most = reading.packets.count
    }
    #expect(most >= whole.packets.count - 1)
  }

  @Test(arguments: fixtures, [1 as UInt64, 2, 3])
  func changedBytesAreSurvived(name: String, seed: UInt64) throws {
    let bytes = try fixtureBytes("Fixtures/\(name)", in: .module)
    var random = SplitMix(state: seed)
    for _ in 0..<40 {
      var changed = Array(bytes.prefix(20_000))
      for _ in 0..<(1 + random.next() % 8) {
        changed[Int(random.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      _ = try? Reading(changed)
    }
  }

  /// Every header of a frame replaced by noise, of every length, under every link type that is read.
  @Test(arguments: [0, 1, 101, 108, 113, 228, 229, 276] as [UInt32])
  func noiseIsSurvived(linkType: UInt32) throws {
    var random = SplitMix(state: UInt64(linkType))
    var writer = PcapngWriter(ByteArraySink())
    let interface = try writer.interface(CaptureInterface(linkType: LinkType(rawValue: linkType)))
    for length in 0..<400 {
      var frame = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      // Most noise ends at the first version field: help it past that.
      for at in [0, 14, 16, 20] where at < length && random.next() % 2 == 0 {
        frame[at] = random.next() % 2 == 0 ? 0x45 : 0x60
      }
      for at in [12, 14] where at + 1 < length && random.next() % 2 == 0 { (frame[at], frame[at + 1]) = (0x08, 0x00) }
      try frame.withUnsafeBytes { try writer.packet($0, interface: interface, time: 0, originalLength: UInt32(length)) }
    }
    try writer.finish()
    let reading = try Reading(writer.sink.bytes)
    #expect(reading.packets.count == 400)
    for packet in reading.packets { #expect(packet.payloadOffset &+ packet.payloadCaptured <= packet.capturedLength) }
  }

  @Test func aLyingLengthBuysNoMemory() throws {
    let bytes = try fixtureBytes("Fixtures/refused.pcap", in: .module)
    var changed = Array(bytes)
    // A snapshot length without a limit, and a record that claims 200 MiB.
    changed.replaceSubrange(16..<20, with: [0xff, 0xff, 0xff, 0xff])
    changed.replaceSubrange(32..<36, with: [0, 0, 0x80, 0x0c])
    let reading = try Reading(changed)
    #expect(reading.packets.isEmpty)
    #expect(reading.ending.damage?.description == "frame 1 at byte 24 is cut off: 624 of 209715200 bytes are there")
    changed.replaceSubrange(32..<36, with: [0, 0, 0, 0x20])
    #expect(
      try Reading(changed).ending.damage?.says
        == "claims 536870912 captured bytes, more than the 268435456 that a frame may have here")
  }
}

/// Sebastiano Vigna's splitmix64: the same numbers everywhere.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
