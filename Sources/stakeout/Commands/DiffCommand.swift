internal import ArgumentParser
internal import CaseModel
internal import CaseStore
internal import Correlation
internal import Diagnoses
internal import FoundationEssentials
internal import Reporting

/// `stakeout diff CASE[:FLOW] CASE[:FLOW]`: good against bad, to the first place where they part.
struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show where two dialogues part: a good one and a bad one.",
    discussion: """
      FLOW is flow-3, key:TEXT (the connection whose client says TEXT, from there on) or A:PORT-B:PORT. Without it the left is a \
      connection that nothing is said against, the right the one that the leading finding is about. What messages say is shown \
      only for key:TEXT. The exit status: 0 the same, 1 they part.

        stakeout diff cases/latest cases/latest
        stakeout diff cases/latest:key:13800138000 cases/latest:key:13900139000
        stakeout diff cases/before:flow-3 cases/after:10.0.0.5:48640-10.0.0.9:80
      """)

  @Argument(help: "CASE[:FLOW], the good one.") var left: String
  @Argument(help: "CASE[:FLOW], the bad one.") var right: String
  @Option(help: "Columns; the terminal's unless told.") var width: Int?
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    _ = try (Side(left), Side(right))
  }

  func run() async throws {
    let console = verbosity.console
    try await console.reporting {
      let (one, other) = (try Side(left), try Side(right))
      let investigation = Investigation(console: console)
      let judgedRight = try await investigation.look(try CaseFolder.open(other.folder))
      let judgedLeft =
        one.folder == other.folder ? judgedRight : try await investigation.look(try CaseFolder.open(one.folder))
      let bad = try account(other, other.choice ?? .bad, judgedRight)
      let good = try account(one, one.choice ?? .good(than: bad.acceptor), judgedLeft)
      let comparison = DialogueComparison(good, bad)
      let style = ComparisonText(
        width: width ?? Console.columns ?? 120, showsWords: one.asksForWords || other.asksForWords)
      console.result(style.text(comparison, names: (one.folder, other.folder)))
      if comparison.parting != nil { throw ExitCode(1) }
    }
  }

  private func account(_ side: Side, _ choice: FlowChoice, _ judged: Judged) throws -> DialogueAccount {
    if let account = try DialogueAccount(of: choice, in: judged.scene, judged.judgement) { return account }
    throw Failure(
      "no-connection", what: "could not compare `\(side.text)`", cause: "the case has no such connection",
      hint: "name one: `\(side.folder):flow-3`, `\(side.folder):key:TEXT`; `\(CasePath.flows)` lists all")
  }

  /// `CASE[:FLOW]`, taken apart. A folder's name may hold colons: the longest that is there counts.
  private struct Side {
    let text: String
    let folder: String
    let choice: FlowChoice?

    init(_ text: String) throws(ValidationError) {
      self.text = text
      let colons = text.indices.filter { text[$0] == ":" }
      let ends = [text.endIndex] + colons.reversed()
      let end =
        ends.first { FileManager.default.fileExists(atPath: String(text[..<$0])) } ?? colons.first ?? text.endIndex
      folder = String(text[..<end])
      guard end < text.endIndex else {
        choice = nil
        return
      }
      guard let named = FlowChoice(String(text[text.index(after: end)...])) else {
        throw ValidationError(
          "`\(text[text.index(after: end)...])` names no connection: say flow-3, key:TEXT or A:PORT-B:PORT")
      }
      choice = named
    }

    var asksForWords: Bool { if case .key = choice { true } else { false } }
  }
}
