internal import ArgumentParser
internal import CaseModel
internal import CaseStore
internal import Reporting

/// `stakeout report CASE`: the postmortem again, to stdout.
struct ReportCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument { case md, html, json }

  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Print a case's postmortem, judged again from disk.")

  @Argument(help: "The case's folder.") var folder: String
  @Option(help: "md, html or json.") var format: Format = .md
  @OptionGroup var verbosity: Verbosity

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      let judged = try await Investigation(console: console).look(try CaseFolder.open(folder))
      switch format {
      case .md: console.result(try judged.postmortem())
      case .html: console.result(try judged.page())
      case .json: console.result(try JSONText.document(judged.findings))
      }
    }
  }
}
