internal import ArgumentParser
internal import CaptureFilters
internal import CaseModel
internal import CaseStore
internal import Playbooks

/// `stakeout validate PLAYBOOK...`: every problem with line, column and a hint.
struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check playbooks: every problem with its line and column, filters compiled.")

  @Argument(help: "The playbooks.") var playbooks: [String]
  @OptionGroup var verbosity: Verbosity

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      var isFine = true
      for path in playbooks {
        let text = try RunRequest.playbookText(path)
        let parsed = parsePlaybook(
          text, file: path, variables: [:], fillMissing: true, filterProblem: captureFilterProblem)
        do { _ = try console.accepting(parsed) } catch is RejectedText { isFine = false }
      }
      guard isFine else { throw ExitCode(ExitStatus.usage) }
      console.result(playbooks.count == 1 ? "`\(playbooks[0])` is fine" : "\(playbooks.count) playbooks are fine")
    }
  }
}
