internal import CaseModel
internal import Planning
internal import Remotes

/// Starting captures until each is confirmed to record, and stopping them until each has ended.
extension HostSession {
  func arm() async throws(Failure) {
    guard !plan.captures.isEmpty || !plan.logs.isEmpty || !plan.undoable.isEmpty else { return }
    let remote = try await session()
    for (unit, begun, undo) in plan.undoable {
      try await remote.push(Array(undo.utf8), to: "\(plan.folder)/\(unit.undoFile)", mode: 0o600)
      try await start(unit, begun, remote)
    }
    for log in plan.logs { try await start(log.unit, log.start, remote) }
    run.report(.host(plan.name, "starting \(plan.captures.count) capture\(plan.captures.count == 1 ? "" : "s")"))
    for capture in plan.captures { try await start(capture.unit, capture.start, remote) }
    try await settle(within: .seconds(15)) { if case .starting = $0 { false } else { true } }
    for capture in plan.captures {
      guard case .recording(let time, _) = units[capture.unit.name] else { throw await captureFailure(capture, remote) }
      armed.append(time)
    }
    for rearm in plan.namespaces.compactMap(\.rearm) {
      try await remote.push(Array(rearm.script.utf8), to: rearm.path, mode: 0o600)
      try await start(rearm.unit, rearm.start, remote)
    }
    run.report(.host(plan.name, "recording"))
  }

  /// When each capture was armed, in seconds on the controller's clock, as far as the host's clock is known.
  var armedAt: [Double] {
    guard let clockLog else { return [] }
    return armed.compactMap { time in
      guard let time, let offset = SampledOffset(clockLog, about: time) else { return nil }
      return Double(time.nanoseconds &- offset.nanoseconds) / 1e9
    }
  }

  func start(_ unit: KeeperUnit, _ start: Start, _ remote: any Remote) async throws(Failure) {
    try await expectSuccess(remote, start.command, what: "start \(start.what)")
    started.append(unit.name)
  }

  /// - Parameter peers: the file of the probes' targets.
  func startProbes(peers: [UInt8]) async throws(Failure) {
    guard !plan.probes.isEmpty || !plan.triggers.isEmpty else { return }
    let remote = try await session()
    if !plan.probes.isEmpty { try await remote.push(peers, to: plan.peersPath, mode: 0o600) }
    for probe in plan.probes { try await start(probe.unit, probe.start, remote) }
    for trigger in plan.triggers { try await start(trigger.unit, trigger.start, remote) }
  }

  func stop() async throws(Failure) {
    guard !started.isEmpty else { return }
    run.report(.host(plan.name, "stopping"))
    let remote = try await session()
    _ = try await ask("stop")
    // After a reboot, say, nobody is there who would hear it.
    _ = try await remote.run(ShellCommand(words: ["sh", plan.keeperPath, "end", plan.folder]))
    try await settleEnded()
    if try await recallTheLast() { try await settleEnded() }
    if isReturning { cameUnwatched = await firstTrigger() }
  }

  private func settleEnded() async throws(Failure) {
    try await settle(within: .seconds(30)) { if case .ended = $0 { true } else { false } }
  }

  /// Asks until every unit that was started is as wanted.
  private func settle(
    within limit: Duration, _ isWanted: @Sendable (UnitState) -> Bool
  ) async throws(Failure) {
    let deadline = ContinuousClock.now + limit
    while true {
      for name in started {
        let line = try await ask("state \(CasePath.component(name))").answer
        units[name] = UnitState(line: line) ?? units[name]
      }
      if started.allSatisfy({ units[$0].map(isWanted) ?? false }) { return }
      guard ContinuousClock.now < deadline else {
        throw Failure(
          "not-settled", host: plan.name, what: "could not settle \(started.joined(separator: ", ")) on \(plan.name)",
          cause: "the keeper did not report the expected state within \(limit.components.seconds) s",
          left: "the keeper on the host ends everything by itself")
      }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  func captureFailure(_ capture: CapturePlan, _ remote: any Remote) async -> Failure {
    let log = try? await remote.run(ShellCommand(words: ["cat", "\(plan.folder)/\(capture.unit.logFile)"]))
    return plan.captureFailure(capture, state: units[capture.unit.name], log: log?.text ?? "")
  }
}

extension HostPlan {
  /// What makes something on a host that outlives its process, unless it is undone.
  fileprivate var undoable: [(unit: KeeperUnit, start: Start, undoScript: String)] {
    instruments.map { ($0.unit, $0.start, $0.undoScript) } + (trace.map { [($0.unit, $0.start, $0.undoScript)] } ?? [])
  }
}
