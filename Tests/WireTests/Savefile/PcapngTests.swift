import TestSupport
import Testing
import Wire

@Suite struct PcapngTests {
  private let frame: [UInt8] = [0x45, 0, 0, 21, 0, 1, 0, 0, 64, 99, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 7]

  @Test func whatIsWrittenIsRead() throws {
    var writer = PcapngWriter(ByteArraySink(), hardware: "x", system: "Linux", application: "stakeout")
    let interfaces = [
      CaptureInterface(linkType: .raw, name: "c", description: "host c", filter: "tcp port 80", snaplen: 96),
      CaptureInterface(linkType: .ethernet, name: "g:eth0"),
    ]
    for interface in interfaces { _ = try writer.interface(interface) }
    let plan: [(UInt32, Int64, Packet.Direction, [String])] = [
      (0, 1_795_237_833_123_456_789, .unknown, []), (1, 1_795_237_833_123_456_790, .outbound, ["one", "two — ü"]),
      (0, 1, .inbound, []), (0, 5, .unknown, [String(repeating: "ü", count: 40_000)]),
    ]
    for (interface, time, direction, comments) in plan {
      try frame.withUnsafeBytes {
        try writer.packet(
          $0, interface: interface, time: time, originalLength: 1500, direction: direction, comments: comments)
      }
    }
    let statistics = CaptureInterface.Statistics(
      start: 1, end: 9, received: 4, droppedByInterface: 5, droppedBySystem: 6)
    try writer.statistics(statistics, interface: 1)
    try writer.names([(IPAddress(v4: 0x0a00_0001), "gw"), (IPAddress(high: 1, low: 2, isIPv6: true), "six")])
    try writer.finish()

    let reading = try Reading(writer.sink.bytes)
    #expect(reading.ending == .complete)
    #expect(reading.packets.map(\.interface) == [0, 1, 0, 0])
    #expect(reading.packets.map(\.time) == plan.map(\.1))
    #expect(reading.packets.map(\.direction) == plan.map(\.2))
    #expect(reading.packets.allSatisfy { $0.originalLength == 1500 && $0.capturedLength == 21 })
    #expect(reading.frames.allSatisfy { $0 == frame })
    #expect(reading.interfaces.map(\.name) == ["c", "g:eth0"])
    #expect(reading.interfaces.first?.filter == "tcp port 80")
    #expect(reading.interfaces.first?.snaplen == 96)
    #expect(reading.interfaces.map(\.statistics) == [nil, statistics])
    #expect(reading.interfaces.last?.statistics?.dropped == 11)
  }

  @Test func tsharkReadsWhatIsWritten() throws {
    guard let tshark = try InstalledTool("tshark") else { return }
    var writer = PcapngWriter(ByteArraySink(), application: "stakeout")
    let interface = try writer.interface(CaptureInterface(linkType: .raw, name: "client", description: "host c-1"))
    // A reader that goes through once needs names before it meets them.
    try writer.names([(IPAddress(v4: 0x0a00_0001), "gateway-1")])
    try frame.withUnsafeBytes {
      try writer.packet(
        $0, interface: interface, time: 1_795_237_833_000_000_001, originalLength: 21, direction: .outbound,
        comments: ["the first", "the second"])
    }
    try writer.statistics(.init(start: 0, end: 1, received: 1, droppedBySystem: 2), interface: interface)
    try writer.finish()
    let fields = [
      "frame.time_epoch", "frame.interface_name", "frame.comment", "frame.packet_flags_direction", "ip.src_host",
    ]
    let text = try tshark.output(
      ["-r", "FILE", "-N", "n", "-T", "fields"] + fields.flatMap { ["-e", $0] }, about: writer.sink.bytes)
    #expect(text == "1795237833.000000001\tclient\tthe first,the second\t0x00000002\tgateway-1\n")
  }

  /// Two sections of different byte order, two link types, resolutions of all kinds and an offset, written by hand.
  @Test func sectionsAreTheirOwn() throws {
    var file = HandmadePcapng()
    file.section()
    file.interface(link: 101, options: [(9, [9]), (14, file.number(10 as UInt64))])
    file.interface(link: 228, options: [(9, [0x80 | 10]), (2, Array("eth1".utf8))])
    file.packet(interface: 0, units: 5, frame)
    file.packet(interface: 1, units: 1 << 10 | 512, frame)
    file.isBigEndian = true
    file.section()
    file.interface(link: 101, options: [])
    file.packet(interface: 0, units: 1_000_001, frame)
    file.unknown()
    file.simplePacket(frame)
    let reading = try Reading(file.bytes)
    #expect(reading.ending == .complete)
    #expect(reading.packets.map(\.time) == [10_000_000_005, 1_500_000_000, 1_000_001_000, 0])
    #expect(reading.packets.map(\.interface) == [0, 1, 2, 2])
    #expect(reading.packets.allSatisfy { $0.source.description == "10.0.0.1" && $0.payloadLength == 1 })
    #expect(reading.interfaces.map(\.resolution) == [.nanoseconds, .binary(10), .microseconds])
    #expect(reading.interfaces.map(\.name) == [nil, "eth1", nil])
  }

  @Test func whatCannotBeIsDamage() throws {
    var file = HandmadePcapng()
    file.section()
    file.interface(link: 101, options: [])
    file.packet(interface: 0, units: 1, frame)
    let good = file
    file.packet(interface: 7, units: 1, frame)
    #expect(
      try Reading(file.bytes).ending.damage?.description
        == "frame 2 at byte \(good.bytes.count) is of interface 7, which was not described")
    file = good
    file.packet(interface: 0, units: 1, frame)
    file.bytes[file.bytes.count - 4] ^= 1
    #expect(try Reading(file.bytes).ending.damage?.says == "has a block whose two lengths differ: 56 and 57")
    file = good
    file.bytes += [1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0]
    #expect(try Reading(file.bytes).ending.damage?.says == "has a block length of 8, which cannot be")
    file.bytes = Array(good.bytes.dropLast(3))
    #expect(try Reading(file.bytes).ending.damage?.says == "is cut off: 53 of 56 bytes of its block are there")
  }
}

/// Blocks put together without the writer, so that the reader is not only held against it.
struct HandmadePcapng {
  var bytes: [UInt8] = []
  var isBigEndian = false

  mutating func section() {
    block(0x0a0d_0d0a, number(0x1a2b_3c4d as UInt32) + number(1 as UInt16) + number(0 as UInt16) + number(UInt64.max))
  }

  mutating func interface(link: UInt16, options: [(UInt16, [UInt8])]) {
    block(1, number(link) + [0, 0] + number(0 as UInt32) + options.flatMap { option($0, $1) })
  }

  mutating func packet(interface: UInt32, units: UInt64, _ frame: [UInt8]) {
    let length = number(UInt32(frame.count))
    let time = number(UInt32(units >> 32)) + number(UInt32(truncatingIfNeeded: units))
    block(6, number(interface) + time + length + length + padded(frame))
  }

  mutating func simplePacket(_ frame: [UInt8]) { block(3, number(UInt32(frame.count)) + padded(frame)) }

  mutating func unknown() { block(0x0bad, [1, 2, 3, 4]) }

  private mutating func block(_ type: UInt32, _ body: [UInt8]) {
    let length = number(UInt32(body.count + 12))
    bytes += number(type) + length + body + length
  }

  private func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    number(code) + number(UInt16(value.count)) + padded(value)
  }

  private func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: -bytes.count & 3) }

  func number<N: FixedWidthInteger>(_ number: N) -> [UInt8] {
    withUnsafeBytes(of: isBigEndian ? number.bigEndian : number.littleEndian) { Array($0) }
  }
}
