internal import CaseModel
internal import CaseStore
internal import Planning
internal import Remotes

/// Bringing everything home, and leaving the host as it was.
extension HostSession {
  func fetch() async throws(Failure) {
    try keepClock()
    let transfer = CaptureFetch(run: run, plan: plan, remote: try await session())
    var failures: [Failure] = []
    for capture in plan.captures {
      try await bring(capture.unit, &failures) { () async throws(Failure) in
        let (record, failure) = await transfer.fetch(capture, state: units[capture.unit.name])
        fetched[capture.vantage] = record
        if let failure { throw failure }
      }
    }
    for part in writers {
      try await bring(part.unit, &failures) { () async throws(Failure) in
        try await transfer.fetch(part.unit, part.namespace, as: part.name)
      }
    }
    if let trace = plan.trace {
      try await bring(trace.unit, &failures) { () async throws(Failure) in
        try await transfer.fetch(trace.unit, to: CasePath.trace(plan.name))
      }
    }
    hasHandedOver = failures.isEmpty
    failures += await fetchKeys(transfer)
    for log in plan.logs where !isOutlived(log.unit, in: log.namespace) {
      failures += [brokenOff("log \(log.name)", log.unit)].compactMap(\.self)
    }
    failures += plan.instruments.compactMap(notHeld)
    failures += plan.triggers.filter { !isOutlived($0.unit, in: $0.namespace) }.compactMap(notAwaited)
    failures += [plan.trace].compactMap { $0.flatMap { brokenOff("the kernel's tracepoints", $0.unit) } }
    if let failure = failures.first { throw failure }
    run.report(.host(plan.name, "fetched"))
  }

  /// Once for each unit. Where only the way is broken, the rest has to wait for another one.
  private func bring(
    _ unit: KeeperUnit, _ failures: inout [Failure], _ fetch: () async throws(Failure) -> Void
  ) async throws(Failure) {
    guard started.contains(unit.name), !brought.contains(unit.name) else { return }
    do throws(Failure) {
      try await fetch()
      brought.insert(unit.name)
      heard = .now
    } catch {
      guard await !isWayBroken(error) else { throw error }
      failures.append(error)
    }
  }

  /// Units whose output is text.
  private var writers: [(unit: KeeperUnit, namespace: NamespaceName, name: String)] {
    plan.probes.map { ($0.unit, $0.namespace, $0.unit.name) } + plan.logs.map { ($0.unit, $0.namespace, $0.name) }
      + plan.triggers.map { ($0.unit, $0.namespace, $0.unit.name) }
      + plan.instruments.map { ($0.unit, $0.namespace, $0.unit.name) }
  }

  /// TLS keys that are not there are missed; nothing of ours is left behind for that.
  private func fetchKeys(_ transfer: CaptureFetch) async -> [Failure] {
    var failures: [Failure] = []
    for (index, keys) in plan.keyLogs.enumerated() {
      do throws(Failure) {
        let outcome = try await session().run(keys.copy)
        guard outcome.isSuccess else {
          throw plan.failure(keys.copy, outcome, "tls-keys", what: "could not copy TLS keys on \(plan.name)")
        }
        try await transfer.fetch(file: keys.path, to: CasePath.keys(plan.name, keys.namespace, index + 1))
      } catch { failures.append(error) }
    }
    return failures
  }

  /// What could not be followed to the end: what it would have told is missing.
  private func brokenOff(_ what: String, _ unit: KeeperUnit) -> Failure? {
    // With nobody there to hear, silence is what ends it.
    let early: Set<UnitEnding> =
      isReturning ? [.died, .failed, .killed, .disk] : [.died, .failed, .killed, .disk, .silence]
    guard case .ended(_, let why, let status, _) = units[unit.name], early.contains(why) else { return nil }
    return Failure(
      "log", host: plan.name, what: "could not follow \(what) on \(plan.name)",
      cause: "its reader ended (\(why.rawValue)\(status.map { ", status \($0)" } ?? ""))",
      left: "what it read until then is in the case, with what it said in a file beside it, `.stderr`")
  }

  /// A change that was not made, or did not last: what it would have shown is missing.
  private func notHeld(_ instrument: InstrumentPlan) -> Failure? {
    guard case .ended(_, let why, let status, _) = units[instrument.unit.name],
      [.died, .failed, .killed].contains(why)
    else { return nil }
    return Failure(
      "instrument", host: plan.name, what: "could not hold `\(instrument.kind)` on \(plan.name)",
      cause: "it ended (\(why.rawValue)\(status.map { ", status \($0)" } ?? "")), and was undone",
      left: "what it said is in the case, beside its output, `.stderr`")
  }

  /// A trigger that could not come: nobody may take the silence for a fault that did not occur.
  private func notAwaited(_ trigger: TriggerPlan) -> Failure? {
    guard case .ended(_, let why, let status?, _) = units[trigger.unit.name], [.died, .failed].contains(why),
      status != 0
    else { return nil }
    return Failure(
      "trigger", host: plan.name, what: "could not wait for the \(trigger.kind.rawValue) trigger on \(trigger.source)",
      cause: "what waited for it ended with status \(status)",
      left: "what it said is in the case, beside its output, `.stderr`")
  }

  func keepClock() throws(Failure) {
    guard let clockLog else { return }
    try run.folder.write(run.folder.encoded(clockLog), to: CasePath.clock(plan.name))
  }

  /// Removes the case's folder from the host, unless something of it has not come home.
  func clean() async throws(Failure) {
    // What the conversations need may be gone already.
    if watch == nil || beat == nil {
      await watch?.close()
      try await openWatch()
    }
    guard let remote = watch else { throw plan.lost }
    await beat?.close()
    await clock?.close()
    (beat, clock) = (nil, nil)
    guard hasHandedOver || started.isEmpty else {
      await remote.close()
      throw plan.leftBehind
    }
    let outcome = try await remote.run(plan.prepare.undo)
    await remote.close()
    watch = nil
    guard outcome.isSuccess else {
      throw plan.failure(
        plan.prepare.undo, outcome, "not-cleaned", what: "could not remove `\(plan.folder)` on \(plan.name)",
        hint:
          "on \(plan.name), `sh \(plan.keeperPath) end \(plan.folder)` ends what is alive in it, and `sweep` instead of `end` removes it"
      )
    }
    run.report(.host(plan.name, "clean"))
  }
}
