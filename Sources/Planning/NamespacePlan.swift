public import CaseModel
internal import Playbooks

/// A network namespace of a host in which roles live, and the command that finds it there.
///
/// The plan names it before anybody has looked: what is run in it goes through `namespace.sh`, which knows it by name.
public struct NamespacePlan: Hashable, Sendable {
  public var name: NamespaceName
  public var roles: [RoleName]
  /// As `namespace.sh` is told: `container NAME`; empty for the host's own.
  var place: [String]
  /// nil for the host's own.
  public var find: ShellCommand?
  /// Finds it without noting it, before there is anything of ours on the host; is given `KeeperScripts.seeking` on its stdin.
  public var seek: ShellCommand?
  /// What that said: where it was when the plan was made.
  public var found: String?
  /// Fails once the container is another one than was found; nil for what nobody replaces.
  public var look: ShellCommand?
  /// What goes on in the next one where it was replaced; nil where nothing would.
  public var rearm: RearmPlan?
  /// Says which addresses it has, where others may reach it.
  public var addresses: ShellCommand
  /// Its name in the file of the probes' targets.
  public var peerName: String
  /// What is planned in it is left out where it is not there: every role in it says `absent: skip`.
  public var isOptional: Bool
}

/// A host's own namespace, or one inside it, while planning.
struct Station {
  var name: NamespaceName
  var place: Playbook.Role.Place
  var roles: [Playbook.Role]

  var roleNames: [RoleName] { roles.map(\.name) }

  func plan(on host: HostName, _ folder: String) -> NamespacePlan {
    NamespacePlan(
      name: name, roles: roleNames, place: place.words.map { [$0.kind, $0.value] } ?? [], find: find(folder),
      seek: seek(folder), look: look(folder),
      addresses: Self.ownAddresses.behind(entering(folder)), peerName: peerName(on: host),
      isOptional: !roles.isEmpty && roles.allSatisfy { $0.absent == .skip })
  }

  private static var ownAddresses: ShellCommand {
    ShellCommand(
      script: #"ip -o addr show scope global | while read -r _ _ _ each _; do printf '%s ' "${each%%/*}"; done"#)
  }

  private func find(_ folder: String) -> ShellCommand? {
    guard let (kind, value) = place.words else { return nil }
    return ShellCommand(words: [
      "sh", "\(folder)/namespace.sh", "find", folder, CasePath.component(name.text), kind, value,
    ])
  }

  private func seek(_ folder: String) -> ShellCommand? {
    guard let (kind, value) = place.words else { return nil }
    return ShellCommand(
      script: #"scripts=$(cat) && exec /bin/sh -c "$scripts" namespace.sh "$@""#,
      arguments: ["seek", folder, CasePath.component(name.text), kind, value])
  }

  private func look(_ folder: String) -> ShellCommand? {
    switch place {
    case .container, .pod:
      ShellCommand(words: ["sh", "\(folder)/namespace.sh", "look", folder, CasePath.component(name.text)])
    case .host, .namespace, .process: nil
    }
  }

  /// What stands before a command that is to run in it: in its network with the host's programs, or among its own files.
  func entering(_ folder: String, amongItsFiles: Bool = false) -> [String] {
    guard place != .host else { return [] }
    return [
      "sh", "\(folder)/namespace.sh", "enter", folder, CasePath.component(name.text), amongItsFiles ? "all" : "net",
    ]
  }

  /// `all` is every host and namespace; otherwise it is where one of the roles lives.
  func isMeant(by target: Playbook.Target) -> Bool {
    if case .all = target { return true }
    return roles.contains { target.includes($0.name) }
  }
}

extension Playbook.Role.Place {
  var namespace: NamespaceName {
    switch self {
    case .host: .host
    case .container(let name), .namespace(let name), .pod(let name): NamespaceName(name)
    case .process(let number): NamespaceName("pid-\(number)")
    }
  }

  /// Whether an engine keeps a log of it.
  var isContainer: Bool {
    switch self {
    case .container: true
    case .host, .namespace, .process, .pod: false
    }
  }

  /// As `namespace.sh find` is told.
  fileprivate var words: (kind: String, value: String)? {
    switch self {
    case .host: nil
    case .container(let name): ("container", name)
    case .namespace(let name): ("netns", name)
    case .pod(let name): ("pod", name)
    case .process(let number): ("pid", "\(number)")
    }
  }
}
