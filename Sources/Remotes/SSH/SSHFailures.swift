internal import CLibSSH2
internal import CaseModel

/// How this module words what goes wrong on the way to a host. One sentence each; a test pins them.
extension Failure {
  /// The code of a handshake that came to nothing before anybody said who they are.
  static let noCommonAlgorithm = "transport-unsupported"

  static func command(
    _ command: ShellCommand, _ host: HostName, _ trouble: SSHTrouble, timeout: Duration, stderr: [UInt8] = []
  ) -> Failure {
    let stderr = String(decoding: stderr, as: UTF8.self)
    return switch trouble {
    case .expired: .timedOut(command, host, timeout, stderr: Array(stderr.utf8))
    case .cancelled: .cancelled(command, host)
    case .lost(let reason):
      Failure(
        "connection-lost", host: host, what: "lost the connection to \(host) during a command", cause: reason,
        command: FailedCommand(text: command.text, ending: "no status: the connection was lost", stderr: stderr),
        left: "the command may still run on \(host)")
    case .refused(let code, let message):
      Failure(
        "command-not-started", host: host, what: "could not run a command on \(host)",
        cause: "the server said no (\(message), libssh2 \(code))",
        command: FailedCommand(text: command.text, ending: "no status", stderr: stderr),
        hint: "its sshd may allow fewer sessions per connection (`MaxSessions`) or no commands (`ForceCommand`)")
    }
  }

  static func commandTooLong(_ command: ShellCommand, _ host: HostName, _ bytes: Int) -> Failure {
    Failure(
      "command-not-started", host: host, what: "could not run a command on \(host)",
      cause: "it is \(bytes) bytes long, and \(LoginShellCommand.longest) is what one SSH packet carries")
  }

  static func unexpected(_ error: any Error, _ host: HostName) -> Failure {
    Failure("internal", host: host, what: "could not use the session with \(host)", cause: "\(error)")
  }

  static func unreachable(_ host: HostName, _ address: String, _ port: Int, _ cause: String) -> Failure {
    Failure(
      "unreachable", host: host, what: "could not connect to \(host) (`\(address)` port \(port))", cause: cause)
  }

  static func configuration(_ host: HostName, _ cause: String) -> Failure {
    Failure(
      "ssh-config", host: host, what: "could not work out how to reach \(host)", cause: cause,
      hint: "`ssh -G` must accept the same host")
  }

  static func unsupported(_ host: HostName, _ reason: String) -> Failure {
    Failure(
      noCommonAlgorithm, host: host, what: "could not connect to \(host) by libssh2",
      cause: "it cannot do that: \(reason)",
      left: "nothing was sent to it", hint: "`transport: auto` lets the system's ssh do it")
  }

  static func handshake(_ host: HostName, _ trouble: SSHTrouble, timeout: Duration) -> Failure {
    switch trouble {
    case .expired:
      Failure(
        "unreachable", host: host, what: "could not connect to \(host)",
        cause: "the SSH handshake was not done within \(timeout.brief)")
    case .cancelled:
      Failure("cancelled", host: host, what: "did not connect to \(host)", cause: "the run was interrupted")
    case .lost(let reason):
      Failure(
        "unreachable", host: host, what: "could not connect to \(host)", cause: "\(reason) during the SSH handshake",
        hint: "too many logins at once (`MaxStartups`), or what listens there is no SSH server")
    case .refused(LIBSSH2_ERROR_KEX_FAILURE, let message), .refused(LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE, let message),
      .refused(LIBSSH2_ERROR_METHOD_NONE, let message):
      Failure(
        noCommonAlgorithm, host: host, what: "could not connect to \(host)",
        cause: "no common algorithm with its SSH server (\(message))",
        hint: "`transport: openssh` lets the system's ssh do it")
    case .refused(let code, let message):
      Failure(
        "unreachable", host: host, what: "could not connect to \(host)",
        cause: "the SSH handshake failed (\(message), libssh2 \(code))", hint: "is it an SSH server that listens there?"
      )
    }
  }

  static func loginBrokenOff(_ host: HostName, user: String, _ trouble: SSHTrouble, tried: [String]) -> Failure {
    let cause =
      switch trouble {
      case .expired: "no answer to \(tried.last ?? "the first key") in time"
      case .cancelled: "the run was interrupted"
      case .lost(let reason): "\(reason) after \(tried.joined(separator: ", "))"
      case .refused(_, let message): message
      }
    return Failure(
      trouble == .cancelled ? "cancelled" : "authentication", host: host,
      what: "could not log in to \(host) as `\(user)`", cause: cause,
      hint: tried.count > 4
        ? "servers take few keys per login (`MaxAuthTries`); `IdentitiesOnly yes` offers fewer" : nil)
  }

  static func hostKeyUnknown(_ host: HostName, name: String, type: String, fingerprint: String, file: String) -> Failure
  {
    Failure(
      "host-key-unknown", host: host, what: "could not verify \(host)",
      cause: "`\(file)` has no key for `\(name)`, which shows the \(type) key \(fingerprint)",
      left: "nothing was sent to it but the handshake",
      hint: "compare the fingerprint and add the key (`ssh \(name)` asks), or use `--accept-new`")
  }

  static func hostKeyChanged(
    _ host: HostName, name: String, type: String, fingerprint: String, known: [String]
  ) -> Failure {
    Failure(
      "host-key-changed", host: host, what: "could not verify \(host)",
      cause:
        "`\(name)` shows the \(type) key \(fingerprint), but is known by another one (\(known.joined(separator: ", ")))",
      left: "nothing was sent to it but the handshake",
      hint:
        "someone may be in between; if the key was replaced on purpose, `ssh-keygen -R '\(name)'` forgets the old one")
  }

  static func hostKeyRevoked(_ host: HostName, name: String, fingerprint: String) -> Failure {
    Failure(
      "host-key-revoked", host: host, what: "could not verify \(host)",
      cause: "`\(name)` shows the key \(fingerprint), which is marked `@revoked`",
      left: "nothing was sent to it but the handshake")
  }

  static func authentication(
    _ host: HostName, user: String, tried: [String], skipped: [String], cause: String
  ) -> Failure {
    let notes = skipped.isEmpty ? nil : "not tried: " + skipped.joined(separator: "; ")
    return Failure(
      "authentication", host: host,
      what: "could not log in to \(host) as `\(user)`",
      cause: tried.isEmpty ? cause : "\(cause) (tried \(tried.joined(separator: ", ")))", left: notes,
      hint: tried.isEmpty && skipped.isEmpty
        ? "give `--private-key`, or load a key into ssh-agent" : nil)
  }
}
