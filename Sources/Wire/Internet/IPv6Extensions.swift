/// The chain of extension headers between IPv6 and the transport (RFC 8200 section 4, RFC 4302).
enum IPv6Extensions {
  /// More than any stack sends; each takes eight bytes at least.
  private static let most = 32

  /// Walks the chain and leaves the transport's number in `packet`.
  /// - Returns: what follows; nil where the chain is cut off or too long to be meant.
  @inline(__always)
  static func dissect(_ frame: RawSpan, _ next: UInt8, _ extent: Extent, _ packet: inout Packet) -> Extent? {
    packet.transport = next
    return isExtension(next) ? walk(frame, next, extent, &packet) : extent
  }

  /// Whether a protocol number is an extension header's.
  @inline(__always)
  static func isExtension(_ number: UInt8) -> Bool {
    switch number {
    case IPProtocol.hopByHop, IPProtocol.routing, IPProtocol.fragment, IPProtocol.authentication,
      IPProtocol.destinationOptions, IPProtocol.mobility, IPProtocol.hostIdentity, IPProtocol.shim6:
      true
    default: false
    }
  }

  /// The length in bytes of the extension header at `at`.
  static func length(_ frame: RawSpan, _ number: UInt8, _ at: Int) -> Int {
    switch number {
    case IPProtocol.fragment: 8
    case IPProtocol.authentication: (Int(frame.u8(at &+ 1)) &+ 2) &* 4
    default: (Int(frame.u8(at &+ 1)) &+ 1) &* 8
    }
  }

  @inline(never)
  private static func walk(_ frame: RawSpan, _ next: UInt8, _ extent: Extent, _ packet: inout Packet) -> Extent? {
    var extent = extent
    var number = next
    for _ in 0..<most {
      guard isExtension(number) else { return extent }
      guard extent.count >= 8 else { return nil }
      let length = length(frame, number, extent.start)
      if number == IPProtocol.fragment { noteFragment(frame, extent.start, &packet) }
      guard extent.count >= length else { return nil }
      number = frame.u8(extent.start)
      packet.transport = number
      extent = extent.advanced(by: length)
      // What follows the header of a later fragment is data from the middle of something.
      if packet.fragmentOffset > 0 { return extent }
    }
    return nil
  }

  private static func noteFragment(_ frame: RawSpan, _ at: Int, _ packet: inout Packet) {
    let field = frame.u16(at &+ 2)
    packet.fragmentOffset = UInt32(field & 0xfff8)
    // A fragment header on a whole packet (RFC 6946) makes no fragment of it.
    packet.isFragment = field & 0xfff9 != 0
    packet.dontFragment = false
    packet.identification = frame.u16(at &+ 6)
  }
}
