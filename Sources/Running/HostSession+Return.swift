internal import CaseModel
internal import CaseStore
internal import Planning
internal import Remotes

/// Leaving a host while things go on there, and coming back to it.
extension HostSession {
  /// What records goes on by itself.
  /// - Parameter silence: for how long the host is told to expect nobody; nil where it never expected anybody.
  func leave(for silence: Duration? = nil) async {
    await endIdleBeats()
    if let silence {
      do throws(Failure) { try await promise(silence) } catch { run.report(.failure(error)) }
    }
    await beat?.close()
    await clock?.close()
    await watch?.close()
    (watch, beat, clock) = (nil, nil, nil)
    do throws(Failure) { try keepClock() } catch { run.report(.failure(error)) }
    run.report(.host(name, "left to itself"))
  }

  private func promise(_ silence: Duration) async throws(Failure) {
    if beat == nil { try await reconnect() }
    let answer = try await ask("alone \(silence.components.seconds + 1)").answer
    guard answer == "ok" else {
      throw Failure(
        "protocol", host: name, what: "could not leave \(name) to itself",
        cause: "it answered `\(answer.prefix(80))`",
        left: "without us its captures end after \(plan.folder)'s grace, and are kept there")
    }
  }

  /// Takes up what an earlier run began on this host.
  func attach() async throws(Failure) {
    run.report(.host(name, "connecting"))
    try await openWatch()
    guard let watch else { return }
    let look = ShellCommand(script: "[ -f \"$1/watch.sh\" ]", arguments: [plan.folder])
    guard try await watch.run(look).isSuccess else {
      await watch.close()
      throw Failure(
        "nothing-there", host: name, what: "could not go on with the case on \(name)",
        cause: "there is no `\(plan.folder)` on it: it was collected or cleaned up, or never made")
    }
    clockLog = try? JSONText.decode(ClockLog.self, from: run.folder.read(CasePath.clock(name)))
    try await openConversations(watch)
    await recallReplacements(try await states())
    for unit in plan.units {
      let line = try await ask("state \(unit.fileName)").answer
      guard let state = UnitState(line: line) else { continue }
      started.append(unit.name)
      units[unit.name] = state
    }
    try await sampleClock(times: run.clockSamples)
    run.report(.host(name, "connected"))
  }

  /// What each unit is doing, by its name.
  func states() async throws(Failure) -> [BeatAnswer.Unit] { try await heartbeat("look").units }
}

extension HostPlan {
  /// Everything that is started on the host.
  var units: [KeeperUnit] {
    instruments.map(\.unit) + (trace.map { [$0.unit] } ?? []) + logs.map(\.unit) + captures.map(\.unit)
      + namespaces.compactMap(\.rearm?.unit) + probes.map(\.unit) + triggers.map(\.unit)
  }
}
