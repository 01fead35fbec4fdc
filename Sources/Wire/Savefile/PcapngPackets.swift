extension CaptureReader {
  /// Packet, simple packet and enhanced packet blocks: what is before the frame's bytes differs, the rest does not.
  @inline(__always)
  mutating func nextPacketBlock(_ type: UInt32, _ length: Int, _ packet: inout Packet) -> LinkType? {
    guard holdsBlock(length, atMost: Self.largestFrame &+ Self.largestDescription) else { return nil }
    let swapped = section.swapped
    let simple = type == PcapngBlock.simplePacket
    let header = simple ? 12 : 28
    guard length >= header &+ 4 else { return endBlock("has a block of \(length) bytes, too short for a packet") }
    let number =
      switch type {
      case PcapngBlock.enhancedPacket: Int(window.u32(8, swapped: swapped))
      case PcapngBlock.packet: Int(window.u16(8, swapped: swapped))
      default: 0
      }
    guard number < section.interfaces.count else {
      return endBlock("is of interface \(number), which was not described")
    }
    let interface = section.interfaces[number]
    let original = window.u32(simple ? 8 : 24, swapped: swapped)
    let captured = simple ? simpleLength(original, interface, length) : Int(window.u32(20, swapped: swapped))
    guard captured <= interface.largestFrame else { return endOversized(captured, interface.largestFrame) }
    let padded = header &+ (captured &+ 3) & ~3
    guard padded &+ 4 <= length else { return endBlock("claims \(captured) captured bytes in a block of \(length)") }
    if !simple {
      let units = UInt64(window.u32(12, swapped: swapped)) << 32 | UInt64(window.u32(16, swapped: swapped))
      packet.time = interface.time(units)
      if length >= padded &+ 12 { packet.direction = direction(from: padded, to: length &- 4) }
    }
    packet.capturedLength = UInt32(truncatingIfNeeded: captured)
    packet.originalLength = original
    packet.interface = UInt32(truncatingIfNeeded: section.firstInterface &+ number)
    take(captured, at: header, next: length)
    return interface.linkType
  }

  /// A simple packet block has no captured length (nor a time) of its own.
  private func simpleLength(_ original: UInt32, _ interface: PcapngSection.InterfaceLayout, _ length: Int) -> Int {
    let limit = interface.snaplen == 0 ? Int.max : Int(interface.snaplen)
    return min(Int(original), limit, length - 16)
  }

  @inline(never)
  private func direction(from start: Int, to end: Int) -> Packet.Direction {
    let options = PcapngOptions(window, from: start, to: end, section.swapped)
    guard let flags = options.u32(PcapngOption.packetFlags) else { return .unknown }
    return switch flags & 3 {
    case 1: .inbound
    case 2: .outbound
    default: .unknown
    }
  }
}
