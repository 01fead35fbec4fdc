/// Options of RFC 9293, RFC 7323 and RFC 2018; all others are passed over.
enum TCPOptions {
  private static let end: UInt8 = 0
  private static let noOperation: UInt8 = 1
  private static let maximumSegmentSize: UInt8 = 2
  private static let windowScale: UInt8 = 3
  private static let selectiveAcknowledgment: UInt8 = 5
  private static let timestamps: UInt8 = 8
  /// No-operation twice, then timestamps and their length: how nearly every segment's options begin (RFC 7323 appendix A).
  private static let customary: UInt32 = 0x0101_080a

  @inline(__always)
  static func dissect(_ frame: RawSpan, from start: Int, to end: Int, captured: Int, _ packet: inout Packet) {
    if end &- start == 12, end <= captured, frame.u32(start) == customary {
      packet.timestampValue = frame.u32(start &+ 4)
      packet.timestampEcho = frame.u32(start &+ 8)
      packet.has.insert([.options, .timestamps])
    } else {
      walk(frame, from: start, to: min(end, captured), &packet)
      if end <= captured { packet.has.insert(.options) }
    }
  }

  @inline(never)
  private static func walk(_ frame: RawSpan, from start: Int, to end: Int, _ packet: inout Packet) {
    var at = start
    while at < end {
      let kind = frame.u8(at)
      if kind == Self.end { return }
      if kind == noOperation {
        at &+= 1
        continue
      }
      let length = Int(frame.u8(at &+ 1))
      guard length >= 2, at &+ length <= end else { return }
      note(frame, kind, length, at &+ 2, &packet)
      at &+= length
    }
  }

  private static func note(_ frame: RawSpan, _ kind: UInt8, _ length: Int, _ at: Int, _ packet: inout Packet) {
    switch (kind, length) {
    case (maximumSegmentSize, 4): packet.maximumSegmentSize = frame.u16(at)
    case (windowScale, 3): packet.windowScale = frame.u8(at)
    case (timestamps, 10):
      packet.timestampValue = frame.u32(at)
      packet.timestampEcho = frame.u32(at &+ 4)
      packet.has.insert(.timestamps)
    case (selectiveAcknowledgment, 10...):
      for edge in stride(from: at, through: at &+ length &- 6, by: 4) {
        packet.selectiveHash = (packet.selectiveHash ^ (frame.u32(edge) &- packet.acknowledgment)) &* prime
        packet.selectiveHash ^= packet.selectiveHash >> 15
      }
    default: break
    }
  }

  /// Of the 32-bit FNV hash.
  private static let prime: UInt32 = 0x0100_0193
}
