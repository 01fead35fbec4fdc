internal import CaseModel
internal import Playbooks

/// What a host does by itself where a container is replaced, whether a controller is there or not: it looks every few seconds, and begins
/// for the next one what was begun for the one before.
public struct RearmPlan: Hashable, Sendable {
  public var unit: KeeperUnit
  public var start: Start
  /// Begins everything for the container of a given number; lies on the host before the unit starts.
  public var script: String
  /// There.
  public var path: String

  /// A container that never stays up must not fill the disk with what each of its lives leaves.
  static let mostContainers = 6

  /// Nil where nobody replaces the namespace, or nothing is begun in it.
  init?(_ namespace: NamespacePlan, on host: HostPlan, _ options: PlanOptions, grace: Duration) {
    guard namespace.look != nil,
      !host.rearming(namespace.name, number: 2).units.isEmpty
    else { return nil }
    let name = CasePath.component(namespace.name.text)
    unit = KeeperUnit(
      name: "again.\(namespace.name)",
      command: ["sh", "\(host.folder)/rearm.sh", host.folder, name] + namespace.place,
      output: .stdout(CasePath.component("again.\(namespace.name)") + ".out"), silence: options.silence, grace: grace,
      duration: options.duration(), bytes: 1_000_000, freeKilobytes: options.freeKilobytes, signal: "TERM", flush: .zero
    )
    start = unit.start("watch over \(namespace.name)", host.folder)
    path = "\(host.folder)/\(name).again"
    let cases = (2...Self.mostContainers).map { number in
      "\(number))\n\(host.rearming(namespace.name, number: number).starts.map(\.command.text).joined(separator: "\n"))\n;;\n"
    }
    script = "case $1 in\n\(cases.joined())*) exit 3 ;;\nesac\nexit 0\n"
  }
}

extension Rearming {
  fileprivate var starts: [Start] { logs.map(\.start) + captures.map(\.start) + triggers.map(\.start) }
}
