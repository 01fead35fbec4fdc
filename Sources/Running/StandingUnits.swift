public import CaseModel
public import CaseStore
public import Planning
public import Remotes

/// What a case's units are doing on one host.
public struct StandingUnits: Sendable {
  public let host: HostName
  public let units: [BeatAnswer.Unit]
  /// Why the host does not tell.
  public let failure: Failure?

  public var isRecording: Bool { units.contains { $0.phase == .recording || $0.phase == .starting } }

  /// Looks at every host of a case, and changes nothing there; or asks everything on it to end, and waits for that.
  public static func find(
    _ plan: Plan, connector: any Connector, connection: ConnectionDefaults, folder: CaseFolder, journal: JournalFile,
    forks: Int, stop: Bool, report: @escaping @Sendable (RunReport) -> Void
  ) async -> [StandingUnits] {
    let context = RunContext(
      connector: connector, connection: connection, folder: folder, journal: journal, forks: ForkLimit(forks),
      clockSamples: 1, interval: .seconds(1), patience: .zero, report: report)
    return await withTaskGroup(of: StandingUnits.self) { group in
      for host in plan.hosts {
        group.addTask {
          await look(HostSession(plan: host, run: context, isReturning: true, isLooking: !stop), stop: stop)
        }
      }
      let found = await group.reduce(into: [HostName: StandingUnits]()) { $0[$1.host] = $1 }
      return plan.hosts.compactMap { found[$0.name] }
    }
  }

  private static func look(_ session: HostSession, stop: Bool) async -> StandingUnits {
    do throws(Failure) {
      try await session.attach()
      if stop { try await session.stop() }
      let units = try await session.states()
      await session.leave()
      return StandingUnits(host: session.name, units: units, failure: nil)
    } catch {
      await session.leave()
      return StandingUnits(host: session.name, units: [], failure: error)
    }
  }
}
