internal import CaseModel

/// Finds out how a session's commands can become root's: without a password where that is allowed, then with one.
struct Privilege {
  typealias Password = @Sendable () async throws(Failure) -> Secret?

  let become: Become
  /// Where a password comes from, if the host has none of its own and sudo wants one.
  let password: Password?

  private static let timeout = Duration.seconds(30)
  /// Says who we are, then what will do.
  private static let probe: StaticString = """
    id -un
    if [ "$(id -u)" = 0 ]; then echo root; exit 0; fi
    if [ "$1" != doas ] && command -v sudo > /dev/null 2>&1; then
      if sudo -n -- /bin/sh -c :; then echo sudo; exit 0; fi
      [ "$2" = password ] && { echo ask; exit 0; }
    fi
    if [ "$1" != sudo ] && command -v doas > /dev/null 2>&1; then
      if doas -n -- /bin/sh -c :; then echo doas; exit 0; fi
    fi
    echo none
    """

  /// The session with root's rights.
  func take(on remote: any Remote) async throws(Failure) -> (remote: any Remote, says: String) {
    let hasPassword = become.password != nil || password != nil ? "password" : "none"
    let outcome = try await remote.run(
      ShellCommand(script: Self.probe, arguments: [become.method.rawValue, hasPassword]), timeout: Self.timeout)
    let lines = outcome.text.split(separator: "\n").map(String.init)
    let user = lines.first ?? "?"
    switch lines.last {
    case "root": return (remote, "the login is root's own")
    case "sudo": return elevated(remote, .sudo, user)
    case "doas": return elevated(remote, .doas, user)
    case "ask":
      var secret = become.password
      if secret == nil { secret = try await password?() }
      guard let secret else { break }
      try await check(secret, on: remote, user)
      return elevated(remote, .sudoWithPassword(secret), user)
    default: break
    }
    throw .notElevated(remote.host, user, outcome.errorText, wasGivenPassword: become.password != nil)
  }

  static func password(in path: String) throws(Failure) -> Secret {
    guard let line = SmallFile.read(path)?.split(whereSeparator: \.isNewline).first, !line.isEmpty else {
      throw Failure(
        "local-file", what: "could not read sudo's password from `\(path)`", cause: "there is no line in it to be read")
    }
    return Secret(String(line))
  }

  private func elevated(_ remote: any Remote, _ elevation: Elevation, _ user: String) -> (any Remote, String) {
    (PrivilegedRemote(remote: remote, elevation: elevation), "`\(user)` becomes root by \(elevation.name)")
  }

  /// Once only, and nothing after it that sudo could take for a second try: no account gets locked.
  private func check(_ password: Secret, on remote: any Remote, _ user: String) async throws(Failure) {
    let command = Elevation.sudoWithPassword(password).command(ShellCommand(words: ["true"]))
    let outcome = try await remote.run(
      command, input: Array("\(password.revealed)\n".utf8), limit: 4096, timeout: Self.timeout)
    guard outcome.isSuccess else {
      throw .notElevated(remote.host, user, outcome.errorText, wasGivenPassword: true)
    }
  }
}

extension Failure {
  fileprivate static func notElevated(
    _ host: HostName, _ user: String, _ stderr: String, wasGivenPassword: Bool
  ) -> Failure {
    let words = stderr.split(separator: "\n").map(String.init).filter { !$0.isEmpty }
    return Failure(
      "privilege", host: host, what: "could not become root on \(host) as `\(user)`",
      cause: words.isEmpty ? "there is neither sudo nor doas" : words.suffix(2).joined(separator: "; "),
      left: "nothing was changed there",
      hint: (wasGivenPassword ? "" : "`-K` asks for sudo's password; ")
        + "a sudoers line that suffices: `\(Become.sudoersLine(user: user))`")
  }

  static func notElevated(_ host: HostName, _ elevation: Elevation, _ cause: String) -> Failure {
    Failure("privilege", host: host, what: "could not become root on \(host) by \(elevation.name)", cause: cause)
  }
}
