internal import ArgumentParser
internal import CaseModel

@main
struct Stakeout: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stakeout",
    abstract: "Investigate networks that sometimes fail.",
    discussion: """
      A playbook says what to capture and check on which hosts, and what ends the wait. `run` does it over SSH, aligns what \
      came back on one time line, and says what broke, where, and which frames prove it.

      The exit status is the verdict: 0 healthy, 1 root cause found, 2 inconclusive, 3 no verdict possible, 64 bad usage.
      """,
    version: Tool.name,
    subcommands: [
      InitCommand.self, ValidateCommand.self, PlanCommand.self, DoctorCommand.self, RunCommand.self,
      AnalyzeCommand.self,
      ReportCommand.self, ShowCommand.self, DiffCommand.self, ExportCommand.self, StatusCommand.self,
      StopCommand.self, CollectCommand.self, CleanupCommand.self, ListCommand.self, ExplainCommand.self,
      LabCommand.self,
    ])
}
