internal import CaseModel

/// A command as it travels on an exec channel, where the login shell of the account reads it first, whichever that is.
///
/// What is in the single quotes means the same to sh, bash, zsh, fish and csh: whatever one of them treats specially there
/// (`'`, `\`, `!`, line feeds) or the inner shell would (`"`, `$`, backquotes) is an octal escape for `printf %b`. A marker line
/// comes first on stdout and on stderr, so that what the login shell's own files print can be told from the answer.
struct LoginShellCommand {
  /// The last line on each stream before the command's own output.
  static let marker = "--stakeout--"
  /// Bytes; libssh2 sends a request in one packet of at most 35,000.
  static let longest = 32_000

  let text: String

  init(_ command: ShellCommand) {
    // Logins without a terminal often lack the folders of the administrator's tools.
    let inner =
      "PATH=$PATH:/usr/sbin:/sbin; export PATH; echo \(Self.marker); echo \(Self.marker) >&2; \(command.inPlaceOfShell)"
    text = "exec /bin/sh -c 'eval \"$(printf %b \"\(Self.escape(inner))\")\"'"
  }

  private static func escape(_ text: String) -> String {
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "!"), UInt8(ascii: "\""), UInt8(ascii: "$"),
        UInt8(ascii: "`"), 0..<32, 127...:
        let octal = String(byte, radix: 8)
        escaped +=
          Array("\\0".utf8) + Array(repeating: UInt8(ascii: "0"), count: 3 - octal.utf8.count) + Array(octal.utf8)
      default: escaped.append(byte)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}

extension ShellCommand {
  /// The command run by the shell that reads it, in that shell's place if it is a program and not a builtin: thus its status and
  /// its signals are its own, and no shell stays behind. (dash execs nothing by itself.)
  var inPlaceOfShell: String {
    let first = text.prefix { $0 != " " }
    if first.contains("/") { return "exec \(text)" }
    return "case $(command -v \(first)) in /*) exec \(text);; *) \(text);; esac"
  }
}

/// Drops what comes before the marker line, as it arrives. Where no marker comes, the command never started, and all of it is
/// what the login shell had to say.
struct BannerFilter {
  /// A banner longer than this is not looked through any further.
  private static let longest = 64 * 1024
  private static let marker = Array((LoginShellCommand.marker + "\n").utf8)
  private var pending: [UInt8] = []
  private(set) var hasStarted = false

  /// What of these bytes, and of those held back, is the command's own.
  mutating func pass(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    if hasStarted { return Array(bytes) }
    pending += bytes
    guard let end = endOfMarker() else {
      if pending.count > Self.longest { return flush() }
      return []
    }
    let own = Array(pending[end...])
    pending = []
    hasStarted = true
    return own
  }

  /// What was held back, at the end of the stream.
  mutating func flush() -> [UInt8] {
    defer { pending = [] }
    if pending.count > Self.longest { hasStarted = true }
    return pending
  }

  /// The marker may follow a banner that does not end in a line feed.
  private func endOfMarker() -> Int? {
    guard pending.count >= Self.marker.count else { return nil }
    for start in 0...(pending.count - Self.marker.count)
    where pending[start] == Self.marker[0] && pending[start..<(start + Self.marker.count)].elementsEqual(Self.marker) {
      return start + Self.marker.count
    }
    return nil
  }
}
