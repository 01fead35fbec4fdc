/// One line of `journal.jsonl`: every remote command, its times and result, and every decision of the run. Never rewritten.
///
/// Instants are the controller's.
public struct JournalEntry: Hashable, Sendable, Codable {
  public let at: HostTime
  /// What happened: `phase`, `connect`, `command`, `capture`, `probe`, `trigger`, `fetch`, `failure`, `retry`, `note`.
  public let event: String
  public var host: HostName?
  /// A sentence without a period.
  public let says: String
  public var command: String?
  public var ending: String?
  public var seconds: Double?
  public var stderr: String?

  public init(
    at: HostTime, event: String, host: HostName? = nil, says: String, command: String? = nil, ending: String? = nil,
    seconds: Double? = nil, stderr: String? = nil
  ) {
    self.at = at
    self.event = event
    self.host = host
    self.says = says
    self.command = command
    self.ending = ending
    self.seconds = seconds
    self.stderr = stderr
  }
}
