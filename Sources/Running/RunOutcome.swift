public import CaseModel
internal import Planning

/// What a run left: enough for the manifest, whatever went wrong.
public struct RunOutcome: Sendable {
  public let trigger: TriggerRecord
  public let hosts: [HostRecord]
  public let captures: [CaptureRecord]
  /// Seconds between the first and the last capture's arming, controller's clock; nil with fewer than two.
  public let armedSpread: Double?
  public let wasAborted: Bool
  public let failures: [Failure]
  /// The hosts go on by themselves.
  public let hasDeparted: Bool

  public var state: Manifest.State { hasDeparted ? .running : failures.isEmpty ? .complete : .partial }

  init(_ machine: RunMachine, _ plan: Plan, _ sessions: [HostSession]) async {
    hasDeparted = machine.hasDeparted
    wasAborted = machine.isAborted
    failures = plan.hosts.compactMap { machine.failures[$0.name] }
    var hosts: [HostRecord] = []
    var captures: [CaptureRecord] = []
    var armed: [Double] = []
    var came: [(record: TriggerRecord, at: Int64)] = []
    for session in sessions {
      let fetched = await session.fetched
      let host = await session.plan
      captures += host.captures.map { fetched[$0.vantage] ?? CaptureRecord($0, on: host.name) }
      let failure = machine.failures[host.name]
      let result: HostRecord.Result = failure == nil ? .ok : fetched.isEmpty ? .failed : .partial
      hosts.append(HostRecord(name: host.name, roles: host.roles, result: result, failure: failure))
      armed += await session.armedAt
      if let first = await session.cameUnwatched { came.append(first) }
    }
    trigger = came.min { $0.at < $1.at }?.record ?? machine.trigger
    self.hosts = hosts
    self.captures = captures
    armedSpread = armed.count > 1 ? (armed.max() ?? 0) - (armed.min() ?? 0) : nil
  }
}
