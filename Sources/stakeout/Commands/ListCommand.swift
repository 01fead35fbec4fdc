internal import ArgumentParser
internal import CaseModel
internal import CaseStore
internal import Checks
internal import Diagnoses
internal import FoundationEssentials

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
    case .cases: table(rows())
    }
  }

  private func rows() -> [[String]] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: cases)) ?? []
    return names.filter { $0 != "latest" }.sorted().compactMap { name in
      guard let folder = try? CaseFolder.open("\(cases)/\(name)"), let manifest = try? folder.manifest() else {
        return nil
      }
      let findings = (try? folder.read(CasePath.findings)).flatMap {
        try? JSONText.decode(FindingsDocument.self, from: $0)
      }
      let root = findings?.findings.first { $0.standing == .rootCause }
      let verdict =
        root.map { "\($0.kind.rawValue) (\($0.certainty.rawValue))" } ?? findings?.verdict.rawValue ?? "not judged"
      return [name, manifest.state.rawValue, verdict, manifest.playbook ?? "taken by hand"]
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
