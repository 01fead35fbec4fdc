extension IPAddress: CustomStringConvertible {
  /// `192.0.2.1`; IPv6 as RFC 5952 wants it: lower case, no leading zeros, the longest run of zero groups (the first of
  /// equals, two at least) as `::`, and IPv4-mapped addresses with their last four bytes dotted.
  public var description: String {
    guard isIPv6 else { return Self.dotted(UInt32(truncatingIfNeeded: low)) }
    if high == 0, low >> 32 == 0xffff { return "::ffff:" + Self.dotted(UInt32(truncatingIfNeeded: low)) }
    let groups = self.groups
    guard let run = Self.longestZeroRun(groups) else { return Self.hexadecimal(groups[...]) }
    return Self.hexadecimal(groups[..<run.lowerBound]) + "::" + Self.hexadecimal(groups[run.upperBound...])
  }

  /// Reads dotted IPv4 (four decimal numbers, no leading zeros) or IPv6 (RFC 4291 section 2.2); nil for anything else:
  /// no zone, no prefix length, no brackets, no spaces.
  public init?(text: some StringProtocol) {
    let bytes = Array(text.utf8.prefix(46))
    if bytes.contains(UInt8(ascii: ":")) {
      guard let groups = Self.groups(bytes[...]) else { return nil }
      let words = groups.map(UInt64.init)
      self.init(
        high: words[0] << 48 | words[1] << 32 | words[2] << 16 | words[3],
        low: words[4] << 48 | words[5] << 32 | words[6] << 16 | words[7], isIPv6: true)
    } else {
      guard let number = Self.number(dotted: bytes[...]) else { return nil }
      self.init(v4: number)
    }
  }

  private var groups: [UInt16] {
    [high, low].flatMap { half in [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> UInt64($0)) } }
  }

  private static func dotted(_ number: UInt32) -> String {
    "\(number >> 24).\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
  }

  private static func hexadecimal(_ groups: ArraySlice<UInt16>) -> String {
    groups.map { String($0, radix: 16) }.joined(separator: ":")
  }

  private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
    var best: Range<Int>?
    var start = 0
    while start < groups.count {
      let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
      if end - start >= 2, end - start > best?.count ?? 0 { best = start..<end }
      start = end + 1
    }
    return best
  }

  private static func number(dotted text: ArraySlice<UInt8>) -> UInt32? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var number: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy({ (48...57).contains($0) }),
        part.count == 1 || part.first != UInt8(ascii: "0")
      else { return nil }
      let value = part.reduce(0 as UInt32) { $0 * 10 + UInt32($1 - 48) }
      guard value <= 255 else { return nil }
      number = number << 8 | value
    }
    return number
  }

  /// All eight groups of an IPv6 address.
  private static func groups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
    let colon = UInt8(ascii: ":")
    guard
      let gap = text.indices.first(where: {
        text[$0] == colon && text.indices.contains($0 + 1) && text[$0 + 1] == colon
      })
    else {
      let groups = groups(run: text, mayEndDotted: true)
      return groups?.count == 8 ? groups : nil
    }
    let before = text[..<gap]
    let after = text[(gap + 2)...]
    guard let left = before.isEmpty ? [] : groups(run: before, mayEndDotted: false),
      let right = after.isEmpty ? [] : groups(run: after, mayEndDotted: true), left.count + right.count <= 7
    else { return nil }
    return left + Array(repeating: 0, count: 8 - left.count - right.count) + right
  }

  /// Groups between colons, none of them empty; the last may be a dotted IPv4 address, which makes two.
  private static func groups(run text: ArraySlice<UInt8>, mayEndDotted: Bool) -> [UInt16]? {
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    var groups: [UInt16] = []
    for (index, part) in parts.enumerated() {
      if mayEndDotted, index == parts.count - 1, let number = number(dotted: part) {
        groups += [UInt16(number >> 16), UInt16(truncatingIfNeeded: number)]
      } else {
        guard (1...4).contains(part.count), part.allSatisfy({ isHexadecimal($0) }),
          let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
        else { return nil }
        groups.append(group)
      }
    }
    return groups
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...70, 97...102: true
    default: false
    }
  }
}
