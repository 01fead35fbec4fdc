internal import ArgumentParser
internal import Running

/// How hosts are reached, where the inventory does not say otherwise.
struct ConnectionOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "Sessions opened at a time.") var forks = 10
  @Option(name: [.customShort("u"), .customLong("user")], help: "Log in as this user.") var user: String?
  @Option(help: "The key to log in with.") var privateKey: String?
  @Option(name: .customShort("F"), help: "Another ssh configuration file.") var sshConfig: String?
  @Flag(help: "Take the key of a host that is not known yet, and remember it.") var acceptNew = false

  func validate() throws {
    guard forks > 0 else { throw ValidationError("--forks must be at least 1") }
  }

  func apply(to request: inout RunRequest) {
    request.forks = forks
    request.connection = ConnectionDefaults(
      user: user, privateKey: privateKey, configFile: sshConfig, acceptNew: acceptNew)
  }
}
