public import CaseModel

/// Opens sessions by another connector, and records that it did and all that is done on them.
public struct RecordingConnector: Connector {
  private let connector: any Connector
  private let record: @Sendable (JournalEntry) -> Void

  public init(_ connector: any Connector, record: @escaping @Sendable (JournalEntry) -> Void) {
    self.connector = connector
    self.record = record
  }

  public func connect(_ target: ConnectionTarget) async throws(Failure) -> any Remote {
    let started = Deadline.now
    do {
      let remote = try await connector.connect(target)
      record(
        JournalEntry(
          at: .now, event: "connect", host: target.host,
          says: "connected to \(target.isLocal ? "this machine" : target.address)",
          seconds: started.elapsed.inSeconds))
      return RecordingRemote(remote, record: record)
    } catch {
      record(.failure(error, host: target.host, seconds: started.elapsed.inSeconds))
      throw error
    }
  }
}
