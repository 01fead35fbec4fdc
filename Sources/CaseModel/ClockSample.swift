/// One question to a host's clock: the controller's time before, the host's answer, the controller's time after.
///
/// The host's clock read `remote` at some moment between `sent` and `received`: an interval, never a point.
public struct ClockSample: Hashable, Sendable, Codable {
  /// On the controller's clock.
  public let sent: HostTime
  /// On the host's clock.
  public let remote: HostTime
  /// On the controller's clock.
  public let received: HostTime

  public init(sent: HostTime, remote: HostTime, received: HostTime) {
    self.sent = sent
    self.remote = remote
    self.received = received
  }
}

/// `clock.json` of one host: how its clock was asked, and every answer.
public struct ClockLog: Hashable, Sendable, Codable {
  public static let schema = "stakeout.clock/1"

  public var schema = ClockLog.schema
  public let host: HostName
  /// What answered on the host: `bash`, `perl`, `python3` or `date`.
  public let method: String
  /// The step of the host's answers in nanoseconds: 1,000 where it tells microseconds.
  public let quantum: Int64
  public var samples: [ClockSample]

  public init(host: HostName, method: String, quantum: Int64, samples: [ClockSample]) {
    self.host = host
    self.method = method
    self.quantum = quantum
    self.samples = samples
  }
}
