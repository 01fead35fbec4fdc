public import CaseModel

/// Connects by SSH as OpenSSH would: `ssh -G` says where to, as whom and with what, and libssh2 is the transport.
public struct SSHConnector: Connector {
  private let silence: Duration
  private let note: @Sendable (JournalEntry) -> Void

  /// - Parameter silence: a peer from which nothing came for so long, though asked, counts as lost.
  /// - Parameter note: told what a user should know of, such as a host key that was taken on trust.
  public init(silence: Duration = .seconds(30), note: @escaping @Sendable (JournalEntry) -> Void = { _ in }) {
    self.silence = silence
    self.note = note
  }

  public func connect(_ target: ConnectionTarget) async throws(Failure) -> any Remote {
    throw Failure(
      "transport-unsupported", host: target.host, what: "could not connect to \(target.host)", cause: "not yet")
  }
}
