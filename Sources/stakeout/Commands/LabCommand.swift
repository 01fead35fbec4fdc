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
      let rows = IncidentCatalog.all.map { [$0.name, $0.shows] }
      for line in TextTable.lines(rows) { verbosity.console.result(line) }
      for lab in StandingLab.all() {
        let state = lab.user.map { "used by process \($0)" } ?? "standing"
        verbosity.console.result("\(state): \(lab.name) (\(lab.inventoryPath))")
      }
    }
  }

  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Run an incident with its fault and mended, and compare the verdicts with the truth.",
      discussion: "Several stand side by side, and a table says how they went. Exits 0 only if every verdict was right."
    )
    @Argument(help: "An incident, or `all`.") var incident: String
    @Option(help: "The folder that cases are made in.") var cases = "cases"
    @Option(help: "Labs that stand at the same time.") var atOnce = 4
    @Option(help: "Labs for each incident, each with other names, addresses, ports, sizes and clocks.") var times = 1
    @Option(help: "What names, addresses, ports, sizes and clocks are drawn from; the same number gives the same ones.")
    var seed: UInt64?
    @Flag(help: "Without segmentation and receive offloads: captures show every packet at its size on the wire.")
    var noOffloads = false
    @Option(help: "Set the last host's clock by so many seconds while it records; one incident alone.") var stepClock:
      Int?
    @Option(help: "A shipped playbook in place of the incident's own; only the kind of trouble is compared then.")
    var playbook: String?
    @OptionGroup var verbosity: Verbosity

    func validate() throws {
      guard (1...64).contains(atOnce) else { throw ValidationError("--at-once wants a number from 1 to 64") }
      guard stepClock == nil || incident != "all" && times == 1 else {
        throw ValidationError("--step-clock is for one incident")
      }
      guard (1...1000).contains(times) else { throw ValidationError("--times wants a number from 1 to 1000") }
    }

    func run() async throws {
      let console = verbosity.console
      try await console.reporting {
        let incidents = try LabCommand.incidents(incident)
        var options = LabOptions(seed: seed ?? .random(in: 1 ... .max))
        options.offloads = !noOffloads
        if let obstacle = Lab.obstacle() {
          throw Failure("lab-obstacle", what: "could not run the lab", cause: obstacle, hint: LabCommand.remedy)
        }
        let (results, wasInterrupted) =
          incidents.count == 1 && times == 1
          ? (try await inTurn(incidents[0], options, console), false)
          : await LabTrials(
            incidents: incidents, console: console, cases: cases, atOnce: atOnce, times: times, options: options,
            playbook: playbook
          ).run()
        tell(results, seed: options.seed, console)
        if wasInterrupted || results.contains(where: { $0.exit?.rawValue == ExitStatus.interrupted }) {
          throw ExitCode(ExitStatus.interrupted)
        }
        guard results.allSatisfy(\.isRight) else { throw ExitCode(ExitStatus.rootCause) }
      }
    }

    /// One incident, where a person looks on.
    private func inTurn(
      _ incident: any Incident, _ options: LabOptions, _ console: Console
    ) async throws -> [LabTrial.Result] {
      var results: [LabTrial.Result] = []
      for variant in IncidentVariant.allCases {
        let result = try await LabTrial(
          incident: incident, variant: variant, console: console, cases: cases, options: options,
          playbook: playbook, clockStep: stepClock.map { .seconds($0) }, comparedCase: results.last?.caseFolder
        ).run()
        console.result(result.words)
        console.result(
          "that run's exit status: \(result.exit?.rawValue ?? ExitStatus.noVerdict)"
            + "\(result.isRight ? ", as expected" : "")\n")
        results.append(result)
      }
      return results
    }

    private func tell(_ results: [LabTrial.Result], seed: UInt64, _ console: Console) {
      let wrong = results.filter { !$0.isRight }
      for result in wrong where results.count > 2 {
        console.result("\(LabTable.line(result))\n\(result.words)\n")
      }
      console.result(LabTable(results: results).text)
      for result in wrong { console.result("WRONG: \(LabTable.line(result))") }
      if !wrong.isEmpty { console.result("the same again: --seed \(seed)") }
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
    static let configuration = CommandConfiguration(
      abstract: "Take labs down that were left standing, also after a crash.",
      discussion: "A lab that a running process still uses is left alone, unless it is called by its own name.")
    @Argument(help: "An incident, `all`, or a lab's own name as `lab list` tells it.") var incident = "all"
    @OptionGroup var verbosity: Verbosity

    func run() async throws {
      let console = verbosity.console
      try await console.reporting {
        for lab in StandingLab.all() where incident == "all" || lab.incident == incident || lab.name == incident {
          if let user = lab.user, lab.name != incident {
            console.result(
              "left \(lab.name), which process \(user) uses; `stakeout lab down \(lab.name)` takes it all the same")
            continue
          }
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

  /// What most often brings a lab up.
  static let remedy = "run as root, after `Scripts/install-packages lab`"
}
