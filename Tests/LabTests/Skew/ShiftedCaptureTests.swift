import Lab
import Testing
import Wire

@testable import struct Lab.ShiftedCapture

/// Captures in all their forms, one frame after the other, read back by the capture reader.
@Suite
struct ShiftedCaptureTests {
  private let times: [Int64] = [1_795_237_833_000_000_000, 1_795_237_833_999_999_000, 1_795_237_834_000_001_000]

  @Test("frames of a pcap", arguments: [0xa1b2_c3d4, 0xa1b2_3c4d] as [UInt32], [false, true])
  func pcap(magic: UInt32, isBigEndian: Bool) throws {
    let capture = SampleCapture(isBigEndian: isBigEndian)
    let bytes = capture.pcap(magic: magic, times)
    #expect(try stamps(bytes) == times)
    for offset in [1_200_000_000, -400_000_000] as [Int64] {
      #expect(try stamps(shifted(bytes, by: offset)) == times.map { $0 + offset })
    }
  }

  @Test("frames of a pcapng, whatever its resolution", arguments: [nil, 6, 9, 0x80 | 20] as [UInt8?], [false, true])
  func pcapng(resolution: UInt8?, isBigEndian: Bool) throws {
    let capture = SampleCapture(isBigEndian: isBigEndian)
    let bytes = capture.pcapng(resolution: resolution, times)
    let before = try stamps(bytes)
    #expect(before.count == times.count)
    let after = try stamps(shifted(bytes, by: -400_000_000))
    for (old, new) in zip(before, after) { #expect(abs(new - old + 400_000_000) <= 2_000) }
  }

  @Test("every prefix of a capture is shifted as far as it goes, and keeps its length")
  func truncated() {
    let capture = SampleCapture(isBigEndian: false)
    for bytes in [capture.pcap(magic: 0xa1b2_c3d4, times), capture.pcapng(resolution: 9, times)] {
      for length in 0...bytes.count {
        #expect(shifted(Array(bytes[..<length]), by: 1_000_000_000).count == length)
      }
    }
  }

  @Test("what is no capture is left to others")
  func text() {
    var bytes = Array("1795237833.123456 reset".utf8)
    let isCapture = bytes.withUnsafeMutableBytes { ShiftedCapture(ClockSkew(offset: .seconds(1))).shift(in: $0) }
    #expect(!isCapture)
    #expect(bytes == Array("1795237833.123456 reset".utf8))
  }

  private func shifted(_ bytes: [UInt8], by nanoseconds: Int64) -> [UInt8] {
    var bytes = bytes
    _ = bytes.withUnsafeMutableBytes {
      ShiftedCapture(ClockSkew(offset: .nanoseconds(nanoseconds))).shift(in: $0)
    }
    return bytes
  }

  private func stamps(_ bytes: [UInt8]) throws -> [Int64] {
    var reader = try CaptureReader(ByteArraySource(bytes))
    var packet = Packet()
    var stamps: [Int64] = []
    while reader.next(&packet) { stamps.append(packet.time) }
    return stamps
  }
}

/// Captures of empty Ethernet frames.
private struct SampleCapture {
  let isBigEndian: Bool
  private let frame = [UInt8](repeating: 0, count: 16)

  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  func pcap(magic: UInt32, _ times: [Int64]) -> [UInt8] {
    let unit: Int64 = magic == 0xa1b2_3c4d ? 1 : 1000
    let header = word(magic) + half(2) + half(4) + word(0) + word(0) + word(65_535) + word(1)
    return times.reduce(header) {
      $0 + word(UInt32($1 / 1_000_000_000)) + word(UInt32($1 % 1_000_000_000 / unit)) + word(16) + word(16) + frame
    }
  }

  func pcapng(resolution: UInt8?, _ times: [Int64]) -> [UInt8] {
    let section = block(0x0a0d_0d0a, word(0x1a2b_3c4d) + half(1) + half(0) + word(0xffff_ffff) + word(0xffff_ffff))
    let options = resolution.map { half(9) + half(1) + [$0, 0, 0, 0] + half(0) + half(0) } ?? []
    let interface = block(1, half(1) + half(0) + word(65_535) + options)
    return times.reduce(section + interface) {
      let ticks = ticks($1, resolution)
      return $0
        + block(
          6, word(0) + word(UInt32(ticks >> 32)) + word(UInt32(ticks & 0xffff_ffff)) + word(16) + word(16) + frame)
    }
  }

  private func ticks(_ nanoseconds: Int64, _ resolution: UInt8?) -> UInt64 {
    switch resolution {
    case 9: UInt64(nanoseconds)
    case 0x80 | 20:
      UInt64(nanoseconds / 1_000_000_000) << 20 + UInt64(nanoseconds % 1_000_000_000) << 20 / 1_000_000_000
    default: UInt64(nanoseconds / 1000)
    }
  }

  private func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
    word(type) + word(UInt32(body.count + 12)) + body + word(UInt32(body.count + 12))
  }

  private func word(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
  }

  private func half(_ value: UInt16) -> [UInt8] {
    withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
  }
}
