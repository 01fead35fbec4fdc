internal import ArgumentParser
internal import CaseModel
internal import Planning
internal import Reporting

/// `stakeout plan PLAYBOOK -i INV`: what would run where.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Say what would run where: every command, the worst-case bytes. Touches nothing.")

  @OptionGroup var options: RunOptions
  @Flag(help: "One JSON document on stdout.") var json = false
  @OptionGroup var verbosity: Verbosity

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      let plan = try Investigation(console: console).plan(options.request).plan
      console.result(json ? try JSONText.document(plan) : Array(SafeText.visibleLines(plan.text).utf8))
    }
  }
}
