/// A TCP segment in an Ethernet frame over IPv4, as bytes that can be changed and sent again.
struct Segment {
  private(set) var bytes: [UInt8]
  private let tcp: Int
  let payloadLength: Int

  /// nil for anything that is not such a frame, whole up to its TCP header.
  init?(_ frame: ArraySlice<UInt8>) {
    let bytes = Array(frame)
    guard bytes.count >= 14 + 20 + 20, bytes[12] == 0x08, bytes[13] == 0x00, bytes[14] >> 4 == 4, bytes[23] == 6 else {
      return nil
    }
    let tcp = 14 + Int(bytes[14] & 15) * 4
    let isFragment = (Int(bytes[20]) << 8 | Int(bytes[21])) & 0x3fff != 0
    guard !isFragment, tcp >= 34, bytes.count >= tcp + 20, case let header = Int(bytes[tcp + 12] >> 4) * 4,
      header >= 20,
      bytes.count >= tcp + header
    else { return nil }
    self.bytes = bytes
    self.tcp = tcp
    // A frame that is yet to be segmented may state no length: then the frame's own counts.
    let stated = Int(bytes[16]) << 8 | Int(bytes[17])
    payloadLength = (stated == 0 ? bytes.count : min(bytes.count, 14 + stated)) - tcp - header
    if payloadLength < 0 { return nil }
  }

  var sourcePort: Int { half(tcp) }
  var destinationPort: Int { half(tcp + 2) }
  var sequence: UInt32 { word(tcp + 4) }
  var acknowledgment: UInt32 { word(tcp + 8) }
  /// As the header tells it, before scaling.
  var window: UInt32 { UInt32(half(tcp + 14)) }
  var isReset: Bool { bytes[tcp + 13] & 0x04 != 0 }
  var isSYN: Bool { bytes[tcp + 13] & 0x02 != 0 }
  /// ACK and nothing else but, perhaps, PSH.
  var isPlainAcknowledgment: Bool { bytes[tcp + 13] & 0x17 == 0x10 }
  var end: UInt32 { sequence &+ UInt32(payloadLength) }

  var isFIN: Bool { bytes[tcp + 13] & 0x01 != 0 }
  var sourceAddress: UInt32 { word(26) }
  var destinationAddress: UInt32 { word(30) }

  /// Both ports in one number, the server's first.
  func ports(fromServer: Bool) -> UInt32 {
    let (server, client) = fromServer ? (sourcePort, destinationPort) : (destinationPort, sourcePort)
    return UInt32(server) << 16 | UInt32(client)
  }

  /// The shift that a SYN announces (RFC 7323); nil where it announces none.
  var windowScale: UInt8? { option(3).flatMap { $0.count >= 1 ? min(bytes[$0.lowerBound], 14) : nil } }

  /// TSval (RFC 7323); nil where there is none.
  var stamp: UInt32? { option(8).flatMap { $0.count >= 8 ? word($0.lowerBound) : nil } }

  /// Where the value of an option lies.
  private func option(_ kind: UInt8) -> Range<Int>? {
    var option = tcp + 20
    let end = tcp + headerLength
    while option + 1 < end, bytes[option] != 0 {
      if bytes[option] == 1 {
        option += 1
        continue
      }
      let next = option + max(2, Int(bytes[option + 1]))
      if bytes[option] == kind { return option + 2..<min(max(next, option + 2), end) }
      option = next
    }
    return nil
  }

  /// The same with another sequence number and at most `limit` bytes of payload; lengths and checksums made good.
  func copy(sequence: UInt32, payload limit: Int) -> [UInt8] {
    let length = tcp + headerLength + min(payloadLength, limit)
    var copy = Array(bytes.prefix(length))
    put(UInt16(truncatingIfNeeded: length - 14), at: 16, in: &copy)
    put(UInt16(truncatingIfNeeded: sequence >> 16), at: tcp + 4, in: &copy)
    put(UInt16(truncatingIfNeeded: sequence), at: tcp + 6, in: &copy)
    put(0, at: 24, in: &copy)
    put(Self.checksum(copy[14..<tcp], 0), at: 24, in: &copy)
    put(0, at: tcp + 16, in: &copy)
    // The pseudo-header (RFC 9293, 3.1): both addresses, the protocol, the length of the segment.
    let pseudo = Self.sum(copy[26..<34]) + 6 + UInt64(length - tcp)
    put(Self.checksum(copy[tcp...], pseudo), at: tcp + 16, in: &copy)
    return copy
  }

  private var headerLength: Int { Int(bytes[tcp + 12] >> 4) * 4 }
  private func half(_ offset: Int) -> Int { Int(bytes[offset]) << 8 | Int(bytes[offset + 1]) }
  private func word(_ offset: Int) -> UInt32 { UInt32(half(offset)) << 16 | UInt32(half(offset + 2)) }

  private func put(_ value: UInt16, at offset: Int, in bytes: inout [UInt8]) {
    bytes[offset] = UInt8(value >> 8)
    bytes[offset + 1] = UInt8(value & 255)
  }

  private static func sum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.enumerated().reduce(0) { $0 + UInt64($1.element) << ($1.offset % 2 == 0 ? 8 : 0) }
  }

  /// The Internet checksum (RFC 1071).
  private static func checksum(_ bytes: ArraySlice<UInt8>, _ start: UInt64) -> UInt16 {
    var total = start + sum(bytes)
    while total > 0xffff { total = total & 0xffff + total >> 16 }
    return ~UInt16(total)
  }
}
