internal import ArgumentParser
internal import CaseModel
internal import Checks
internal import Diagnoses

/// `stakeout list cases|checks|diagnoses`.
struct ListCommand: AsyncParsableCommand {
  enum Subject: String, ExpressibleByArgument, CaseIterable { case cases, checks, diagnoses }

  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List cases, checks or diagnoses; `explain ID` tells more of one.")

  @Argument(help: "cases, checks or diagnoses.") var subject: Subject
  @Option(help: "The folder that cases are made in.") var cases = "cases"
  @OptionGroup var verbosity: Verbosity

  func run() async throws {
    switch subject {
    case .checks: table(CheckCatalog.all.map { [$0.id, firstLine($0.about)] })
    case .diagnoses: table(DiagnosisCatalog.all.map { [$0.kind.rawValue, firstLine($0.explanation)] })
    case .cases:
      let rows = CaseTable(root: cases).rows()
      if !rows.isEmpty { table([CaseTable.header] + rows) }
    }
  }

  private func firstLine(_ text: String) -> String { text.split(separator: "\n").first.map(String.init) ?? "" }

  private func table(_ rows: [[String]]) {
    let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
      verbosity.console.result(String(cells.reversed().drop { $0 == " " }.reversed()))
    }
  }
}
