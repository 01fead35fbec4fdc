internal import Glibc

/// IP addresses as text.
enum AddressText {
  /// Whether it is an IPv4 address in four numbers or an IPv6 address, without a zone or a prefix.
  static func isAddress(_ text: String) -> Bool {
    guard text.utf8.count <= 45, !text.utf8.contains(0) else { return false }
    var v4 = in_addr()
    var v6 = in6_addr()
    return inet_pton(AF_INET, text, &v4) == 1 || inet_pton(AF_INET6, text, &v6) == 1
  }

  /// Whether it can be a host's name: words of letters, digits and hyphens joined by dots.
  static func isHostName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 253
      && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        !label.isEmpty && label.first != "-"
          && label.utf8.allSatisfy {
            $0 == 45 || $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
          }
      }
  }
}
