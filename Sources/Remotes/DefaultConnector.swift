public import CaseModel

/// Connects to this machine without SSH where the target says so, and by SSH elsewhere.
public struct DefaultConnector: Connector {
  private let local = LocalConnector()
  private let ssh: SSHConnector

  public init(ssh: SSHConnector = SSHConnector()) { self.ssh = ssh }

  public func connect(_ target: ConnectionTarget) async throws(Failure) -> any Remote {
    target.isLocal ? try await local.connect(target) : try await ssh.connect(target)
  }
}
