public import CaseModel

/// Connects to this machine without SSH where the target says so, and by SSH elsewhere.
public struct DefaultConnector: Connector {
  private let local = LocalConnector()
  private let ssh: SSHConnector
  private let note: @Sendable (JournalEntry) -> Void

  /// - Parameter passphrases: whom to ask for a passphrase; nil for nobody.
  /// - Parameter note: told what a user should know of, such as which transport was chosen and why.
  public init(passphrases: Passphrases? = nil, note: @escaping @Sendable (JournalEntry) -> Void) {
    ssh = SSHConnector(passphrases: passphrases, note: note)
    self.note = note
  }

  public func connect(_ target: ConnectionTarget) async throws(Failure) -> any Remote {
    let remote = target.isLocal ? try await local.connect(target) : try await ssh.connect(target)
    guard let become = target.become else { return remote }
    do throws(Failure) {
      let (elevated, says) = try await Privilege(become: become).take(on: remote)
      note(JournalEntry(at: .now, event: "note", host: target.host, says: says))
      return elevated
    } catch {
      await remote.close()
      throw error
    }
  }
}
