/// LINKTYPE_LINUX_SLL2: cooked, with the interface's index.
enum LinuxCooked2 {
  static let header = 20

  @inline(__always)
  static func dissect(_ frame: RawSpan, _ extent: Extent, _ packet: inout Packet) {
    guard extent.count >= header else { return }
    let start = extent.start
    packet.interfaceIndex = frame.u32(start &+ 4)
    LinuxCooked.noteDirection(UInt16(frame.u8(start &+ 10)), &packet)
    LinuxCooked.dissect(
      frame, hardware: frame.u16(start &+ 8), protocol: frame.u16(start), extent.advanced(by: header), &packet)
  }
}
