public import CaseModel
internal import Checks
public import Playbooks

/// What the caller decides about a run beside playbook and inventory.
public struct PlanOptions: Sendable {
  public var id: CaseID
  public var timers: Plan.Timers
  /// Captures end when their host's disk has less free than this.
  public var freeKilobytes: Int64

  public init(id: CaseID, timers: Plan.Timers = Plan.Timers(), freeKilobytes: Int64 = 512 * 1024) {
    self.id = id
    self.timers = timers
    self.freeKilobytes = freeKilobytes
  }
}

/// Turns a playbook and an inventory into exact commands, or says everything that does not fit together. Touches nothing.
public func makePlan(_ playbook: Playbook, _ inventory: Inventory, _ options: PlanOptions) -> Parsed<Plan> {
  var planner = Planner(playbook: playbook, inventory: inventory, options: options)
  let plan = planner.plan()
  return Parsed(plan, planner.problems)
}

private struct Planner {
  let playbook: Playbook
  let inventory: Inventory
  let options: PlanOptions
  var problems: [Problem] = []
  /// Hosts by the roles that they play here, in the inventory's order.
  private var roles: [HostName: [RoleName]] = [:]

  init(playbook: Playbook, inventory: Inventory, options: PlanOptions) {
    self.playbook = playbook
    self.inventory = inventory
    self.options = options
  }

  mutating func plan() -> Plan {
    for role in playbook.roles { assign(role) }
    let hosts = inventory.hosts.filter { roles[$0.name] != nil }.map { hostPlan($0) }
    checkNames(hosts)
    return Plan(
      id: options.id, playbook: playbook, timers: options.timers, hosts: hosts,
      external: playbook.roles.compactMap { role in role.external.map { ExternalRole(role: role.name, address: $0) } },
      unsupported: unsupportedParts(of: playbook))
  }

  private mutating func assign(_ role: Playbook.Role) {
    guard role.external == nil else { return }
    let hosts = inventory.hosts(inGroup: role.group)
    if hosts.isEmpty, role.absent == .fail {
      problem(
        role.mark, "no host plays the role `\(role.name)`",
        hint:
          "give a host of the inventory `roles: [\(role.name)]`, or a group `\(role.group)`, or use `--host \(role.name)=NAME`"
      )
    }
    if hosts.count > 1, role.many == .one {
      problem(
        role.mark, "role `\(role.name)` is for one host, and \(hosts.count) play it",
        hint: "limit them with `--limit`, or write `many: all`")
    }
    for host in hosts where !roles[host.name, default: []].contains(role.name) {
      roles[host.name, default: []].append(role.name)
    }
  }

  private func hostPlan(_ login: Inventory.Host) -> HostPlan {
    let played = roles[login.name] ?? []
    let folder = "/var/tmp/stakeout-\(options.id)"
    return HostPlan(
      name: login.name, login: login, roles: played, folder: folder, prepare: Self.prepare(folder),
      captures: playbook.captures.filter { plays(played, $0.on) }.map { capture($0, login, played, folder) },
      readouts: readoutPlans(orders(played)), checks: orders(played).map { Self.record($0, login.name) },
      probes: playbook.probes.filter { plays(played, $0.on) }.compactMap { probePlan($0, folder, options) })
  }

  private func plays(_ played: [RoleName], _ target: Playbook.Target) -> Bool {
    played.contains { target.includes($0) }
  }

  private static func prepare(_ folder: String) -> Start {
    Start(
      what: "make the case's folder",
      command: ShellCommand(script: "umask 077 && mkdir -- \"$1\"", arguments: [folder]),
      undo: ShellCommand(
        script: "if [ -e \"$1/keeper.sh\" ]; then exec sh \"$1/keeper.sh\" sweep \"$1\"; fi; rmdir -- \"$1\"",
        arguments: [folder]))
  }

  private func capture(
    _ capture: Playbook.Capture, _ host: Inventory.Host, _ played: [RoleName], _ folder: String
  ) -> CapturePlan {
    let isAlone = inventory.hosts.filter { plays(roles[$0.name] ?? [], capture.on) }.count == 1
    let vantage = capture.name.map { isAlone ? $0 : VantageName("\($0).\(host.name)") } ?? VantageName(host.name.text)
    let interface = Self.interface(capture.interfaces)
    let file = CasePath.component(vantage.text) + ".pcap"
    let unit = KeeperUnit(
      name: vantage.text,
      command: CaptureCommand.words(
        interface: interface, snaplen: capture.effectiveSnaplen, packets: capture.limits.packets,
        file: "\(folder)/\(file)", filter: capture.filter.text),
      output: .written(file), silence: options.timers.silence, grace: max(options.timers.grace, playbookGrace),
      duration: capture.limits.duration, bytes: capture.limits.size.bytes, freeKilobytes: options.freeKilobytes,
      flush: options.timers.flush, ready: CaptureCommand.ready)
    return CapturePlan(
      vantage: vantage, namespace: .host, roles: played.filter { capture.on.includes($0) }, interface: interface,
      filter: capture.filter.text, snaplen: capture.effectiveSnaplen, unit: unit,
      start: unit.start("capture \(vantage)", folder), worstBytes: capture.limits.size, file: "\(folder)/\(file)")
  }

  /// Only what the playbook itself asked for may lengthen the grace that the caller gave.
  private var playbookGrace: Duration { playbook.grace == Playbook.defaultGrace ? .zero : playbook.grace }

  private static func interface(_ interfaces: Playbook.Interfaces) -> String {
    switch interfaces {
    case .any: "any"
    case .named(let names): names.first?.value ?? "any"
    }
  }

  private func orders(_ played: [RoleName]) -> [CheckOrder] {
    playbook.checks.filter { plays(played, $0.on) }.map(\.order)
  }

  private static func record(_ order: CheckOrder, _ host: HostName) -> CheckRecord {
    CheckRecord(
      host: host, namespace: .host, check: order.id, names: order.names, ports: order.ports, expect: order.expect,
      why: order.why)
  }

  private mutating func checkNames(_ hosts: [HostPlan]) {
    let names = hosts.flatMap(\.captures).map(\.vantage)
    for name in Set(names).sorted() where names.filter({ $0 == name }).count > 1 {
      problem(
        playbook.captures.first?.mark ?? SourceMark(line: 1, column: 1), "two captures would be called `\(name)`",
        hint: "give each a `name`")
    }
  }

  private mutating func problem(_ mark: SourceMark, _ message: String, hint: String) {
    problems.append(Problem(.error, file: playbook.file, mark: mark, message: message, hint: hint))
  }
}

extension KeeperUnit {
  /// Its start under a keeper, built with its stop.
  func start(_ what: String, _ folder: String) -> Start {
    Start(
      what: what, command: ShellCommand(words: startWords(folder: folder)),
      undo: ShellCommand(script: ": > \"$1\"", arguments: ["\(folder)/\(fileName).stop"]))
  }
}
