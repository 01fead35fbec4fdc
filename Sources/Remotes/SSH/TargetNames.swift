internal import CaseModel

/// The names that end up in commands of the user's own configuration: `ProxyCommand nc %h %p` and `Match exec` give them to a shell
/// as they are. OpenSSH itself refuses such names since 9.6 (CVE-2023-51385); here they are refused before any `ssh` sees them.
extension ConnectionTarget {
  func checkNames() throws(Failure) {
    guard Self.isHostName(address) else { throw refused("address", address) }
    if let user, !Self.isUserName(user) { throw refused("user", user) }
    if let jump, !jump.split(separator: ",").allSatisfy({ Self.isUserName($0) }) { throw refused("jump", jump) }
  }

  private func refused(_ what: String, _ value: String) -> Failure {
    .configuration(host, "its \(what) \(ShellWord.quote(value)) could be taken for an option, or for more than a name")
  }

  /// As ssh.c, `valid_hostname`.
  private static func isHostName(_ text: String) -> Bool {
    isPlain(text[...]) && !text.utf8.contains { "$\\".utf8.contains($0) || $0 == UInt8(ascii: " ") }
  }

  /// As ssh.c, `valid_ruser`.
  private static func isUserName(_ text: some StringProtocol) -> Bool {
    let dashes = zip(text.utf8, text.utf8.dropFirst()).contains { $0 == UInt8(ascii: " ") && $1 == UInt8(ascii: "-") }
    return isPlain(text) && !dashes && Array(text.utf8).last != UInt8(ascii: "\\")
  }

  private static func isPlain(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.first != UInt8(ascii: "-")
      && text.utf8.allSatisfy { $0 >= 32 && $0 != 127 && !"'`\";&<>|(){}".utf8.contains($0) }
  }
}
