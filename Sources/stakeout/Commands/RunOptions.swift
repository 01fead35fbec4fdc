internal import ArgumentParser
internal import CaseModel
internal import Planning
internal import Playbooks

/// What `plan` and `run` have in common.
struct RunOptions: ParsableArguments {
  @Argument(help: "The playbook: a file, or one of `list playbooks` by its name.") var playbook: String
  @Option(name: .shortAndLong, help: "The inventory.") var inventory: String?
  @Option(name: .customLong("host"), help: "ROLE=NAME: a host by its ssh name, when there is no inventory.")
  var hosts: [ForeignArgument.Pair] = []
  @Option(name: [.customShort("e"), .customLong("extra-vars")], help: "NAME=VALUE: a variable of the playbook.")
  var variables: [ForeignArgument.Pair] = []
  @Option(name: .shortAndLong, help: "Only these hosts of the inventory: names, separated by commas.") var limit:
    String?
  @Flag(help: "The playbook's instruments may change hosts while the run lasts; every change is undone.")
  var allowChanges = false
  @OptionGroup var connection: ConnectionOptions
  @Option(help: "The folder that cases are made in.") var cases = "cases"
  @Option(help: .hidden) var silence: Int = 30
  @Option(help: .hidden) var grace: Int = 30

  func validate() throws {
    guard inventory != nil || !hosts.isEmpty else {
      throw ValidationError("name the hosts: -i INVENTORY, or --host ROLE=NAME for each role")
    }
    guard inventory == nil || hosts.isEmpty else { throw ValidationError("-i and --host exclude each other") }
  }

  var request: RunRequest {
    var request = RunRequest(playbookPath: playbook, inventoryPath: inventory)
    request.hostArguments = hosts.map { ($0.name, $0.value) }
    request.variables = Dictionary(variables.map { ($0.name, $0.value) }, uniquingKeysWith: { _, new in new })
    request.limit = limit
    request.caseRoot = cases
    request.allowsChanges = allowChanges
    request.timers = Plan.Timers(silence: .seconds(max(1, silence)), grace: .seconds(max(0, grace)))
    connection.apply(to: &request)
    return request
  }
}
