internal import ArgumentParser
internal import CaseModel
internal import CaseStore
internal import Correlation
internal import Diagnoses
internal import Evidence
internal import Merging
internal import Planning
internal import Playbooks
internal import Remotes
internal import Reporting
internal import Running
internal import Wire

/// The stages, in order. This is the page to read first.
///
///     playbook + inventory -> plan -> run -> CASE FOLDER -> evidence -> timeline -> judgement -> postmortem
///          (text)           (exact   (hosts)               (read)     (aligned,   (findings)    (told)
///                            commands)                                correlated)
///
/// Left of the case folder hosts are touched, and only by the runner. Right of it everything is a function of the folder.
struct Investigation {
  let console: Console

  /// Text to typed values to exact commands. Touches nothing but the two files.
  func plan(_ request: RunRequest) throws -> (plan: Plan, inventory: Inventory) {
    let playbook = try request.readPlaybook(console)
    let inventory = try request.readInventory(console)
    return (try console.accepting(makePlan(playbook, inventory, request.planOptions)), inventory)
  }

  /// The whole job.
  func runAndJudge(_ request: RunRequest) async throws -> (judged: Judged, exit: ExitCode) {
    let (plan, inventory) = try plan(request)
    let (folder, outcome) = try await run(plan, inventory, request)
    let judged = try await judge(folder)
    return (judged, outcome.wasAborted ? ExitCode(ExitStatus.interrupted) : judged.exit)
  }

  /// Runs a plan on its hosts into a new case folder. Returns when the hosts are clean again.
  func run(
    _ plan: Plan, _ inventory: Inventory, _ request: RunRequest
  ) async throws -> (folder: CaseFolder, outcome: RunOutcome) {
    for refusal in plan.unsupported.dropLast() { console.error("\(refusal)") }
    if let refusal = plan.unsupported.last { throw refusal }
    try request.consent?.toRun(plan)
    let folder = try CaseFolder.create(root: request.caseRoot, id: plan.id)
    let journal = try JournalFile(folder)
    try request.keepInputs(plan, inventory, in: folder)
    try folder.save(manifest(plan))
    let record: @Sendable (JournalEntry) -> Void = { entry in
      journal.append(entry)
      console.detail(entry)
    }
    let runner = Runner(
      plan: plan, connector: RecordingConnector(request.connector(record), record: record),
      connection: request.connection, folder: folder, journal: journal, forks: request.forks,
      report: { report in
        console.show(report)
        request.observe(report)
      })
    let outcome = await Interrupts.during { await runner.run(interrupts: $0) }
    console.settle()
    if let error = journal.error { console.error("could not write every line of the journal: \(error)") }
    try folder.save(manifest(plan, outcome))
    try folder.sealEvidence()
    return (folder, outcome)
  }

  /// Judges a case from its folder, and writes what was found beside the evidence.
  func judge(_ folder: CaseFolder) async throws -> Judged {
    let judged = try await judge(
      try folder.manifest(), CaseReader(folder), hashes: folder.hashes(), keepsFlows: true, merges: true)
    return try AnalysisWriter(folder: folder).write(judged)
  }

  /// Judges a case from its folder, and writes nothing.
  func look(_ folder: CaseFolder) async throws -> Judged {
    try await judge(try folder.manifest(), CaseReader(folder), hashes: folder.hashes(), merges: false)
  }

  /// Judges captures that somebody took by hand. Writes nothing, unless told to make a case of them.
  /// - Parameter merges: whether the captures are to be merged afterwards.
  func judge(_ foreign: ForeignCase, output: String?, merges: Bool) async throws -> Judged {
    guard let output else { return try await judge(foreign.manifest, foreign, hashes: [:], merges: merges) }
    return try await judge(try CaseFolder.adopt(foreign, path: output))
  }

  /// - Parameters:
  ///   - keepsFlows: whether what every flow went through is to be written.
  ///   - merges: whether the captures are to be merged afterwards.
  private func judge(
    _ manifest: Manifest, _ tree: any FileTree, hashes: [String: String], keepsFlows: Bool = false, merges: Bool
  ) async throws -> Judged {
    try await OffPool.run {
      let workers = ThreadWorkers()
      let evidence = readEvidence(manifest, from: tree)
      let spool = TemporarySpool()
      let timeline = try correlate(evidence, workers: workers, spool: spool)
      let scene = Scene(evidence: evidence, timeline: timeline)
      var links = merges ? try CausalLinks(timeline, spool: spool) : nil
      let pages = keepsFlows ? try FlowPages(scene, spool: spool) : nil
      let (judgement, notes) = try Diagnoses.judge(scene, workers: workers) { [links] story in
        (backwards: try links?.note(story), page: try pages?.page(story))
      }
      let backwards = notes.lazy.compactMap(\.backwards).max() ?? 0
      if links?.isTooNarrow(for: backwards) == true {
        let wider = try CausalLinks(timeline, backwards: backwards, spool: spool)
        _ = try timeline.eachStory(workers) { try wider.note($0) }
        links = wider
      }
      let flows = pages.map { (notes.compactMap(\.page), $0) }
      return Judged(scene: scene, judgement: judgement, flows: flows, links: links, hashes: hashes)
    }
  }

  private func manifest(_ plan: Plan, _ outcome: RunOutcome? = nil) -> Manifest {
    Manifest(
      id: plan.id, tool: Tool.name, state: outcome?.state ?? .running, playbook: plan.playbook.name,
      hosts: outcome?.hosts ?? plan.hosts.map { HostRecord(name: $0.name, roles: $0.roles) },
      captures: outcome?.captures ?? [], checks: plan.hosts.flatMap(\.checks), external: plan.external,
      trigger: outcome?.trigger ?? .none, lookFor: plan.playbook.lookForTexts, armedSpread: outcome?.armedSpread)
  }
}
