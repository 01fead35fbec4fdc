internal import ArgumentParser
internal import CaseModel
internal import Playbooks
internal import Running

/// `stakeout cleanup -i INV`: proves that nothing of ours is left, or names what is.
struct CleanupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cleanup", abstract: "Remove what broken-off runs left on the hosts, and prove that nothing is left.",
    discussion: """
      A case that is alive is left alone, unless it is named or --all is given: then it ends first. What was captured and not \
      collected is removed with it. 0: nothing is left; 2: something is, and named.
      """)

  @Option(name: .shortAndLong, help: "The inventory.") var inventory: String
  @Option(name: .shortAndLong, help: "Only these hosts of the inventory.") var limit: String?
  @Option(name: .customLong("case"), help: "This case only, alive or not.") var id: String?
  @Flag(help: "Every case, alive or not.") var all = false
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard id == nil || !all else { throw ValidationError("--case and --all exclude each other") }
  }

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      var request = RunRequest(playbookPath: "", inventoryPath: inventory)
      request.limit = limit
      connection.apply(to: &request)
      let hosts = try request.readInventory(console).hosts
      let choice: HostCleanup.Choice = all ? .all : id.map { .one(CaseID($0)) } ?? .orphans
      let found = await Investigation.cleanUp(hosts, choice, request)
      for host in found { if let failure = host.failure { console.error("\(failure)") } }
      console.result(found.map(\.words).joined(separator: "\n"))
      throw ExitCode(found.allSatisfy(\.isClean) ? ExitStatus.healthy : ExitStatus.inconclusive)
    }
  }
}

extension HostCleanup {
  fileprivate var words: String {
    if failure != nil { return "\(host)  unknown: it could not be looked at" }
    if leftovers.isEmpty { return "\(host)  clean" }
    return leftovers.map { leftover in
      let size = ByteCount(bytes: leftover.bytes)
      return leftover.left.map { "\(host)  \(leftover.id) is left (\(size)): \($0)" }
        ?? "\(host)  \(leftover.id) removed (\(size))"
    }.joined(separator: "\n")
  }
}
