/// What is left when the headers end.
enum Payload {
  /// Bytes that the content identity is made from.
  private static let hashed = 24

  @inline(__always)
  static func note(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    packet.payloadOffset = UInt32(truncatingIfNeeded: extent.start)
    let length = extent.wire &- extent.start
    guard length > 0 else { return }
    packet.payloadLength = UInt32(truncatingIfNeeded: length)
    let captured = min(extent.count, length)
    guard captured > 0 else { return }
    packet.payloadCaptured = UInt32(truncatingIfNeeded: captured)
    packet.payloadHash = hash(frame, extent.start, min(captured, hashed))
  }

  /// Multiply and fold over three words and the length (after Wang Yi's wyhash); never 0.
  @inline(__always)
  static func hash(_ frame: RawSpan, _ at: Int, _ count: Int) -> UInt64 {
    let words = count >= hashed ? (frame.u64(at), frame.u64(at &+ 8), frame.u64(at &+ 16)) : padded(frame, at, count)
    let first = fold(words.0 ^ 0xa076_1d64_78bd_642f, words.1 ^ 0xe703_7ed1_a0b4_28db)
    let second = fold(words.2 ^ 0x8ebc_6af0_9c88_c6e3, first ^ UInt64(truncatingIfNeeded: count))
    return second == 0 ? 1 : second
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// What lies beyond `count` counts as zero, whatever the frame holds there.
  @inline(never)
  private static func padded(_ frame: RawSpan, _ at: Int, _ count: Int) -> (UInt64, UInt64, UInt64) {
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    for index in 0..<count {
      let byte = UInt64(frame.u8(at &+ index)) << UInt64(56 &- (index & 7) &* 8)
      switch index >> 3 {
      case 0: words.0 |= byte
      case 1: words.1 |= byte
      default: words.2 |= byte
      }
    }
    return words
  }
}
