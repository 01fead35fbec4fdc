internal import ArgumentParser
internal import CaseModel
internal import Checks
internal import Diagnoses

/// `stakeout explain ID`: what a check reads, or what a kind of trouble means.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say what a check reads, or what a kind of trouble means.")

  @Argument(help: "A check or a diagnosis, as `list` names it.") var id: String
  @OptionGroup var verbosity: Verbosity

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      let diagnosis = DiagnosisCatalog.all.first { $0.kind.rawValue == id }
      guard let text = diagnosis?.explanation ?? CheckCatalog.check(id)?.about else {
        throw Failure(
          "unknown-id", what: "could not explain `\(id)`", cause: "there is no check or diagnosis of that name",
          hint: "`stakeout list checks` and `stakeout list diagnoses` show all")
      }
      console.result(text)
      if let diagnosis {
        console.result("\nIt wants, best first:\n" + diagnosis.wants.map { "- \($0)" }.joined(separator: "\n"))
        let symptoms = diagnosis.explains.map(\.rawValue).joined(separator: ", ")
        if !symptoms.isEmpty { console.result("\nIt explains, on the same connections: \(symptoms).") }
      }
    }
  }
}
