internal import CaseModel

/// One connection by the system's own `ssh`: whom to, by way of whom, how long it may take.
struct OpenSSHLogin: Sendable {
  let target: ConnectionTarget
  let resolution: SSHResolution
  let acceptsNew: Bool
  let timeout: Duration
  /// A peer from which nothing came for so long, though asked, counts as lost.
  let silence: Duration
  /// Whether somebody is there to be asked for a passphrase.
  let asks: Bool
  /// The command that reaches the host through what is already connected; nil leaves the way to the configuration.
  var proxyCommand: String?

  static let announcement = "stakeout-connected"

  /// - Returns: the same words for two logins exactly when one connection can serve both.
  var words: [String] {
    var words = ["ssh"]
    if let file = target.configFile { words += ["-F", file] }
    if let port = target.port { words += ["-p", String(port)] }
    if let user = target.user { words += ["-l", user] }
    if let key = target.privateKey { words += ["-i", key] }
    for (name, value) in settings { words += ["-o", "\(name)=\(value)"] }
    return words
  }

  func command(socket: String, askpass: String) -> ShellCommand {
    let command = ShellCommand(words: words + ["-M", "-N", "-S", socket, "--", target.address])
    guard asks else { return command }
    // DISPLAY is what asked for the program before OpenSSH 8.4.
    return command.with(environment: [
      (name: "SSH_ASKPASS", value: askpass), (name: "SSH_ASKPASS_REQUIRE", value: "force"),
      (name: "DISPLAY", value: ":0"),
    ])
  }

  /// What must hold whatever the configuration says; the rest is the configuration's.
  private var settings: [(name: String, value: String)] {
    let hasPassword = target.password == nil ? "no" : "yes"
    let interval = max(1, Int(silence.inSeconds / 3))
    var settings: [(name: String, value: String)] = [
      ("IgnoreUnknown", "ForkAfterAuthentication,StdinNull"), ("ForkAfterAuthentication", "no"), ("StdinNull", "no"),
      ("ControlPersist", "no"), ("BatchMode", asks ? "no" : "yes"), ("NumberOfPasswordPrompts", "1"),
      ("PasswordAuthentication", hasPassword), ("KbdInteractiveAuthentication", hasPassword),
      ("StrictHostKeyChecking", acceptsNew ? "accept-new" : "yes"), ("NoHostAuthenticationForLocalhost", "no"),
      ("UpdateHostKeys", "no"), ("LogLevel", "DEBUG1"), ("ConnectTimeout", "\(max(1, Int(timeout.inSeconds)))"),
      ("ConnectionAttempts", "1"), ("ServerAliveInterval", "\(interval)"), ("ServerAliveCountMax", "3"),
      ("ClearAllForwardings", "yes"), ("ForwardAgent", "no"), ("ForwardX11", "no"), ("RemoteCommand", "none"),
      ("RequestTTY", "no"), ("PermitLocalCommand", "yes"), ("LocalCommand", "echo \(Self.announcement)"),
    ]
    if let file = target.knownHosts { settings.append(("UserKnownHostsFile", "\"\(file)\"")) }
    if let proxyCommand {
      settings += [("ProxyCommand", proxyCommand)]
    }
    return settings
  }
}

/// A program that joins an established connection. Never makes one of its own: without the other it has only `false` to go by.
enum OpenSSHSlave {
  private static let words = ["ssh", "-F", "none", "-o", "ProxyCommand=false", "-o", "LogLevel=ERROR", "-T"]

  static func command(_ text: String, socket: String) -> ShellCommand {
    ShellCommand(words: words + ["-S", socket, "--", "stakeout", text])
  }

  static func control(_ order: String, socket: String) -> ShellCommand {
    ShellCommand(words: words + ["-S", socket, "-O", order, "--", "stakeout"])
  }

  /// One whose stdin and stdout are a connection that the other end of the established one makes.
  static func forward(to address: String, port: Int, socket: String) -> [String] {
    let bracketed = address.contains(":") ? "[\(address)]" : address
    return words + ["-S", socket, "-W", "\(bracketed):\(port)", "--", "stakeout"]
  }
}
