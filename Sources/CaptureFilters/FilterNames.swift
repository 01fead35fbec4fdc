internal import Glibc

/// Words of a filter that libpcap would look up: hosts, networks, ports and protocols by name.
///
/// libpcap asks the resolver for any word where it expects an address, in the middle of compiling: a filter would then mean what
/// the controller's DNS says today, and a slow server would hold everything up.
enum FilterNames {
  /// The first such word; nil if every word is the language's own, an address or a number.
  static func firstLookedUp(in filter: String) -> String? {
    var previous = ""
    for run in filter.utf8.split(whereSeparator: { !isWordByte($0) }) {
      let word = String(Substring(run.drop { $0 == 45 }))
      guard !word.isEmpty else { continue }
      guard isKnown(word) || isOffset(word) || previous == "portrange" && isRange(word) else { return word }
      previous = word
    }
    return nil
  }

  private static func isKnown(_ word: String) -> Bool {
    keywords.contains(word) || isNumber(word) || isAddress(word) || isHardwareAddress(word)
  }

  /// What libpcap's lexer takes into one word, or a number, an address, a quoting backslash; anything above ASCII too, so that
  /// it is named as a whole.
  private static func isWordByte(_ byte: UInt8) -> Bool {
    if (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte >= 128 { return true }
    return byte == 45 || byte == 46 || byte == 58 || byte == 92 || byte == 95
  }

  private static func isNumber(_ word: String) -> Bool {
    if word.hasPrefix("0x") || word.hasPrefix("0X") {
      return word.utf8.dropFirst(2).allSatisfy { isHexDigit($0) } && word.utf8.count > 2
    }
    return word.utf8.allSatisfy { (48...57).contains($0) }
  }

  /// Inside brackets: `6:2`, or what is left of it where the offset is an expression, `:2`.
  private static func isOffset(_ word: String) -> Bool {
    let parts = word.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { isNumber(String(Substring($0))) }
  }

  private static func isRange(_ word: String) -> Bool {
    let parts = word.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && isNumber(String(Substring($0))) }
  }

  /// IPv4 in four numbers, or fewer as networks are written; IPv6.
  private static func isAddress(_ word: String) -> Bool {
    let parts = word.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if (2...4).contains(parts.count), parts.allSatisfy({ isNumber(String(Substring($0))) && !$0.isEmpty }) {
      return true
    }
    var v6 = in6_addr()
    return word.utf8.count <= 45 && inet_pton(AF_INET6, word, &v6) == 1
  }

  /// Six pairs joined by `:`, `-` or `.`, or Cisco's three groups; or `$` and two digits for ARCNET, which nobody has.
  private static func isHardwareAddress(_ word: String) -> Bool {
    let parts = word.utf8.split(omittingEmptySubsequences: false) { $0 == 58 || $0 == 45 || $0 == 46 }
    guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isHexDigit) }) else { return false }
    return parts.count == 6 && parts.allSatisfy { $0.count <= 2 }
      || parts.count == 3 && parts.allSatisfy { $0.count == 4 }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
  }
}
