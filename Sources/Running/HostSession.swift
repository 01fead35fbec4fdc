internal import CaseModel
internal import CaseStore
internal import Planning
internal import Remotes

/// One host through all phases of a run: its watch session, its two conversations, and what was learnt of its captures.
actor HostSession {
  let name: HostName
  /// Without what was to be done in namespaces that are not there, once they were looked for.
  var plan: HostPlan
  let run: RunContext
  var watch: (any Remote)?
  var beat: (any Conversation)?
  var clock: (any Conversation)?
  var clockLog: ClockLog?
  /// Unit states by unit name, as the host last told.
  var units: [String: UnitState] = [:]
  /// Everything that was recorded on the host is in the case.
  var hasHandedOver = false
  /// Units whose start was accepted.
  var started: [String] = []
  /// When each capture began to record, by the host's clock.
  var armed: [HostTime?] = []
  var fetched: [VantageName: CaptureRecord] = [:]
  /// Readings in between, by the plan's readouts: how many, and when the latest.
  var readings: [Int: (number: Int, at: ContinuousClock.Instant)] = [:]
  /// Units of which everything is in the case.
  var brought: Set<String> = []
  /// How many containers of each name there have been.
  var generations: [NamespaceName: Int] = [:]
  /// When its two conversations were last asked something.
  var askedBeat = ContinuousClock.now
  var askedClock = ContinuousClock.now
  /// Without a question for so long, they may be about to end.
  var hearing: Duration { Self.listening(run.patience) - .seconds(3) }
  /// Heartbeats while this host has to wait for others.
  private var idleBeats: Task<Void, Never>?
  /// When the host last answered.
  var heard = ContinuousClock.now
  /// The command after which it did not even do the smallest.
  var unanswered: Failure?
  /// The stop could not be asked for.
  private var mustStop = false
  /// What came while nobody watched, with its instant on the controller's clock.
  var cameUnwatched: (record: TriggerRecord, at: Int64)?

  /// What it did was begun by an earlier run.
  let isReturning: Bool
  /// Nothing on the host is to notice that somebody is there.
  let isLooking: Bool

  init(plan: HostPlan, run: RunContext, isReturning: Bool = false, isLooking: Bool = false) {
    self.isReturning = isReturning
    self.isLooking = isLooking
    self.plan = plan
    name = plan.name
    self.run = run
  }

  func perform(_ phase: RunMachine.Phase) async throws(Failure) {
    await endIdleBeats()
    switch phase {
    case .connecting: if isReturning { try await attach() } else { try await connect() }
    case .checkingBefore: try await readChecks(.before)
    case .arming:
      try await arm()
      beginIdleBeats()
    case .stopping: try await end()
    case .checkingAfter: try await persist { () async throws(Failure) in try await finishChecks() }
    case .fetching:
      if mustStop { try await end() }
      try await persist { () async throws(Failure) in try await fetch() }
    case .cleaning: try await persist { () async throws(Failure) in try await clean() }
    case .waiting, .lingering, .done: break
    }
  }

  /// What records here must not take it for silence that some other host is slow to start.
  private func beginIdleBeats() {
    guard beat != nil else { return }
    let interval = run.interval
    idleBeats = Task {
      while (try? await Task.sleep(for: interval)) != nil {
        // In a task of its own: a question that is broken off leaves its answer behind.
        await Task { _ = try? await heartbeat() }.value
      }
    }
  }

  /// Returns when none is under way any more.
  func endIdleBeats() async {
    idleBeats?.cancel()
    await idleBeats?.value
    idleBeats = nil
  }

  private func end() async throws(Failure) {
    do throws(Failure) {
      try await persist { () async throws(Failure) in try await stop() }
      mustStop = false
    } catch {
      mustStop = await isWayBroken(error)
      throw error
    }
  }

  func connect() async throws(Failure) {
    run.report(.host(plan.name, "connecting"))
    try await openWatch()
    guard let watch else { return }
    try await expectSuccess(watch, plan.prepare.command, what: "make `\(plan.folder)`")
    for (name, bytes) in KeeperScripts.all { try await watch.push(bytes, to: "\(plan.folder)/\(name)", mode: 0o700) }
    try await openConversations(watch)
    try await sampleClock(times: run.clockSamples)
    try await findNamespaces(watch)
    run.report(.host(plan.name, "connected"))
  }

  func leaveOut(_ namespaces: Set<NamespaceName>) {
    plan = plan.without(namespaces)
  }

  func openWatch() async throws(Failure) {
    await run.forks.enter()
    do throws(Failure) {
      watch = try await run.connector.connect(plan.login.target(run.connection))
      await run.forks.leave()
    } catch {
      await run.forks.leave()
      throw error
    }
  }

  func openConversations(_ watch: any Remote) async throws(Failure) {
    // Nobody is to stand there for long after we are gone without a word.
    let patience = "\(Self.listening(run.patience).components.seconds)"
    (askedBeat, askedClock) = (.now, .now)
    beat = try await watch.converse(
      ShellCommand(words: ["/bin/sh", plan.watchPath, plan.folder, patience] + (isLooking ? ["quiet"] : [])))
    clock = try await watch.converse(ShellCommand(words: ["/bin/sh", plan.clockPath, patience]))
    guard let first = try await clock?.ask("method", timeout: .seconds(10)).answer.split(separator: " "),
      first.count == 3, first[0] == "clock", let quantum = Int64(first[2])
    else {
      throw Failure(
        "clock", host: plan.name, what: "could not ask \(plan.name) for its time",
        cause: "the clock loop did not answer")
    }
    heard = .now
    clockLog = clockLog ?? ClockLog(host: plan.name, method: String(first[1]), quantum: quantum, samples: [])
  }

  /// How long a conversation stays on the host with nobody who asks.
  private static func listening(_ patience: Duration) -> Duration {
    .seconds(max(15, patience.components.seconds / 2))
  }

  /// After the connection was lost: a new watch session to the same units, which went on without us.
  func reconnect() async throws(Failure) {
    await watch?.close()
    (watch, beat, clock) = (nil, nil, nil)
    try await openWatch()
    if let watch { try await openConversations(watch) }
    run.note(plan.name, event: "retry", "connected again")
  }

  func session() async throws(Failure) -> any Remote {
    if watch == nil || beat == nil { try await reconnect() }
    guard let watch else { throw plan.lost }
    return watch
  }

  func expectSuccess(_ remote: any Remote, _ command: ShellCommand, what: String) async throws(Failure) {
    let outcome = try await remote.run(command)
    guard outcome.isSuccess else {
      throw plan.failure(command, outcome, "refused", what: "could not \(what) on \(plan.name)")
    }
  }
}
