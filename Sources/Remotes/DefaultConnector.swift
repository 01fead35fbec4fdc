public import CaseModel

/// Connects to this machine without SSH where the target says so, and by SSH elsewhere.
public struct DefaultConnector: Connector {
  private let local = LocalConnector()
  /// Where sudo's password comes from, for hosts that have none of their own.
  public enum PasswordSource: Hashable, Sendable {
    case none
    /// From people, once.
    case asked
    /// The first line of a file.
    case file(String)
  }

  private let ssh: SSHConnector
  private let passphrases: Passphrases?
  private let becomePassword: PasswordSource
  private let note: @Sendable (JournalEntry) -> Void

  /// - Parameter passphrases: whom to ask for a passphrase; nil for nobody.
  /// - Parameter note: told what a user should know of, such as which transport was chosen and why.
  public init(
    passphrases: Passphrases? = nil, becomePassword: PasswordSource = .none,
    note: @escaping @Sendable (JournalEntry) -> Void
  ) {
    self.passphrases = passphrases
    self.becomePassword = becomePassword
    ssh = SSHConnector(passphrases: passphrases, note: note)
    self.note = note
  }

  public func connect(_ target: ConnectionTarget) async throws(Failure) -> any Remote {
    let remote = target.isLocal ? try await local.connect(target) : try await ssh.connect(target)
    guard let become = target.become else { return remote }
    let password: Privilege.Password? =
      switch becomePassword {
      case .none: nil
      case .asked: { () async throws(Failure) in await passphrases?.answer(to: "sudo's password: ") }
      case .file(let path): { () async throws(Failure) in try Privilege.password(in: path) }
      }
    do throws(Failure) {
      let (elevated, says) = try await Privilege(become: become, password: password).take(on: remote)
      note(JournalEntry(at: .now, event: "note", host: target.host, says: says))
      return elevated
    } catch {
      await remote.close()
      throw error
    }
  }
}
