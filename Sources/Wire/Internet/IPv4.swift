/// RFC 791.
enum IPv4 {
  static let header = 20

  @inline(__always)
  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    guard extent.count >= header else { return }
    let start = extent.start
    let versionAndLength = frame.u8(start)
    let headerLength = Int(versionAndLength & 0x0f) &* 4
    guard versionAndLength >> 4 == 4, headerLength >= header else { return }
    packet.identification = frame.u16(start &+ 4)
    let fragment = frame.u16(start &+ 6)
    packet.dontFragment = fragment & 0x4000 != 0
    packet.isFragment = fragment & 0x3fff != 0
    packet.fragmentOffset = UInt32(fragment & 0x1fff) &* 8
    packet.timeToLive = frame.u8(start &+ 8)
    packet.transport = frame.u8(start &+ 9)
    packet.source = IPAddress(v4: frame.u32(start &+ 12))
    packet.destination = IPAddress(v4: frame.u32(start &+ 16))
    guard let whole = bounded(frame, extent, headerLength), whole.count >= headerLength else { return }
    packet.has.insert(.ip)
    Transport.dissect(frame, whole.advanced(by: headerLength), &packet)
  }

  /// The packet's own end; nil where its total length is less than its header.
  ///
  /// 0 is what a sender leaves there for its network card to fill (TSO): the frame ends the packet then.
  @inline(__always)
  private static func bounded(_ frame: RawSpan, _ extent: Extent, _ headerLength: Int) -> Extent? {
    let total = Int(frame.u16(extent.start &+ 2))
    if total == 0 { return extent }
    guard total >= headerLength else { return nil }
    let end = extent.start &+ total
    if end > extent.wire, !isIntact(frame, extent, headerLength) { return extent }
    return extent.ending(at: end)
  }

  /// Whether the header's checksum holds (RFC 1071). Asked of a header that claims more than the frame had on the wire: either a
  /// tool has cut the frame and forgotten how long it was, or the claim is damage.
  @inline(never)
  private static func isIntact(_ frame: RawSpan, _ extent: Extent, _ headerLength: Int) -> Bool {
    guard extent.count >= headerLength else { return false }
    var sum: UInt32 = 0
    for offset in stride(from: 0, to: headerLength, by: 2) { sum &+= UInt32(frame.u16(extent.start &+ offset)) }
    while sum > 0xffff { sum = sum & 0xffff &+ sum >> 16 }
    return sum == 0xffff
  }
}
