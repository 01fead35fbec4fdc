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
  /// Off where other investigations run beside it.
  var usesAllCores = true

  /// What a run is made of, and what it was made from.
  struct Planned {
    let plan: Plan
    let inventory: Inventory
    /// As it was read.
    let playbookText: String
  }

  /// Text to typed values to exact commands. Touches nothing but the two files.
  func plan(_ request: RunRequest) throws -> Planned {
    let text = try RunRequest.playbookText(request.playbookPath)
    let playbook = try request.readPlaybook(text, console)
    let inventory = try request.readInventory(console)
    return Planned(
      plan: try console.accepting(makePlan(playbook, inventory, request.planOptions)), inventory: inventory,
      playbookText: text)
  }

  /// Finds on the hosts what a plan has only by its name. Changes nothing there.
  func resolve(_ plan: Plan, _ request: RunRequest) async -> (plan: Plan, failures: [Failure]) {
    let resolution = await Resolution.of(
      plan, connector: request.connector { [console] in console.detail($0) }, connection: request.connection,
      forks: request.forks)
    return (resolution.plan, resolution.failures)
  }

  /// The whole job.
  func runAndJudge(_ request: RunRequest) async throws -> (judged: Judged, exit: ExitCode) {
    let planned = try plan(request)
    let (folder, outcome) = try await run(planned, request)
    if outcome.hasDeparted {
      console.result(Detached(folder: folder, plan: planned.plan).words)
      throw ExitCode(outcome.failures.isEmpty ? ExitStatus.healthy : ExitStatus.inconclusive)
    }
    let judged = try await judge(folder)
    return (judged, outcome.wasAborted ? ExitCode(ExitStatus.interrupted) : judged.exit)
  }

  /// Runs a plan on its hosts into a new case folder. Returns when the hosts are clean again, or record without us.
  func run(
    _ planned: Planned, _ request: RunRequest
  ) async throws -> (folder: CaseFolder, outcome: RunOutcome) {
    let plan = planned.plan
    for part in plan.leftOut { console.always("`\(part)` is left out: it changes hosts, which --allow-changes allows") }
    console.say(plan.footprint)
    try request.consent?.toRun(plan)
    let before = try await measures(ofCaseAt: request.comparedCase)
    let folder = try CaseFolder.create(root: request.caseRoot, id: plan.id)
    try request.keepInputs(planned, in: folder)
    if let before { try folder.write(folder.encoded(before), to: CasePath.before) }
    try folder.save(manifest(plan))
    return (folder, try await drive(plan, request, plan.isDetached ? .departing : .whole, folder))
  }

  /// What the case is compared with. A damaged file of that does not keep it from being judged.
  private func measuresBefore(_ folder: CaseFolder) -> CaseMeasures? {
    do { return try folder.measuresBefore() } catch {
      console.error("\(error)")
      return nil
    }
  }

  /// What a run is to be compared with; told before any host is touched.
  private func measures(ofCaseAt path: String?) async throws -> CaseMeasures? {
    guard let path else { return nil }
    let judged = try await look(try CaseFolder.open(path))
    return try await OffPool.run { try judged.measures(ThreadWorkers(usesAllCores: usesAllCores)) }
  }

  /// Ends what a detached or broken-off run began, brings home what lies on the hosts, and judges it.
  func collect(_ folder: CaseFolder, _ request: RunRequest) async throws -> (judged: Judged, exit: ExitCode) {
    let earlier = try folder.manifest()
    guard earlier.state != .complete else {
      throw Failure(
        "complete", what: "could not collect case `\(folder.path)`",
        cause: "it is complete: no host has anything of it",
        hint: "`stakeout analyze \(folder.path)` judges it again")
    }
    var plan = try plan(request).plan
    let all = plan
    plan.hosts.removeAll { earlier.hasHandedOver($0.name) }
    let outcome = try await drive(plan, request, .returning, folder)
    try folder.save(manifest(all, outcome).completed(from: earlier))
    try folder.sealEvidence()
    let judged = try await judge(folder)
    return (judged, outcome.wasAborted ? ExitCode(ExitStatus.interrupted) : judged.exit)
  }

  /// Looks at what a run left on its hosts, or ends it there.
  func look(at folder: CaseFolder, _ request: RunRequest, stop: Bool) async throws -> UnitTable {
    let journal = try JournalFile(folder)
    let plan = try plan(request).plan
    let hosts = await StandingUnits.find(
      plan, connector: connector(request, journal), connection: request.connection, folder: folder, journal: journal,
      forks: request.forks, stop: stop, report: { _ in })
    // The journal has grown.
    if folder.exists(CasePath.hashes) { try folder.sealEvidence() }
    return UnitTable(hosts: hosts)
  }

  /// Sessions whose every command is in the journal.
  private func connector(_ request: RunRequest, _ journal: JournalFile) -> any Connector {
    let record: @Sendable (JournalEntry) -> Void = { [console] entry in
      journal.append(entry)
      console.detail(entry)
    }
    return RecordingConnector(request.connector(record), record: record)
  }

  /// Removes what runs left on hosts, all hosts at the same time.
  static func cleanUp(
    _ hosts: [Inventory.Host], _ choice: HostCleanup.Choice, _ request: RunRequest
  ) async -> [HostCleanup] {
    await withTaskGroup(of: (Int, HostCleanup).self) { group in
      for (number, host) in hosts.enumerated() {
        group.addTask {
          let cleanup = await HostCleanup.run(
            host, choice, connector: request.connector({ _ in }), connection: request.connection)
          return (number, cleanup)
        }
      }
      return await group.reduce(into: [(Int, HostCleanup)]()) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func drive(
    _ plan: Plan, _ request: RunRequest, _ course: RunMachine.Course, _ folder: CaseFolder
  ) async throws -> RunOutcome {
    let journal = try JournalFile(folder)
    let runner = Runner(
      plan: plan, course: course, connector: connector(request, journal),
      connection: request.connection, folder: folder, journal: journal, forks: request.forks,
      report: { report in
        console.show(report)
        request.observe(report)
      })
    let outcome = await Interrupts.during { await runner.run(interrupts: $0) }
    console.settle()
    if !outcome.hasDeparted { console.say(RunRecap(outcome: outcome).text) }
    if let error = journal.error { console.error("could not write every line of the journal: \(error)") }
    if course != .returning { try folder.save(manifest(plan, outcome)) }
    if !outcome.hasDeparted { try folder.sealEvidence() }
    return outcome
  }

  /// Judges a case from its folder, and writes what was found beside the evidence.
  func judge(_ folder: CaseFolder) async throws -> Judged {
    let judged = try await judge(
      try folder.manifest(), CaseReader(folder), hashes: folder.hashes(), before: measuresBefore(folder),
      keepsFlows: true, merges: true)
    return try await OffPool.run { try AnalysisWriter(folder: folder).write(judged) }
  }

  /// Judges a case from its folder, and writes nothing.
  /// - Parameters:
  ///   - keepsFlows: whether what every flow went through is to be written somewhere else.
  ///   - merges: whether the captures are to be merged.
  func look(_ folder: CaseFolder, keepsFlows: Bool = false, merges: Bool = false) async throws -> Judged {
    try await judge(
      try folder.manifest(), CaseReader(folder), hashes: folder.hashes(), before: measuresBefore(folder),
      keepsFlows: keepsFlows, merges: merges)
  }

  /// Judges captures that somebody took by hand. Writes nothing, unless told to make a case of them.
  /// - Parameter merges: whether the captures are to be merged afterwards.
  func judge(_ foreign: ForeignCase, output: String?, merges: Bool) async throws -> Judged {
    guard let output else { return try await judge(foreign.manifest, foreign, hashes: [:], merges: merges) }
    return try await judge(try CaseFolder.adopt(foreign, path: output))
  }

  /// - Parameters:
  ///   - before: what the case is compared with.
  ///   - keepsFlows: whether what every flow went through is to be written.
  ///   - merges: whether the captures are to be merged afterwards.
  private func judge(
    _ manifest: Manifest, _ tree: any FileTree, hashes: [String: String], before: CaseMeasures? = nil,
    keepsFlows: Bool = false, merges: Bool
  ) async throws -> Judged {
    FreedMemory.goesBack()
    return try await OffPool.run {
      let workers = ThreadWorkers(usesAllCores: usesAllCores)
      let evidence = readEvidence(manifest, from: tree)
      let spool = TemporarySpool()
      let timeline = try correlate(evidence, workers: workers, spool: spool)
      let scene = Scene(evidence: evidence, timeline: timeline)
      var links = merges ? try CausalLinks(timeline, spool: spool) : nil
      let pages = keepsFlows ? try FlowPages(scene, spool: spool) : nil
      let (judgement, notes) = try Diagnoses.judge(scene, workers: workers) { [links] story in
        StoryNote(backwards: try links?.note(story) ?? 0, page: try pages?.page(story))
      }
      let backwards = notes.lazy.map(\.backwards).max() ?? 0
      if links?.isTooNarrow(for: backwards) == true {
        let wider = try CausalLinks(timeline, backwards: backwards, spool: spool)
        _ = try timeline.eachStory(workers, keeping: { _, story in try wider.note(story) > 0 ? () : nil })
        links = wider
      }
      let flows = pages.map { (notes.compactMap(\.page), $0) }
      let comparison = try before.map {
        FindingsDocument.Comparison(before: $0, after: try caseMeasures(judgement, scene, workers: workers))
      }
      return Judged(
        scene: scene, judgement: judgement, flows: flows, links: links, hashes: hashes, comparison: comparison)
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

/// What judging keeps of one story for the documents.
private struct StoryNote: Sendable {
  /// How far its links go back in time at most, nanoseconds.
  let backwards: Int64
  let page: FlowPage?

  /// nil where there is nothing to keep.
  init?(backwards: Int64, page: FlowPage?) {
    (self.backwards, self.page) = (backwards, page)
    if backwards == 0, page == nil { return nil }
  }
}
