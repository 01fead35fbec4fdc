/// RFC 2784, with the key and sequence number of RFC 2890.
enum GRE {
  private static let fixed = 4
  private static let hasChecksum: UInt16 = 0x8000
  /// Of RFC 1701 only; what follows has then no known length.
  private static let hasRouting: UInt16 = 0x4000
  private static let hasKey: UInt16 = 0x2000
  private static let hasSequence: UInt16 = 0x1000
  /// 1 is PPTP's own header (RFC 2637), with PPP in it.
  private static let version: UInt16 = 0x0007

  static func header(_ frame: RawSpan, _ extent: Extent) -> TunnelHeader? {
    guard extent.count >= fixed else { return nil }
    let flags = frame.u16(extent.start)
    let type = frame.u16(extent.start &+ 2)
    guard flags & (version | hasRouting) == 0, EtherType.isPacket(type) else { return nil }
    var header = TunnelHeader(kind: .gre, length: fixed, type: type)
    if flags & hasChecksum != 0 { header.length &+= 4 }
    if flags & hasKey != 0 {
      header.identifier = frame.u32(extent.start &+ header.length)
      header.length &+= 4
    }
    if flags & hasSequence != 0 { header.length &+= 4 }
    return extent.count >= header.length ? header : nil
  }
}
