/// Text of a remote command, cut by bytes: Swift's own line breaking costs seconds on a large table and takes CR LF for one
/// character.
enum ReadoutText {
  static func lines(_ text: String) -> [Substring] {
    text.utf8.split(separator: UInt8(ascii: "\n")).map { line in
      Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
  }

  static func words(_ line: some StringProtocol) -> [Substring] {
    Substring(line).utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map { Substring($0) }
  }

  /// `key=value`; nil without the sign.
  static func pair(_ word: Substring) -> (key: Substring, value: Substring)? {
    guard let sign = word.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    return (word[..<sign], word[word.utf8.index(after: sign)...])
  }
}
