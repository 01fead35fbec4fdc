/// A command for a POSIX shell that no value can break out of.
///
/// Fixed text is a `StaticString` of ours; whatever comes from a playbook, an inventory or a host goes in as a word, and a
/// word is quoted. There is no way to build one from a run-time string.
public struct ShellCommand: Hashable, Sendable, CustomStringConvertible {
  /// What a shell reads. Safe to show: secrets travel on stdin, never in here.
  public let text: String
  /// For people: the script as it was written, where it is one, and what it is given.
  public let script: String?
  public let arguments: [String]
  public var description: String { text }

  private init(text: String, script: String? = nil, arguments: [String] = []) {
    self.text = text
    self.script = script
    self.arguments = arguments
  }

  /// One simple command: every word quoted.
  public init(words: [String]) {
    self.init(text: words.map(ShellWord.quote).joined(separator: " "))
  }

  /// `sh -c SCRIPT NAME ARGUMENTS`: the script is ours, the arguments arrive as `$1`, `$2`, ...
  public init(script: StaticString, name: String = "stakeout", arguments: [String] = []) {
    let words = ["/bin/sh", "-c", "\(script)", name] + arguments
    self.init(text: words.map(ShellWord.quote).joined(separator: " "), script: "\(script)", arguments: arguments)
  }

  /// The same command with variables in its environment, set by `env`; names must be shell names.
  public func with(environment: [(name: String, value: String)]) -> ShellCommand {
    guard !environment.isEmpty else { return self }
    precondition(environment.allSatisfy { ShellWord.isName($0.name) }, "not a name of a shell variable")
    let assignments = environment.map { ShellWord.quote("\($0.name)=\($0.value)") }
    return ShellCommand(text: (["env"] + assignments + [text]).joined(separator: " "))
  }

  /// The same command behind a fixed prefix of words, such as `sudo -n` or `nsenter --net=...`.
  public func behind(_ prefix: [String]) -> ShellCommand {
    prefix.isEmpty
      ? self
      : ShellCommand(
        text: (prefix.map(ShellWord.quote) + [text]).joined(separator: " "), script: script, arguments: arguments)
  }
}

/// Quoting for POSIX `sh` (POSIX.1-2017, Shell Command Language, 2.2).
public enum ShellWord {
  /// One word that any POSIX shell reads back as `text`. A NUL cannot be in a word and is dropped.
  public static func quote(_ text: String) -> String {
    // Byte by byte, as the shell reads it: to Swift a quote with an accent over it is one character, and no quote.
    let bytes = text.utf8.filter { $0 != 0 }
    // `=` is plain in an option, and an assignment or (in zsh) a lookup elsewhere.
    let isOption = bytes.first == UInt8(ascii: "-")
    if !bytes.isEmpty, bytes.allSatisfy({ isPlain($0) || isOption && $0 == UInt8(ascii: "=") }) {
      return String(decoding: bytes, as: UTF8.self)
    }
    var quoted = [UInt8(ascii: "'")]
    quoted.reserveCapacity(bytes.count + 2)
    for byte in bytes {
      if byte == UInt8(ascii: "'") { quoted += Array("'\\''".utf8) } else { quoted.append(byte) }
    }
    quoted.append(UInt8(ascii: "'"))
    return String(decoding: quoted, as: UTF8.self)
  }

  /// Whether `text` may name a shell variable.
  public static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
    return text.utf8.allSatisfy {
      $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"),
      UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: ","):
      true
    default: false
    }
  }
}
