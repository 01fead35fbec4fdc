internal import ArgumentParser
internal import CaseModel
internal import CaseStore
internal import Playbooks
internal import Running

/// `stakeout doctor -i INV`: whether a run could use the hosts.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look whether hosts can be used: reach, login, root, tools, disk, clock, MTUs.",
    discussion: "Nothing is changed on them. 0: all are fine; 2: some host is not, and what would help is said.")

  @Option(name: .shortAndLong, help: "The inventory; `-` is stdin.") var inventory: String
  @Option(name: .shortAndLong, help: "Only these hosts of the inventory.") var limit: String?
  @OptionGroup var connection: ConnectionOptions
  @Flag(help: "One JSON document on stdout.") var json = false
  @OptionGroup var verbosity: Verbosity

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      var request = RunRequest(playbookPath: "", inventoryPath: inventory)
      request.limit = limit
      connection.apply(to: &request)
      let hosts = try request.readInventory(console).hosts
      let connector = request.connector { console.detail($0) }
      let found = await Doctor(connector: connector, connection: request.connection, forks: request.forks).examine(
        hosts)
      console.result(
        json ? try JSONText.document(["hosts": found]) : Array(found.map(\.words).joined(separator: "\n").utf8) + [10])
      throw ExitCode(found.allSatisfy(\.isFine) ? ExitStatus.healthy : ExitStatus.inconclusive)
    }
  }
}

extension Examination {
  fileprivate var words: String {
    let width = findings.map(\.subject.count).max() ?? 0
    let lines = findings.flatMap { finding in
      let mark = finding.standing == .trouble ? "!" : finding.standing == .note ? "-" : " "
      let padding = String(repeating: " ", count: width - finding.subject.count)
      let hint = finding.hint.map { ["    \(String(repeating: " ", count: width))  hint: \($0)"] } ?? []
      return ["  \(mark) \(finding.subject)\(padding)  \(finding.says)"] + hint
    }
    return (["\(host)  \(isFine ? "fine" : "not fine")"] + lines).joined(separator: "\n")
  }
}
