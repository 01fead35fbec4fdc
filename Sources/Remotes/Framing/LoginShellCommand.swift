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

  /// - Parameter tellsStatus: whether the status is to come at the end of stderr too, for want of another way.
  init(_ command: ShellCommand, tellsStatus: Bool = false) {
    // Logins without a terminal often lack the folders of the administrator's tools.
    let prelude = "PATH=$PATH:/usr/sbin:/sbin; export PATH; echo \(Self.marker); echo \(Self.marker) >&2; "
    let own = command.inPlaceOfShell
    let inner =
      prelude
      + (tellsStatus
        ? "(\(own)); ended=$?; printf '\\n\(EndingFilter.marker) %s\\n' \"$ended\" >&2; exit \"$ended\"" : own)
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
    let first = String(decoding: text.utf8.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
    if first.utf8.contains(UInt8(ascii: "/")) { return "exec \(text)" }
    // A quoted word may hold blanks; no builtin has to be quoted.
    if first.utf8.contains(UInt8(ascii: "'")) { return "exec \(text)" }
    return "case $(command -v \(first)) in /*) exec \(text);; *) \(text);; esac"
  }
}
