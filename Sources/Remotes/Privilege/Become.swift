public import CaseModel

/// That commands on a host are to run as root, though the login is somebody else's.
public struct Become: Hashable, Sendable {
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// sudo where it is, doas elsewhere.
    case automatic = "auto"
    case sudo
    case doas
  }

  public var method: Method
  /// For sudo, where it wants one.
  public var password: Secret?

  public init(method: Method = .automatic, password: Secret? = nil) {
    self.method = method
    self.password = password
  }

  /// What a sudoers file has to say for it. Whoever may run a shell as root is root.
  public static func sudoersLine(user: String) -> String { "\(user) ALL=(root) NOPASSWD: /bin/sh" }
}

/// How commands of one session become root's.
enum Elevation: Hashable, Sendable {
  case sudo
  case sudoWithPassword(Secret)
  case doas

  /// Ends what of a secret sudo did not take.
  static let go = "--stakeout-go--"
  static let ready = "--stakeout-ready--"

  private static let run = """
    PATH=$PATH:/usr/sbin:/sbin; export PATH; case $(command -v "$1") in /*) exec "$@";; *) "$@";; esac
    """
  /// A password that sudo did not ask for must not reach the command: the shell that sudo starts swallows it.
  private static let swallow = "while IFS= read -r line; do [ \"$line\" = \(go) ] && break; done; "

  /// - Parameter answers: the command is one that answers lines, and must say when it has begun.
  func command(_ command: ShellCommand, answers: Bool = false) -> ShellCommand {
    command.behind(words + ["/bin/sh", "-c", script(answers: answers), "stakeout"])
  }

  /// A secret goes before the command's own input, and nowhere else.
  func input(_ input: [UInt8]) -> [UInt8] {
    guard case .sudoWithPassword(let secret) = self else { return input }
    return Array("\(secret.revealed)\n\(Self.go)\n".utf8) + input
  }

  var name: String {
    switch self {
    case .sudo, .sudoWithPassword: "sudo"
    case .doas: "doas"
    }
  }

  private var words: [String] {
    switch self {
    case .sudo: ["sudo", "-n", "--"]
    // With `-k` it asks whether or not it was told a moment ago.
    case .sudoWithPassword: ["sudo", "-k", "-S", "-p", "", "--"]
    case .doas: ["doas", "-n", "--"]
    }
  }

  private func script(answers: Bool) -> String {
    guard case .sudoWithPassword = self else { return Self.run }
    return answers ? "echo \(Self.ready); \(Self.swallow)echo \(Self.go); \(Self.run)" : Self.swallow + Self.run
  }
}
