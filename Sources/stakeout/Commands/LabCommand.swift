internal import ArgumentParser
internal import CaseModel
internal import Lab

/// `stakeout lab`: the incidents on this machine, over real SSH.
struct LabCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab",
    abstract: "Incidents on this machine: hosts as network namespaces, real SSH, real faults (root).",
    subcommands: [List.self, Run.self, Up.self, Down.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The incidents, and the labs that stand now.")
    @OptionGroup var verbosity: Verbosity

    func run() async throws {
      let width = IncidentCatalog.all.map(\.name.count).max() ?? 0
      for incident in IncidentCatalog.all {
        verbosity.console.result("\(incident.name.padded(to: width))  \(incident.shows)")
      }
      for lab in StandingLab.all() { verbosity.console.result("standing: \(lab.name) (\(lab.inventoryPath))") }
    }
  }

  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Run an incident with its fault and mended, and compare the verdicts with the truth.",
      discussion: "Exits 0 only if every verdict was right.")
    @Argument(help: "An incident, or `all`.") var incident: String
    @Option(help: "The folder that cases are made in.") var cases = "cases"
    @OptionGroup var verbosity: Verbosity

    func run() async throws {
      let console = verbosity.console
      try await console.reporting {
        var results: [LabTrial.Result] = []
        for incident in try LabCommand.incidents(incident) {
          for variant in IncidentVariant.allCases {
            let result = try await LabTrial(incident: incident, variant: variant, console: console, cases: cases).run()
            console.result(result.words)
            console.result(
              "that run's exit status: \(result.exit.rawValue)\(result.isRight ? ", as expected" : "")\n")
            results.append(result)
          }
        }
        console.result(LabCommand.table(results))
        guard results.allSatisfy(\.isRight) else { throw ExitCode(ExitStatus.rootCause) }
      }
    }
  }

  struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Bring an incident's hosts up and leave them; the last line is the path of a ready inventory.")
    @Argument(help: "An incident.") var incident: String
    @Flag(help: "Mended, as its control.") var control = false
    @OptionGroup var verbosity: Verbosity

    func run() async throws {
      let console = verbosity.console
      try await console.reporting {
        guard let incident = try LabCommand.incidents(incident).first else { return }
        var options = LabOptions()
        options.isOwned = false
        options.variant = control ? .control : .fault
        let lab = try await Lab.up(incident, options)
        do { try await lab.startTraffic() } catch {
          try await lab.down()
          throw error
        }
        console.result("log in:    ssh -F \(lab.sshConfigPath) \(lab.hosts.map(\.name.text).joined(separator: "|"))")
        for (name, value) in lab.variables.sorted(by: { $0.key < $1.key }) {
          console.result("variable:  -e \(name)=\(value)")
        }
        console.result("provoke:   \(lab.provokePath)")
        console.result("take down: stakeout lab down \(incident.name)")
        console.result(lab.inventoryPath)
      }
    }
  }

  struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take labs down, also after a crash.")
    @Argument(help: "An incident, or `all`.") var incident = "all"
    @OptionGroup var verbosity: Verbosity

    func run() async throws {
      let console = verbosity.console
      try await console.reporting {
        for lab in StandingLab.all() where incident == "all" || lab.incident == incident || lab.name == incident {
          try await lab.down()
          console.result("took down \(lab.name)")
        }
      }
    }
  }

  static func incidents(_ name: String) throws(Failure) -> [any Incident] {
    if name == "all" { return IncidentCatalog.all }
    if let incident = IncidentCatalog.named(name) { return [incident] }
    throw Failure(
      "unknown-incident", what: "could not find incident `\(name)`", cause: "the lab has none of that name",
      hint: "the incidents are \(IncidentCatalog.all.map { "`\($0.name)`" }.joined(separator: ", "))")
  }

  static func table(_ results: [LabTrial.Result]) -> String {
    let rows =
      [["incident", "network", "verdict", "which was", "took"]]
      + results.map { result in
        [
          result.incident, result.variant == .fault ? "broken" : "mended", result.isRight ? "right" : "WRONG",
          result.says,
          "\((result.seconds * 10).rounded() / 10) s",
        ]
      }
    let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}

extension String {
  /// With spaces at its end, to `width` characters.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
