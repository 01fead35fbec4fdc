internal import ArgumentParser
internal import CaseModel
internal import CaseStore
internal import Reporting

/// `stakeout report CASE`: the postmortem again, to stdout.
struct ReportCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument { case md, html, json }
  enum Tongue: String, ExpressibleByArgument { case en, zh }

  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Print a case's postmortem, judged again from disk.")

  @Argument(help: "The case's folder.") var folder: String
  @Option(help: "md, html or json.") var format: Format = .md
  @Option(help: "en or zh; names, commands, fields and files stay as they are.") var language: Tongue = .en
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard language == .en || format != .json else {
      throw ValidationError("`--language` goes with md and html: fields of the JSON document have one name")
    }
  }

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      let judged = try await Investigation(console: console).look(try CaseFolder.open(folder))
      let language: Language = language == .zh ? .zh : .en
      switch format {
      case .md: console.result(try judged.postmortem(language: language))
      case .html: console.result(try judged.page(language: language))
      case .json: console.result(try JSONText.document(judged.findings))
      }
    }
  }
}
