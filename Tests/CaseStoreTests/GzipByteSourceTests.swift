import CaseModel
import CaseStore
import Foundation
import TestSupport
import Testing
import Wire

@Suite struct GzipByteSourceTests {
  /// Larger than any buffer on the way, and neither all alike nor random.
  private let plain = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

  private func read(_ source: any ByteSource, at offset: Int64, _ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = try bytes.withUnsafeMutableBytes {
        try source.read(at: offset + Int64(filled), into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
      }
      guard got > 0 else { break }
      filled += got
    }
    return Array(bytes.prefix(filled))
  }

  /// As far as it is good, and why no further.
  private func whole(_ compressed: [UInt8]) throws -> (bytes: [UInt8], damage: String?) {
    let source = try GzipByteSource(ByteArraySource(compressed))
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 10_000)
    do {
      while case let got = try part.withUnsafeMutableBytes({ try source.read(at: Int64(bytes.count), into: $0) }),
        got > 0
      {
        bytes += part.prefix(got)
      }
    } catch { return (bytes, "\(error)") }
    return (bytes, nil)
  }

  @Test func readsWhatWasCompressed() throws {
    let source = try GzipByteSource(ByteArraySource(gzip(plain)))
    #expect(source.count >= plain.count)
    #expect(try read(source, at: 0, plain.count + 1) == plain)
    #expect(source.count == plain.count)
    #expect(try read(source, at: Int64(plain.count), 1) == [])
  }

  @Test func readsAnywhereInAnyOrder() throws {
    let source = try GzipByteSource(ByteArraySource(gzip(plain)))
    for offset in [250_000, 10, 0, 299_999, 70_000, 70_001, 5] {
      #expect(try read(source, at: Int64(offset), 1_000) == Array(plain[offset..<min(offset + 1_000, plain.count)]))
    }
    #expect(try read(source, at: 400_000, 5) == [])
    #expect(try read(source, at: -1, 5) == [])
    #expect(try read(source, at: 3, 5) == Array(plain[3..<8]))
  }

  @Test func membersFollowEachOther() throws {
    let members = gzip([1, 2]) + gzip([]) + gzip([3]) + [0, 0, 0]
    #expect(try whole(members).bytes == [1, 2, 3])
    #expect(try whole(members).damage == nil)
    let followed = try whole(gzip([1, 2]) + Array("and more".utf8))
    #expect(followed.bytes == [1, 2])
    #expect(followed.damage == "its gzip data is damaged (incorrect header check) after 24 bytes")
  }

  /// Every prefix gives a prefix, and says that it is one.
  @Test func aCutFileIsReadAsFarAsItGoes() throws {
    let compressed = gzip(Array(plain.prefix(3_000)))
    var most = 0
    for length in 1..<compressed.count {
      let (bytes, damage) = try whole(Array(compressed.prefix(length)))
      #expect(bytes == Array(plain.prefix(bytes.count)))
      #expect(damage == "its gzip data is cut off after \(length) bytes")
      #expect(bytes.count >= most)
      most = bytes.count
    }
    #expect(most == 3_000)
  }

  @Test func aWrongChecksumIsToldAfterTheData() throws {
    var compressed = gzip(plain)
    compressed[compressed.count - 6] ^= 1
    let (bytes, damage) = try whole(compressed)
    #expect(bytes == plain)
    #expect(damage?.contains("incorrect data check") == true)
  }

  @Test func changedBytesAreSurvived() throws {
    let compressed = gzip(Array(plain.prefix(3_000)))
    for at in compressed.indices {
      for change in [0x01, 0x40, 0xff] as [UInt8] {
        var changed = compressed
        changed[at] ^= change
        #expect(try whole(changed).bytes.count <= changed.count * 1_032)
      }
    }
  }

  /// A capture from its compressed file, by way of both kinds of case.
  @Test func compressedCapturesOpenAsCaptures() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    let capture = try PacketScript(
      "address C 10.1.0.2:1\naddress S 10.2.0.9:2\nc packet\n0.1 C > S [S] seq 0\n0.2 S > C [R.] seq 0 ack 1"
    ).capture("c")
    let folder = try CaseFolder.create(root: root, id: "x")
    let path = CasePath.capture("h", .host, "c")
    try folder.write(gzip(capture), to: path)
    #expect(try read(CaseReader(folder).open(path), at: 0, 1_000) == capture)
    let foreign = try ForeignCase(captures: [.init(vantage: "c", host: nil, file: folder.location(path))])
    let file = try #require(foreign.paths.first)
    #expect(try read(foreign.open(file), at: 0, 1_000) == capture)
    #expect(CaptureSummary(file: folder.location(path)).packets == 2)
  }

  @Test func damageEndsTheCaptureWhereItIs() throws {
    let capture = try PacketScript(
      "address C 10.1.0.2:1\naddress S 10.2.0.9:2\nc packet\n0.1 C > S [S] seq 0\n0.2 S > C [.] 1:1461 ack 1"
    ).capture("c")
    let compressed = gzip(capture)
    func ending(_ bytes: [UInt8]) throws -> (UInt32, CaptureEnding) {
      var reader = try CaptureReader(GzipByteSource(ByteArraySource(bytes)))
      var packet = Packet()
      while reader.next(&packet) {}
      return (reader.frames, reader.ending)
    }
    #expect(try ending(compressed) == (2, .complete))
    let cut = try ending(Array(compressed.dropLast(700)))
    #expect(cut.0 == 1)
    #expect(
      cut.1.damage?.description
        == "frame 2 at byte 94 could not be read: its gzip data is cut off after \(compressed.count - 700) bytes")
    #expect(throws: CaptureFileError.unreadable("its gzip data is cut off after 12 bytes")) {
      try ending(Array(compressed.prefix(12)))
    }
  }

  /// Blocks that nobody reads are passed over in compressed files too, and missed where they are cut off.
  @Test func longBlocksArePassedOver() throws {
    var writer = PcapngWriter(ByteArraySink())
    let interface = try writer.interface(CaptureInterface(linkType: .raw))
    try writer.finish()
    let head = writer.sink.bytes
    try [7, 7].withUnsafeBytes { try writer.packet($0, interface: interface, time: 1, originalLength: 16) }
    try writer.finish()
    let packet = Array(writer.sink.bytes[head.count...])
    let length = 3_000_000
    let word = withUnsafeBytes(of: UInt32(length)) { Array($0) }
    let unknown = [0xad, 0x0b, 0, 0] + word + [UInt8](repeating: 9, count: length - 12) + word
    func ending(_ bytes: [UInt8]) throws -> (UInt32, String?) {
      var reader = try CaptureReader(GzipByteSource(ByteArraySource(gzip(bytes))))
      var packet = Packet()
      while reader.next(&packet) {}
      return (reader.frames, reader.ending.damage?.says)
    }
    #expect(try ending(head + packet + unknown + packet) == (2, nil))
    let left = 2_900_000
    let cut = try ending(head + packet + unknown.prefix(left))
    #expect(cut == (1, "is cut off: \(left) of \(length) bytes of the block before it are there"))
  }
}
