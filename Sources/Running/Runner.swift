public import CaseModel
public import CaseStore
public import Planning
internal import Playbooks
public import Remotes

/// Drives a plan on its hosts: takes events, asks the state machine, performs what it says. The only place that does.
public struct Runner: Sendable {
  private let plan: Plan
  private let context: RunContext
  private let sessions: [HostSession]
  private let course: RunMachine.Course

  /// - Parameter forks: sessions opened at a time.
  public init(
    plan: Plan, course: RunMachine.Course = .whole, connector: any Connector, connection: ConnectionDefaults,
    folder: CaseFolder, journal: JournalFile,
    forks: Int = 10, clockSamples: Int = 20, report: @escaping @Sendable (RunReport) -> Void
  ) {
    self.plan = plan
    self.course = course
    context = RunContext(
      connector: connector, connection: connection, folder: folder, journal: journal, forks: ForkLimit(forks),
      clockSamples: clockSamples,
      // Often enough that silence never begins by itself, and once a second for the clock.
      interval: min(.seconds(1), plan.timers.silence / 4), patience: plan.timers.silence + plan.timers.grace,
      report: report)
    sessions = plan.hosts.map { [context] in HostSession(plan: $0, run: context, isReturning: course == .returning) }
  }

  /// Runs to the end, whatever happens on the way; what went wrong is in the manifest's hosts.
  ///
  /// - Parameter interrupts: what the user does meanwhile.
  public func run(interrupts: AsyncStream<Interruption>) async -> RunOutcome {
    var machine = RunMachine(
      hosts: plan.hosts.map(\.name), capturing: Set(plan.hosts.filter { !$0.captures.isEmpty }.map(\.name)),
      course: course, namesATrigger: plan.playbook.namesATrigger)
    let (events, send) = AsyncStream.makeStream(of: RunMachine.Event.self)
    let listener = Task { for await interruption in interrupts { send.yield(interruption.event) } }
    let watch = Watch(plan: plan, sessions: sessions, context: context, send: { send.yield($0) })
    send.yield(.begin)
    await withTaskGroup(of: Void.self) { group in
      for await event in events {
        let phase = machine.phase
        report(event, in: phase)
        let effects = machine.handle(event)
        if machine.phase != phase { context.note(nil, event: "phase", "\(machine.phase)") }
        if machine.phase > .lingering { watch.end() }
        for effect in effects { perform(effect, send, watch, &group) }
        if machine.phase == .done { break }
      }
      watch.end()
      // Nothing but timers can still be waiting here.
      group.cancelAll()
    }
    listener.cancel()
    send.finish()
    return await RunOutcome(machine, plan, sessions)
  }

  private func perform(
    _ effect: RunMachine.Effect, _ send: AsyncStream<RunMachine.Event>.Continuation, _ watch: Watch,
    _ group: inout TaskGroup<Void>
  ) {
    switch effect {
    case .perform(let host, let phase):
      guard let session = sessions.first(where: { $0.name == host }) else { return }
      group.addTask { send.yield(await Self.attempt(session, phase)) }
    case .wait(let hosts):
      context.report(.recording(hosts: hosts, wait: plan.playbook.wait))
      watch.begin(&group)
    case .depart:
      let silence = plan.isDetached ? nil : awayFor
      group.addTask {
        await watch.startProbes()
        await leave(for: silence)
        send.yield(.departed)
      }
    case .leave:
      watch.end()
      let silence = awayFor
      group.addTask {
        await leave(for: silence)
        send.yield(.departed)
      }
    case .linger:
      let then = plan.playbook.then
      group.addTask {
        try? await Task.sleep(for: then)
        send.yield(.lingered)
      }
    case .nothingToWaitFor: context.report(.run("no capture records; what was started is stopped and kept"))
    case .finish: send.finish()
    }
  }

  /// All hosts at the same time: no heartbeat goes out meanwhile, and one host that does not answer would use up the others'
  /// patience.
  private func leave(for silence: Duration?) async {
    await withTaskGroup(of: Void.self) { hosts in
      for session in sessions { hosts.addTask { await session.leave(for: silence) } }
    }
  }

  /// How long hosts that did not expect to be left are told to go on.
  private var awayFor: Duration { plan.playbook.wait + plan.playbook.then }

  private static func attempt(_ session: HostSession, _ phase: RunMachine.Phase) async -> RunMachine.Event {
    do {
      try await session.perform(phase)
      return .done(session.name, phase)
    } catch { return .failed(session.name, phase, error) }
  }

  private func report(_ event: RunMachine.Event, in phase: RunMachine.Phase) {
    switch event {
    case .failed(let host, let phase, let failure):
      context.report(.failure(failure))
      context.report(.host(host, "failed while \(phase)"))
      context.journal.append(
        JournalEntry(
          at: ControllerClock.now(), event: "failure", host: host, says: "\(failure.what): \(failure.cause)",
          command: failure.command?.text, ending: failure.command?.ending, stderr: failure.command?.stderr))
    case .triggered(let record), .probesEnded(let record):
      // What comes after the first ends nothing.
      guard phase == .waiting else { return }
      let says = record.says ?? record.kind.rawValue
      context.report(.run(record.host.map { "\(says) (\($0))" } ?? says))
      context.note(record.host, event: "trigger", says)
    case .interrupted: context.note(nil, event: "trigger", "interrupted by the operator")
    case .hungUp: context.note(nil, event: "phase", "the terminal has gone away")
    case .begin, .done, .lingered, .departed: break
    }
  }
}

/// What a user does to a run from outside.
public enum Interruption: Sendable {
  /// Ctrl-C, or being asked to end.
  case ended(at: HostTime)
  /// The terminal has gone away.
  case hungUp

  fileprivate var event: RunMachine.Event {
    switch self {
    case .ended(let at): .interrupted(at: at)
    case .hungUp: .hungUp
    }
  }
}
