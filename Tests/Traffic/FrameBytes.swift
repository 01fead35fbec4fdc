internal import Wire

/// A growing array of bytes in network order.
struct FrameBytes {
  fileprivate(set) var bytes: [UInt8] = []

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  @inline(__always)
  mutating func put<N: FixedWidthInteger>(_ number: N) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func put(_ address: IPAddress) {
    if address.isIPv6 {
      put(address.high)
      put(address.low)
    } else {
      put(UInt32(truncatingIfNeeded: address.low))
    }
  }

  /// Puts RFC 1071's sum over the bytes from `start` on where it belongs.
  mutating func checksum(from start: Int, at place: Int) {
    var sum: UInt32 = 0
    var index = start
    while index + 1 < bytes.count {
      sum += UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
      index += 2
    }
    while sum >> 16 != 0 { sum = sum & 0xffff + sum >> 16 }
    bytes[place] = UInt8(truncatingIfNeeded: ~sum >> 8)
    bytes[place + 1] = UInt8(truncatingIfNeeded: ~sum)
  }

  /// An Ethernet header between made-up stations.
  mutating func ethernet(isIPv6: Bool) {
    put(0x0200_0000_0001_0200 as UInt64)
    put(0x0000_0002 as UInt32)
    put(isIPv6 ? 0x86dd : 0x0800 as UInt16)
  }

  /// A Linux cooked v2 header (LINKTYPE_LINUX_SLL2).
  mutating func cooked2(isIPv6: Bool, interface: UInt32, isOutgoing: Bool) {
    put(isIPv6 ? 0x86dd : 0x0800 as UInt16)
    put(0 as UInt16)
    put(interface)
    put(1 as UInt16)
    put(isOutgoing ? 4 : 0 as UInt8)
    put(6 as UInt8)
    put(0x0200_0000_0001_0000 as UInt64)
  }

  /// An IP header; `length` is what follows it.
  mutating func internet(
    _ source: IPAddress, _ destination: IPAddress, transport: UInt8, length: Int, identification: UInt16, hops: UInt8
  ) {
    let start = bytes.count
    if source.isIPv6 {
      put(0x6000_0000 as UInt32)
      put(UInt16(truncatingIfNeeded: length))
      put(transport)
      put(64 &- hops)
    } else {
      put(0x4500 as UInt16)
      put(UInt16(truncatingIfNeeded: length + 20))
      put(identification)
      put(0x4000 as UInt16)
      put(64 &- hops)
      put(transport)
      put(0 as UInt16)
    }
    put(source)
    put(destination)
    if !source.isIPv6 { checksum(from: start, at: start + 10) }
  }
}

extension FrameBytes {
  mutating func append(_ slice: Slice<UnsafeRawBufferPointer>) { bytes.append(contentsOf: slice) }
}
