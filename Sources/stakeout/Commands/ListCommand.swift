internal import ArgumentParser
internal import CaseModel
internal import CaseStore
internal import Checks
internal import Diagnoses

/// `stakeout list cases|checks|diagnoses|playbooks`.
struct ListCommand: AsyncParsableCommand {
  enum Subject: String, ExpressibleByArgument, CaseIterable { case cases, checks, diagnoses, playbooks }

  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List cases, checks, diagnoses or playbooks; `explain ID` tells more of a check or a diagnosis.")

  @Argument(help: "cases, checks, diagnoses, or the playbooks that come with Stakeout.") var subject: Subject
  @Option(help: "The folder that cases are made in.") var cases = "cases"
  @OptionGroup var verbosity: Verbosity

  func run() async throws {
    switch subject {
    case .checks: table(CheckCatalog.all.map { [$0.id, firstLine($0.about)] })
    case .diagnoses: table(DiagnosisCatalog.all.map { [$0.kind.rawValue, firstLine($0.explanation)] })
    case .playbooks: table(ShippedPlaybook.all().map { [ShippedPlaybook.name($0), about($0)] })
    case .cases:
      let rows = CaseTable(root: cases).rows()
      if !rows.isEmpty { table([CaseTable.header] + rows) }
    }
  }

  /// What a playbook's first line says, which is a comment.
  private func about(_ path: String) -> String {
    let text = (try? AtomicFile.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return String(firstLine(text).drop { $0 == "#" || $0 == " " })
  }

  private func firstLine(_ text: String) -> String { text.split(separator: "\n").first.map(String.init) ?? "" }

  private func table(_ rows: [[String]]) {
    for line in TextTable.lines(rows) { verbosity.console.result(line) }
  }
}
