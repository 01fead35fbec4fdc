internal import CaseModel
internal import Planning
internal import Playbooks
internal import Synchronization

/// What goes on while captures record: heartbeats, clock samples, probes, and what ends the wait.
final class Watch: Sendable {
  private let plan: Plan
  private let sessions: [HostSession]
  private let context: RunContext
  private let send: @Sendable (RunMachine.Event) -> Void
  private let hasEnded = Mutex(false)
  /// Foreground probes and captures that still run, by host and unit.
  private let running: Mutex<(probes: Set<String>, captures: Set<String>)>

  init(
    plan: Plan, sessions: [HostSession], context: RunContext, send: @escaping @Sendable (RunMachine.Event) -> Void
  ) {
    self.plan = plan
    self.sessions = sessions
    self.context = context
    self.send = send
    running = Mutex(
      (
        probes: Set(
          plan.hosts.flatMap { host in host.probes.filter(\.isForeground).map { "\(host.name)/\($0.unit.name)" } }),
        captures: Set(plan.hosts.flatMap { host in host.captures.map { "\(host.name)/\($0.unit.name)" } })
      ))
  }

  func end() { hasEnded.withLock { $0 = true } }

  private var isOver: Bool { hasEnded.withLock { $0 } }

  func begin(_ group: inout TaskGroup<Void>) {
    let (plan, send) = (plan, send)
    group.addTask { [self] in
      await wait(plan.playbook.wait)
      send(
        .triggered(
          TriggerRecord(
            kind: .duration, occurred: !plan.playbook.namesATrigger, at: ControllerClock.now(),
            says: "the wait of \(plan.playbook.wait.written) is over")))
    }
    group.addTask { [self] in
      await eachSession { [self] session, peers in
        await startProbes(session, peers)
        // A host whose probes are slow to start keeps no other host waiting for its heartbeat.
        await beats(session)
      }
    }
  }

  /// What begins once everything records; what does not is told, and the run goes on.
  func startProbes() async {
    await eachSession { [self] session, peers in await startProbes(session, peers) }
  }

  private func startProbes(_ session: HostSession, _ peers: [UInt8]) async {
    await session.endIdleBeats()
    do throws(Failure) { try await session.startProbes(peers: peers) } catch { context.report(.failure(error)) }
  }

  /// All hosts at the same time, each given where probes find each other.
  private func eachSession(_ body: @escaping @Sendable (HostSession, [UInt8]) async -> Void) async {
    let peers = await peers()
    await withTaskGroup(of: Void.self) { hosts in
      for session in sessions { hosts.addTask { await body(session, peers) } }
    }
  }

  /// Asked for only where some probe speaks to others.
  private func peers() async -> [UInt8] {
    guard plan.hosts.contains(where: { !$0.probes.isEmpty }) else { return [] }
    return await withTaskGroup(of: String.self) { hosts in
      for session in sessions { hosts.addTask { await session.peers() } }
      return Array(await hosts.reduce(into: "") { $0 += $1 }.utf8)
    }
  }

  /// Sleeps, but not beyond the end of the watch.
  private func wait(_ duration: Duration) async {
    let deadline = ContinuousClock.now + duration
    while !isOver, ContinuousClock.now < deadline {
      try? await Task.sleep(for: min(.milliseconds(100), deadline - ContinuousClock.now))
    }
  }

  private func beats(_ session: HostSession) async {
    let name = session.name
    var isLost = false
    while !isOver {
      do throws(Failure) {
        if isLost { try await session.reconnect() }
        let answer = try await session.heartbeat()
        if isLost { context.report(.host(name, "connected again")) }
        isLost = false
        note(answer, await session.plan)
        try await session.readDuring()
        let begun = try await session.noticeReplacements(answer.units)
        running.withLock { running in for unit in begun { running.captures.insert("\(name)/\(unit.name)") } }
        await look(for: session.plan.triggers, in: answer, session)
      } catch {
        if !isLost {
          context.report(.host(name, "lost; its keeper goes on without us for now"))
          context.note(name, event: "failure", "\(error.what): \(error.cause)")
        }
        isLost = true
        await session.drop()
      }
      await wait(context.interval)
    }
  }

  /// The first trigger of all hosts ends the wait: what comes later changes nothing.
  private func look(for triggers: [TriggerPlan], in answer: BeatAnswer, _ session: HostSession) async {
    let ended = answer.units.filter { $0.phase == .ended(.died) }.map(\.name)
    for trigger in triggers where ended.contains(trigger.unit.name) {
      if let record = await session.fired(trigger) { send(.triggered(record)) }
    }
  }

  private func note(_ answer: BeatAnswer, _ plan: HostPlan) {
    let host = plan.name
    var ended: Set<String> = []
    var bytes: Int64 = 0
    for unit in answer.units {
      // A capture whose container has gone away may go on in the next one.
      if case .ended = unit.phase, !(unit.phase == .ended(.died) && plan.isReplaceable(unit.name)) {
        ended.insert("\(host)/\(unit.name)")
      }
      bytes &+= unit.bytes
    }
    context.report(.progress(host, "recording, \(ByteCount(bytes: bytes / 1000 * 1000)) so far"))
    let (hadProbes, probesDone, capturesDone) = running.withLock { running in
      let hadProbes = !running.probes.isEmpty
      let hadCaptures = !running.captures.isEmpty
      running.probes.subtract(ended)
      running.captures.subtract(ended)
      return (hadProbes, running.probes.isEmpty, hadCaptures && running.captures.isEmpty)
    }
    if hadProbes, probesDone, !self.plan.playbook.namesATrigger {
      send(
        .probesEnded(
          TriggerRecord(kind: .duration, occurred: true, at: ControllerClock.now(), says: "the probes have ended")))
    } else if capturesDone {
      send(
        .triggered(
          TriggerRecord(
            kind: .none, occurred: false, at: ControllerClock.now(), says: "every capture has reached its limit")))
    }
  }
}

extension HostPlan {
  /// Whether it is a capture inside a container.
  fileprivate func isReplaceable(_ unit: String) -> Bool {
    guard let capture = captures.first(where: { $0.unit.name == unit }) else { return false }
    return namespaces.contains { $0.name == capture.namespace && $0.look != nil }
  }
}
