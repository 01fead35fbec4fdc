import Wire

/// An IP header and what it carries.
struct InternetEncoder {
  let source: IPAddress
  let destination: IPAddress
  let identification: UInt16
  let timeToLive: UInt8
  let dontFragment: Bool
  let isTSO: Bool
  let fragment: Range<Int>?

  /// Of the addresses; number and length are added by who knows them.
  var pseudoHeaderSum: UInt32 { internetSum(addresses) }

  private var addresses: [UInt8] { bytes(source) + bytes(destination) }

  private func bytes(_ address: IPAddress) -> [UInt8] {
    address.isIPv6
      ? bigEndian(address.high) + bigEndian(address.low) : bigEndian(UInt32(truncatingIfNeeded: address.low))
  }

  func packet(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let range = fragment.map { $0.clamped(to: 0..<payload.count) }
    let part = Array(payload[range ?? 0..<payload.count])
    let hasMore = range.map { $0.upperBound < payload.count } ?? false
    let offset = UInt16(truncatingIfNeeded: range?.lowerBound ?? 0)
    return source.isIPv6 ? ipv6(number, part, offset, hasMore) : ipv4(number, part, offset, hasMore)
  }

  private func ipv4(_ number: UInt8, _ part: [UInt8], _ offset: UInt16, _ hasMore: Bool) -> [UInt8] {
    let total = isTSO ? 0 : UInt16(truncatingIfNeeded: 20 + part.count)
    let flags: UInt16 = (dontFragment ? 0x4000 : 0) | (hasMore ? 0x2000 : 0) | offset / 8
    var header = [0x45, 0] + bigEndian(total) + bigEndian(identification) + bigEndian(flags)
    header += [timeToLive, number, 0, 0] + addresses
    header.replaceSubrange(10..<12, with: bigEndian(internetChecksum(header, 0)))
    return header + part
  }

  private func ipv6(_ number: UInt8, _ part: [UInt8], _ offset: UInt16, _ hasMore: Bool) -> [UInt8] {
    var rest = part
    if fragment != nil {
      rest = [number, 0] + bigEndian(offset | (hasMore ? 1 : 0)) + bigEndian(UInt32(identification)) + part
    }
    let length = isTSO ? 0 : UInt16(truncatingIfNeeded: rest.count)
    return [0x60, 0, 0, 0] + bigEndian(length) + [fragment == nil ? number : 44, timeToLive] + addresses + rest
  }
}

func bigEndian<N: FixedWidthInteger>(_ number: N) -> [UInt8] {
  stride(from: N.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> N($0)) }
}

/// RFC 1071, not yet folded.
func internetSum(_ bytes: [UInt8]) -> UInt32 {
  var sum: UInt32 = 0
  for index in stride(from: 0, to: bytes.count, by: 2) {
    sum &+= UInt32(bytes[index]) << 8 | (index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0)
    sum = (sum & 0xffff) &+ (sum >> 16)
  }
  return sum
}

func internetChecksum(_ bytes: [UInt8], _ base: UInt32) -> UInt16 {
  var sum = internetSum(bytes) &+ base
  while sum >> 16 != 0 { sum = (sum & 0xffff) &+ (sum >> 16) }
  return ~UInt16(truncatingIfNeeded: sum)
}
