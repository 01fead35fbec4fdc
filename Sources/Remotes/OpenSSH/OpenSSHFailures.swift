internal import CaseModel

/// How trouble with the system's `ssh` is told of: its kind from what it said, its cause in its own words.
extension Failure {
  static func openSSH(
    _ login: OpenSSHLogin, _ trouble: OpenSSHTrouble, plan: LoginPlan, known: KnownHostsFiles
  ) -> Failure {
    let host = login.target.host
    switch trouble {
    case .cancelled: return .handshake(host, .cancelled, timeout: login.timeout)
    case .expired(let words):
      let cause = "not logged in within \(login.timeout.brief)"
      return .unreachable(
        host, login.resolution.hostname, login.resolution.port,
        words.text.isEmpty ? cause : "\(cause); ssh says: \(words.text)")
    case .refused(let words):
      if let failure = untrusted(login, words, known) { return failure }
      if words.says("Permission denied") || words.says("Too many authentication failures") {
        return .refusedLogin(login, words, plan)
      }
      if words.says("Unable to negotiate") {
        return Failure(
          "transport-unsupported", host: host, what: "could not connect to \(host)", cause: words.text,
          hint: "`ssh` on this machine and the server there have no algorithm in common")
      }
      return .unreachable(
        host, login.resolution.hostname, login.resolution.port,
        words.text.isEmpty ? "`ssh` does not say why" : words.text)
    }
  }

  /// Nil unless the host's own key is the trouble: one on the way to it has shown none of this host.
  private static func untrusted(_ login: OpenSSHLogin, _ words: OpenSSHWords, _ known: KnownHostsFiles) -> Failure? {
    guard let shown = words.hostKey else { return nil }
    let parts = shown.split(separator: " ").map(String.init)
    let (type, fingerprint) = (parts.first ?? "unknown", parts.last ?? "(unreadable)")
    let host = login.target.host
    let name = login.resolution.knownHostNames.first ?? host.text
    if words.says("REVOKED HOST KEY") || words.says("is marked as revoked") || words.says("revoked") {
      return .hostKeyRevoked(host, name: name, fingerprint: fingerprint)
    }
    if words.says("HOST IDENTIFICATION HAS CHANGED") {
      return .hostKeyChanged(host, name: name, type: type, fingerprint: fingerprint, known: known.found.types)
    }
    if words.says("Host key verification failed") || words.says("key is known for") {
      return .hostKeyUnknown(host, name: name, type: type, fingerprint: fingerprint, file: known.firstFile)
    }
    return nil
  }

  private static func refusedLogin(_ login: OpenSSHLogin, _ words: OpenSSHWords, _ plan: LoginPlan) -> Failure {
    let tried = words.offered.isEmpty ? "no key was offered" : "tried \(words.offered.joined(separator: ", "))"
    let locked = plan.encrypted(agent: []).filter { path in !words.offered.contains("`\(path)`") }.map {
      "`\($0)`: it is encrypted, and the agent does not hold it"
    }
    let tooMany = words.says("Too many authentication failures")
    return Failure(
      "authentication", host: login.target.host,
      what: "could not log in to \(login.target.host) as `\(plan.user)`", cause: "\(words.text) (\(tried))",
      left: locked.isEmpty ? nil : "not tried: " + locked.joined(separator: "; "),
      hint: tooMany
        ? "servers take few keys per login (`MaxAuthTries`); `IdentitiesOnly yes` offers fewer"
        : words.offered.isEmpty ? "give `--private-key`, or load a key into ssh-agent" : nil)
  }

  /// A command from which no status came.
  static func unfinished(
    _ command: ShellCommand, _ host: HostName, hasStarted: Bool, loss: String?, stderr: String
  ) -> Failure {
    if let loss {
      return Failure(
        "connection-lost", host: host, what: "lost the connection to \(host) during a command", cause: loss,
        command: FailedCommand(text: command.text, ending: "no status: the connection was lost", stderr: stderr),
        left: "the command may still run on \(host)")
    }
    guard hasStarted else {
      let words = stderr.split(separator: "\n").first.map(String.init)
      return Failure(
        "command-not-started", host: host, what: "could not run a command on \(host)",
        cause: "the server said no (\(words ?? "without a word"))",
        command: FailedCommand(text: command.text, ending: "no status", stderr: stderr),
        hint: "its sshd may allow fewer sessions per connection (`MaxSessions`) or no commands (`ForceCommand`)")
    }
    return Failure(
      "no-status", host: host, what: "could not learn how a command on \(host) ended",
      cause: "its shell there was ended before it could say",
      command: FailedCommand(text: command.text, ending: "no status", stderr: stderr),
      left: "the command may still run on \(host)")
  }

  static func bastion(_ hop: String, _ host: HostName, _ failure: Failure) -> Failure {
    Failure(
      failure.code, host: host, what: "could not reach \(host) by way of `\(hop)`",
      cause: "\(failure.what): \(failure.cause)",
      left: failure.left, hint: failure.hint)
  }
}
