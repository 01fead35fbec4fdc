internal import CaseModel
internal import CaseStore
internal import Planning
internal import Remotes

/// What every host of a run shares.
struct RunContext: Sendable {
  let connector: any Connector
  let connection: ConnectionDefaults
  let folder: CaseFolder
  let journal: JournalFile
  let forks: ForkLimit
  /// Clock samples before and after.
  let clockSamples: Int
  /// Between two heartbeats.
  let interval: Duration
  /// How long a host that falls silent after the wait is tried again.
  let patience: Duration
  let report: @Sendable (RunReport) -> Void

  func note(_ host: HostName?, event: String, _ says: String) {
    journal.append(JournalEntry(at: ControllerClock.now(), event: event, host: host, says: says))
  }
}
