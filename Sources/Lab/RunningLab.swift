public import CaseModel

/// A lab that stands: hosts with sshd, links between them, traffic if it was started.
public struct RunningLab: Sendable {
  public let name: String
  public let incident: any Incident
  public let variant: IncidentVariant
  public let hosts: [LabHost]
  /// What the playbook wants to know, by the names of its variables.
  public var variables: [String: String] { scene.variables }
  /// What other playbooks want to know, where they name it otherwise.
  public var otherVariables: [String: String] { scene.otherVariables }
  /// What else a person may want to know.
  public var facts: [String: String] { scene.facts }
  /// The command that mends it, if a command does.
  public var remedy: LabRemedy? { scene.remedy }
  /// The inventory in Stakeout's own form.
  public var inventoryPath: String { folder.inventory }
  /// For people: `ssh -F PATH client`.
  public var sshConfigPath: String { folder.sshConfig }
  /// For people: a program that brings about the fault once.
  public var provokePath: String { folder.provoke }
  public var folderPath: String { folder.path }

  let folder: LabFolder
  let scene: any Scene
  /// Kept for its life only: the guard tears the lab down some time after the last copy of this value is gone.
  let owner: LabOwner?

  /// Starts the applications; they run until the lab comes down. Returns when traffic flows.
  public func startTraffic() async throws(Failure) { try await scene.startTraffic() }

  /// Brings about the fault once; call it when every capture is known to record.
  public func provoke() async throws(Failure) { try await scene.provoke() }

  /// Whether the applications suffered the fault, by their own logs.
  public func hasHappened() async throws(Failure) -> Bool { try await scene.hasHappened() }

  /// Ends every process of the lab and removes links and files. Harmless when it is down already.
  public func down() async throws(Failure) { try await Lab.down(folder) }
}
