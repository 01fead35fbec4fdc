import TestSupport
import Testing
import Wire

@Suite struct CaptureReaderTests {
  @Test func saysWhatIsNotACapture() {
    #expect(error([]) == "the file is empty: the capture ended before its header was written")
    #expect(error([0x1f, 0x8b, 8, 0, 0]) == "the file is compressed with `gzip`; decompress it first")
    #expect(error(Array("hello there".utf8)) == "the file is neither pcap nor pcapng: it starts with `68656c6c`")
    #expect(error([0xd4, 0xc3, 0xb2, 0xa1, 2, 0]) == "the pcap header is cut off: 6 of 24 bytes are there")
  }

  private func error(_ bytes: [UInt8]) -> String? {
    do {
      _ = try Reading(bytes)
      return nil
    } catch { return "\(error)" }
  }

  @Test(arguments: ["", "bigendian", "nanoseconds", "bigendian nanoseconds"])
  func pcapInEveryOrderAndUnit(settings: String) throws {
    let script = try PacketScript(
      """
      vantage v snaplen 60 \(settings)
      address C 10.1.0.2:40000
      address S 10.2.0.9:80
      v            packet
      0.123456789  C > S [P.] 1:101 ack 1
      """)
    let packet = try #require(try Reading(script.capture("v")).packets.first)
    #expect(packet.time == 1_795_237_833_000_000_000 + (settings.contains("nano") ? 123_456_789 : 123_456_000))
    #expect(packet.capturedLength == 60)
    #expect(packet.originalLength == 154)
    #expect(packet.payloadLength == 100)
    #expect(packet.payloadCaptured == 6)
    #expect(packet.payloadOffset == 54)
  }

  @Test(arguments: fixtures)
  func framesAreGivenAlikeWithoutTheirHeaders(name: String) throws {
    let whole = try Reading(fixture: name)
    var reader = try CaptureReader(ByteArraySource(try fixtureBytes("Fixtures/\(name)", in: .module)))
    var packet = Packet()
    for (expected, bytes) in zip(whole.packets, whole.frames) {
      let isThere = reader.nextFrame(&packet)
      #expect(isThere)
      #expect(packet.frame == expected.frame && packet.time == expected.time)
      #expect(packet.capturedLength == expected.capturedLength && packet.originalLength == expected.originalLength)
      #expect(packet.interface == expected.interface && packet.interfaceIndex == expected.interfaceIndex)
      #expect(packet.direction == expected.direction)
      #expect(reader.withFrame { Array($0) } == bytes)
    }
    let isMore = reader.nextFrame(&packet)
    #expect(!isMore && packet.frame == 0)
    #expect(reader.ending == whole.ending)
  }

  @Test func theLastPacketsBytesAreAtHand() throws {
    let reading = try Reading(fixture: "refused.pcap")
    #expect(reading.frames.map { UInt32($0.count) } == reading.packets.map(\.capturedLength))
    #expect(reading.ending == .complete)
    #expect(reading.interfaces.map(\.linkType) == [.ethernet])
  }

  /// A source whose reads are short, so that every frame lies across a refill somewhere.
  @Test func shortReadsAreNotTheEnd() throws {
    struct Dribble: ByteSource {
      let inner: ByteArraySource
      var count: Int64 { inner.count }
      func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try inner.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(7)))
      }
    }
    let bytes = try fixtureBytes("Fixtures/server-mtu.pcap", in: .module)
    var reader = try CaptureReader(Dribble(inner: ByteArraySource(bytes)))
    var packet = Packet()
    var count = 0
    while reader.next(&packet) { count += 1 }
    #expect(count == (try Reading(bytes).packets.count))
    #expect(reader.ending == .complete)
  }

  @Test func aMediumThatFailsIsDamage() throws {
    struct Broken: ByteSource {
      struct Failure: Error, CustomStringConvertible { let description = "input/output error" }
      let bytes: [UInt8]
      var count: Int64 { Int64(bytes.count) + 1000 }
      func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard offset < Int64(bytes.count) else { throw Failure() }
        return try ByteArraySource(bytes).read(at: offset, into: buffer)
      }
    }
    var reader = try CaptureReader(Broken(bytes: try fixtureBytes("Fixtures/refused.pcap", in: .module)))
    var packet = Packet()
    while reader.next(&packet) {}
    #expect(reader.frames == 8)
    #expect(reader.ending.damage?.description == "frame 9 at byte 664 could not be read: input/output error")
  }

  /// Frames far larger than one chunk, after and before small ones.
  @Test func largeFramesCrossChunks() throws {
    let lengths = [10, 3_000_000, 20, 1_048_576, 0, 5_000_000]
    var writer = PcapngWriter(ByteArraySink())
    let interface = try writer.interface(CaptureInterface(linkType: .raw, snaplen: 8 << 20))
    for (index, length) in lengths.enumerated() {
      let frame = [UInt8](repeating: UInt8(index), count: length)
      try frame.withUnsafeBytes { try writer.packet($0, interface: interface, time: 1, originalLength: UInt32(length)) }
    }
    try writer.finish()
    let reading = try Reading(writer.sink.bytes)
    #expect(reading.frames.map(\.count) == lengths)
    #expect(reading.frames.enumerated().allSatisfy { index, frame in frame.allSatisfy { $0 == UInt8(index) } })
  }
}
