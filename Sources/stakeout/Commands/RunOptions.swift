internal import ArgumentParser
internal import CaseModel
internal import Planning
internal import Playbooks
internal import Running

/// What `plan` and `run` have in common: the texts and how to reach the hosts.
struct RunOptions: ParsableArguments {
  @Argument(help: "The playbook.") var playbook: String
  @Option(name: .shortAndLong, help: "The inventory.") var inventory: String?
  @Option(name: .customLong("host"), help: "ROLE=NAME: a host by its ssh name, when there is no inventory.")
  var hosts: [ForeignArgument.Pair] = []
  @Option(name: [.customShort("e"), .customLong("extra-vars")], help: "NAME=VALUE: a variable of the playbook.")
  var variables: [ForeignArgument.Pair] = []
  @Option(name: .shortAndLong, help: "Only these hosts of the inventory: names, separated by commas.") var limit:
    String?
  @Option(name: .shortAndLong, help: "Sessions opened at a time.") var forks = 10
  @Option(name: [.customShort("u"), .customLong("user")], help: "Log in as this user.") var user: String?
  @Option(help: "The key to log in with.") var privateKey: String?
  @Option(name: .customShort("F"), help: "Another ssh configuration file.") var sshConfig: String?
  @Flag(help: "Take the key of a host that is not known yet, and remember it.") var acceptNew = false
  @Option(help: "The folder that cases are made in.") var cases = "cases"
  @Option(help: .hidden) var silence: Int = 30
  @Option(help: .hidden) var grace: Int = 30

  func validate() throws {
    guard inventory != nil || !hosts.isEmpty else {
      throw ValidationError("name the hosts: -i INVENTORY, or --host ROLE=NAME for each role")
    }
    guard inventory == nil || hosts.isEmpty else { throw ValidationError("-i and --host exclude each other") }
    guard forks > 0, silence > 0, grace >= 0 else { throw ValidationError("--forks must be at least 1") }
  }

  var request: RunRequest {
    var request = RunRequest(playbookPath: playbook, inventoryPath: inventory)
    request.hostArguments = hosts.map { ($0.name, $0.value) }
    request.variables = Dictionary(variables.map { ($0.name, $0.value) }, uniquingKeysWith: { _, new in new })
    request.limit = limit
    request.caseRoot = cases
    request.forks = forks
    request.timers = Plan.Timers(silence: .seconds(silence), grace: .seconds(grace))
    request.connection = ConnectionDefaults(
      user: user, privateKey: privateKey, configFile: sshConfig, acceptNew: acceptNew)
    return request
  }
}
