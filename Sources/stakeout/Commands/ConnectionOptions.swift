internal import ArgumentParser
internal import CaseModel
internal import Remotes
internal import Running

/// How hosts are reached, where the inventory does not say otherwise.
struct ConnectionOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "Sessions opened at a time.") var forks = 10
  @Option(name: [.customShort("u"), .customLong("user")], help: "Log in as this user.") var user: String?
  @Option(help: "The key to log in with.") var privateKey: String?
  @Option(name: .customShort("F"), help: "Another ssh configuration file.") var sshConfig: String?
  @Option(name: .customShort("J"), help: "Jump hosts, as for ssh: [USER@]HOST[:PORT],...") var jump: String?
  @Flag(name: .shortAndLong, help: "Work as root, by sudo or doas.") var become = false
  @Flag(
    name: [.customShort("K"), .customLong("ask-become-pass")], help: "Ask for sudo's password, where it wants one.")
  var askBecomePassword = false
  @Option(name: .customLong("become-password-file"), help: "Read sudo's password from this file's first line.")
  var becomePasswordFile: String?
  @Flag(help: "Take the key of a host that is not known yet, and remember it.") var acceptNew = false

  func validate() throws {
    guard forks > 0 else { throw ValidationError("--forks must be at least 1") }
    guard !askBecomePassword || becomePasswordFile == nil else {
      throw ValidationError("-K and --become-password-file exclude each other")
    }
  }

  /// Had only when a host's sudo wants it.
  private var becomePassword: DefaultConnector.PasswordSource {
    if let becomePasswordFile { return .file(becomePasswordFile) }
    return askBecomePassword ? .asked : .none
  }

  func apply(to request: inout RunRequest) {
    request.forks = forks
    request.becomes = become
    request.connection = ConnectionDefaults(
      user: user, privateKey: privateKey, configFile: sshConfig, acceptNew: acceptNew)
    request.connection.jump = jump
    let (passphrases, password) = (Passphrases(ask: Terminal.ask), becomePassword)
    request.connector = { DefaultConnector(passphrases: passphrases, becomePassword: password, note: $0) }
  }
}
