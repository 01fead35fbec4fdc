internal import CaseModel
internal import CaseStore
internal import Planning
internal import Remotes

/// What is read before the captures start and after they stop.
extension HostSession {
  func readChecks(_ phase: CheckPhase) async throws(Failure) {
    guard !plan.readouts.isEmpty else { return }
    run.report(.host(plan.name, "reading checks (\(phase.rawValue))"))
    let remote = try await session()
    var refused: Failure?
    for readout in plan.readouts {
      let outcome = try await remote.run(readout.command, timeout: .seconds(10))
      try run.folder.write(outcome.stdout, to: CasePath.check(plan.name, readout.namespace, phase, readout.name))
      if !outcome.isSuccess, refused == nil {
        refused = plan.failure(
          readout.command, outcome, "check",
          what: "could not read check \(readout.checks.joined(separator: ", ")) on \(plan.name)")
      }
    }
    if let refused { throw refused }
  }

  /// Reads what is due; a reading that fails is missed, and the next one tried.
  func readDuring() async throws(Failure) {
    let now = ContinuousClock.now
    for (index, readout) in plan.readouts.enumerated() {
      guard let every = readout.every, readings[index].map({ now - $0.at >= every }) ?? true else { continue }
      let number = (readings[index]?.number ?? 0) + 1
      readings[index] = (number, now)
      let outcome = try await session().run(readout.command, timeout: .seconds(10))
      guard outcome.isSuccess else { continue }
      try run.folder.write(
        outcome.stdout, to: CasePath.check(name, readout.namespace, during: number, readout.name))
    }
  }

  func finishChecks() async throws(Failure) {
    try await readChecks(.after)
    try await sampleClock(times: run.clockSamples)
  }
}
