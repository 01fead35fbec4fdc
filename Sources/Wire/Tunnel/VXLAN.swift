/// RFC 7348.
enum VXLAN {
  static let port: UInt16 = 4789
  /// What Linux used before there was a number, and overlays that leave it its default still do.
  static let firstLinuxPort: UInt16 = 8472
  private static let length = 8
  private static let hasIdentifier: UInt8 = 0x08

  static func header(_ frame: RawSpan, _ extent: Extent) -> TunnelHeader? {
    // Without the flag that says that there is an identifier, this is something else on the same port.
    guard extent.count >= length, frame.u8(extent.start) & hasIdentifier != 0 else { return nil }
    return TunnelHeader(
      kind: .vxlan, identifier: frame.u32(extent.start &+ 4) >> 8, length: length, type: EtherType.bridged)
  }
}
