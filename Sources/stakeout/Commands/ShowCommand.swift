internal import ArgumentParser
internal import CaseModel
internal import CaseStore
internal import Correlation
internal import Diagnoses
internal import Reporting

/// `stakeout show CASE [FLOW|FINDING]`: one connection across the vantages, in the terminal.
struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one connection packet by packet across the vantages.",
    discussion: """
      Without FLOW or FINDING: the connection that the leading finding cites first. On a terminal through $PAGER, or less.

        stakeout show cases/latest
        stakeout show cases/latest F2
        stakeout show cases/latest flow-17 --width 160
      """)

  @Argument(help: "The case's folder.") var folder: String
  @Argument(help: "A connection (`flow-3`) or a finding (`F1`).") var subject: String?
  @Option(help: "Columns; the terminal's unless told.") var width: Int?
  @OptionGroup var verbosity: Verbosity

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      let judged = try await Investigation(console: console).look(try CaseFolder.open(folder))
      let (flow, finding) = try chosen(judged)
      let style = ConnectionText(width: width ?? Console.columns ?? 100, color: Console.wantsColor)
      guard let text = try style.text(judged.judgement, judged.scene, flow: flow, finding: finding) else {
        throw Failure(
          "no-connection", what: "could not show a connection of `\(folder)`", cause: "its captures hold none")
      }
      console.page(text)
    }
  }

  private func chosen(_ judged: Judged) throws(Failure) -> (flow: Int?, finding: JudgedFinding?) {
    guard let subject else { return (nil, nil) }
    if let finding = judged.judgement.findings.first(where: { $0.id == subject }) { return (nil, finding) }
    if let flow = judged.scene.timeline.flows.firstIndex(where: { $0.name.text == subject }) { return (flow, nil) }
    throw Failure(
      "unknown-id", what: "could not show `\(subject)`",
      cause: "the case has no connection and no finding of that name",
      hint: "`\(CasePath.findings)` names the findings, `\(CasePath.flows)` every connection")
  }
}
