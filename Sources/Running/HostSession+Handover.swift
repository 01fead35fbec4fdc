internal import CaseModel
internal import CaseStore
internal import Planning
internal import Remotes

/// Bringing everything home, and leaving the host as it was.
extension HostSession {
  func fetch() async throws(Failure) {
    let remote = try await session()
    var first: Failure?
    for capture in plan.captures where started.contains(capture.unit.name) {
      do throws(Failure) {
        fetched[capture.vantage] = try await CaptureFetch(run: run, plan: plan, remote: remote).fetch(
          capture, state: units[capture.unit.name])
      } catch { first = first ?? error }
    }
    for probe in plan.probes where started.contains(probe.unit.name) {
      do throws(Failure) { try await CaptureFetch(run: run, plan: plan, remote: remote).fetch(probe) } catch {
        first = first ?? error
      }
    }
    if let clockLog {
      let bytes = try run.folder.encoded(clockLog)
      try run.folder.write(bytes, to: CasePath.clock(plan.name))
    }
    if let first { throw first }
    run.report(.host(plan.name, "fetched"))
  }

  func clean() async throws(Failure) {
    let remote = try await session()
    await beat?.close()
    await clock?.close()
    (beat, clock) = (nil, nil)
    let outcome = try await remote.run(plan.prepare.undo)
    await remote.close()
    watch = nil
    guard outcome.isSuccess else {
      throw plan.failure(
        plan.prepare.undo, outcome, "not-cleaned", what: "could not remove `\(plan.folder)` on \(plan.name)",
        hint: "`stakeout cleanup` removes it once nothing in it is alive")
    }
    run.report(.host(plan.name, "clean"))
  }
}
