public import CaseModel
internal import Playbooks

/// `plan.json`: the plan as the case keeps it, for people and for whoever completes a broken-off run.
extension Plan: Encodable {
  private struct Document: Encodable {
    let schema = "stakeout.plan/1"
    let id: CaseID
    let playbook: String
    /// What the playbook was given.
    let variables: [String: String]
    let isDetached: Bool
    let allowsChanges: Bool
    let wait: String
    let then: String
    let silence: String
    let grace: String
    let worstBytes: Int64
    let hosts: [Host]
  }

  private struct Host: Encodable {
    let name: HostName
    let roles: [RoleName]
    let folder: String
    let steps: [Step]
  }

  private struct Step: Encodable {
    let what: String
    let command: String
    var undo: String?
    /// What the command found when the plan was made.
    var found: String?
  }

  public func encode(to encoder: any Encoder) throws {
    try Document(
      id: id, playbook: playbook.name,
      variables: Dictionary(
        playbook.variables.compactMap { variable in variable.value.map { (variable.name, $0) } },
        uniquingKeysWith: { first, _ in first }), isDetached: isDetached, allowsChanges: leftOut.isEmpty,
      wait: playbook.wait.written,
      then: playbook.then.written,
      silence: timers.silence.written, grace: timers.grace.written, worstBytes: worstBytes.bytes,
      hosts: hosts.map { host in
        Host(
          name: host.name, roles: host.roles, folder: host.folder,
          steps: host.namespaces.compactMap { place in
            place.find.map { Step(what: "find \(place.name)", command: $0.text, found: place.found) }
          }
            + ([host.prepare] + host.starts).map {
              Step(what: $0.what, command: $0.command.text, undo: $0.undo.text)
            } + host.readouts.map { Step(what: "read \($0.name)", command: $0.command.text) })
      }
    ).encode(to: encoder)
  }
}

extension HostPlan {
  /// All that is begun there, in order.
  fileprivate var starts: [Start] {
    let beside = instruments.map(\.start) + [trace?.start].compactMap(\.self) + logs.map(\.start)
    return beside + captures.map(\.start) + namespaces.compactMap(\.rearm?.start) + probes.map(\.start)
      + triggers.map(\.start)
  }
}

/// What of `plan.json` it takes to make the same plan again, beside the playbook and the inventory.
public struct PlanInputs: Sendable, Decodable {
  public let id: CaseID
  public let variables: [String: String]
  public let isDetached: Bool
  public let allowsChanges: Bool
}
