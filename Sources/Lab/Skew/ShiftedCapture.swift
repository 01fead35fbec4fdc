/// A pcap or pcapng file in which every frame was stamped by a skewed clock.
///
/// Only stamps are rewritten, in record order; where the bytes stop making sense, the rest stays as it is.
struct ShiftedCapture {
  private let skew: ClockSkew

  init(_ skew: ClockSkew) { self.skew = skew }

  /// - Returns: false when the bytes are no capture; nothing was changed then.
  func shift(in bytes: UnsafeMutableRawBufferPointer) -> Bool {
    guard bytes.count >= 4 else { return false }
    switch Fields(bytes: bytes, isBigEndian: false).word(0) {
    case 0xa1b2_c3d4: shiftPcap(Fields(bytes: bytes, isBigEndian: false), unit: 1000)
    case 0xa1b2_3c4d: shiftPcap(Fields(bytes: bytes, isBigEndian: false), unit: 1)
    case 0xd4c3_b2a1: shiftPcap(Fields(bytes: bytes, isBigEndian: true), unit: 1000)
    case 0x4d3c_b2a1: shiftPcap(Fields(bytes: bytes, isBigEndian: true), unit: 1)
    case 0x0a0d_0d0a: shiftPcapng(bytes)
    default: return false
    }
    return true
  }

  /// - Parameter unit: nanoseconds in one unit of the stamps' fraction.
  private func shiftPcap(_ fields: Fields, unit: Int64) {
    var record = 24
    while record + 16 <= fields.bytes.count {
      let true_ = Int64(fields.word(record)) * 1_000_000_000 + Int64(fields.word(record + 4)) * unit
      let shown = max(0, skew.shown(true_))
      fields.setWord(record, UInt32(truncatingIfNeeded: shown / 1_000_000_000))
      fields.setWord(record + 4, UInt32(truncatingIfNeeded: shown % 1_000_000_000 / unit))
      record += 16 + Int(fields.word(record + 8))
    }
  }

  private func shiftPcapng(_ bytes: UnsafeMutableRawBufferPointer) {
    var fields = Fields(bytes: bytes, isBigEndian: false)
    var ticksPerSecond: [UInt64] = []
    var block = 0
    while block + 12 <= bytes.count {
      let type = fields.word(block)
      if type == 0x0a0d_0d0a {
        fields = Fields(
          bytes: bytes, isBigEndian: Fields(bytes: bytes, isBigEndian: true).word(block + 8) == 0x1a2b_3c4d)
        ticksPerSecond = []
      }
      let length = Int(fields.word(block + 4))
      guard length >= 12, length % 4 == 0, block + length <= bytes.count else { return }
      let body = block + 8..<block + length - 4
      switch type {
      case 1: ticksPerSecond.append(resolution(fields, body))
      case 6 where body.count >= 20:
        shiftTicks(fields, body.lowerBound + 4, ticksPerSecond, Int(fields.word(body.lowerBound)))
      case 2 where body.count >= 20:
        shiftTicks(fields, body.lowerBound + 4, ticksPerSecond, Int(fields.half(body.lowerBound)))
      case 5 where body.count >= 12:
        let interface = Int(fields.word(body.lowerBound))
        shiftTicks(fields, body.lowerBound + 4, ticksPerSecond, interface)
        for option in fields.options(body.dropFirst(12)) where [2, 3].contains(option.code) && option.value.count == 8 {
          shiftTicks(fields, option.value.lowerBound, ticksPerSecond, interface)
        }
      default: break
      }
      block += length
    }
  }

  /// `if_tsresol` of an interface description, as ticks a second; microseconds where it is not given.
  private func resolution(_ fields: Fields, _ body: Range<Int>) -> UInt64 {
    guard let option = fields.options(body.dropFirst(8)).first(where: { $0.code == 9 && $0.value.count == 1 }) else {
      return 1_000_000
    }
    let exponent = fields.bytes[option.value.lowerBound]
    if exponent & 0x80 != 0 { return exponent & 0x7f < 63 ? 1 << UInt64(exponent & 0x7f) : 1_000_000 }
    return exponent <= 18 ? (0..<exponent).reduce(1) { ticks, _ in ticks * 10 } : 1_000_000
  }

  /// Two words, the high one first.
  private func shiftTicks(_ fields: Fields, _ offset: Int, _ resolutions: [UInt64], _ interface: Int) {
    guard interface < resolutions.count, case let rate = resolutions[interface], rate > 0 else { return }
    let ticks = UInt64(fields.word(offset)) << 32 | UInt64(fields.word(offset + 4))
    let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: rate)
    guard seconds < 9_000_000_000 else { return }
    let fraction = rate.dividingFullWidth(rest.multipliedFullWidth(by: 1_000_000_000)).quotient
    let shown = UInt64(max(0, skew.shown(Int64(seconds * 1_000_000_000 + fraction))))
    let (newSeconds, newFraction) = shown.quotientAndRemainder(dividingBy: 1_000_000_000)
    let part = UInt64(1_000_000_000).dividingFullWidth(newFraction.multipliedFullWidth(by: rate)).quotient
    let new = newSeconds &* rate &+ part
    fields.setWord(offset, UInt32(truncatingIfNeeded: new >> 32))
    fields.setWord(offset + 4, UInt32(truncatingIfNeeded: new))
  }
}

/// Numbers at offsets, in one byte order. Reads beyond the end give zero; writes there are dropped.
private struct Fields {
  let bytes: UnsafeMutableRawBufferPointer
  let isBigEndian: Bool

  func word(_ offset: Int) -> UInt32 {
    guard offset >= 0, offset + 4 <= bytes.count else { return 0 }
    let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    return isBigEndian ? UInt32(bigEndian: value) : UInt32(littleEndian: value)
  }

  func half(_ offset: Int) -> UInt16 {
    guard offset >= 0, offset + 2 <= bytes.count else { return 0 }
    let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
    return isBigEndian ? UInt16(bigEndian: value) : UInt16(littleEndian: value)
  }

  func setWord(_ offset: Int, _ value: UInt32) {
    guard offset >= 0, offset + 4 <= bytes.count else { return }
    bytes.storeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian, toByteOffset: offset, as: UInt32.self)
  }

  func options(_ range: Range<Int>) -> [(code: UInt16, value: Range<Int>)] {
    var found: [(code: UInt16, value: Range<Int>)] = []
    var offset = range.lowerBound
    while offset + 4 <= range.upperBound, case let code = half(offset), code != 0 {
      let end = offset + 4 + Int(half(offset + 2))
      guard end <= range.upperBound else { break }
      found.append((code, offset + 4..<end))
      offset = (end + 3) & ~3
    }
    return found
  }
}
