/// RFC 8926.
enum Geneve {
  static let port: UInt16 = 6081
  private static let fixed = 8

  static func header(_ frame: RawSpan, _ extent: Extent) -> TunnelHeader? {
    let start = extent.start
    guard extent.count >= fixed, frame.u8(start) >> 6 == 0 else { return nil }
    let options = Int(frame.u8(start) & 0x3f) &* 4
    let type = frame.u16(start &+ 2)
    guard extent.count >= fixed &+ options, EtherType.isPacket(type) else { return nil }
    return TunnelHeader(
      kind: .geneve, identifier: frame.u32(start &+ 4) >> 8, length: fixed &+ options, type: type)
  }
}
