public import CaseModel
internal import Checks
public import Playbooks

/// What the caller decides about a run beside playbook and inventory.
public struct PlanOptions: Sendable {
  public var id: CaseID
  public var timers: Plan.Timers
  /// Captures end when their host's disk has less free than this.
  public var freeKilobytes: Int64
  /// Nobody watches: what is started ends by itself when the playbook's wait is over.
  public var isDetached: Bool
  /// Whether the playbook's instruments may change hosts for as long as the run lasts.
  public var allowsChanges: Bool
  /// How long what is started may live at most, without anybody who watches.
  fileprivate(set) var lifetime: Duration?

  public init(
    id: CaseID, timers: Plan.Timers = Plan.Timers(), freeKilobytes: Int64 = 512 * 1024, isDetached: Bool = false,
    allowsChanges: Bool = false
  ) {
    self.id = id
    self.timers = timers
    self.freeKilobytes = freeKilobytes
    self.isDetached = isDetached
    self.allowsChanges = allowsChanges
  }

  /// Without a heartbeat for so long, silence begins; nil where none is expected.
  var silence: Duration? { isDetached ? nil : timers.silence }

  /// How long a unit may last that has a limit of its own, or none.
  func duration(_ limit: Duration? = nil) -> Duration? { [limit, lifetime].compactMap(\.self).min() }
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
  private var options: PlanOptions
  var problems: [Problem] = []
  /// Where roles live, in the playbook's order.
  private var stations: [HostName: [Station]] = [:]

  init(playbook: Playbook, inventory: Inventory, options: PlanOptions) {
    self.playbook = playbook
    self.inventory = inventory
    self.options = options
    if options.isDetached { self.options.lifetime = playbook.wait + playbook.then }
  }

  mutating func plan() -> Plan {
    for role in playbook.roles { assign(role) }
    let hosts = inventory.hosts.filter { stations[$0.name] != nil }.map { hostPlan($0) }
    checkNames(hosts)
    for log in playbook.logs where log.source == .container { checkContainer(log) }
    return Plan(
      id: options.id, playbook: playbook, timers: options.timers, isDetached: options.isDetached, hosts: hosts,
      external: playbook.roles.compactMap { role in role.external.map { ExternalRole(role: role.name, address: $0) } },
      leftOut: options.allowsChanges ? [] : playbook.instruments.map(\.kind.rawValue))
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
    for host in hosts { settle(role, on: host.name) }
  }

  private mutating func settle(_ role: Playbook.Role, on host: HostName) {
    var here = stations[host] ?? []
    if let place = here.firstIndex(where: { $0.place == role.inside }) {
      here[place].roles.append(role)
    } else {
      here.append(Station(name: role.inside.namespace, place: role.inside, roles: [role]))
    }
    stations[host] = here
  }

  /// Where something is done on a host: `all` means its own namespace, too, whether a role lives there or not.
  private func places(on target: Playbook.Target, _ host: HostName) -> [Station] {
    let here = stations[host] ?? []
    guard case .all = target, !here.contains(where: { $0.place == .host }) else {
      return here.filter { $0.isMeant(by: target) }
    }
    return [Station(name: .host, place: .host, roles: [])] + here
  }

  private func hostPlan(_ login: Inventory.Host) -> HostPlan {
    let folder = "/var/tmp/stakeout-\(options.id)"
    let here = stations[login.name] ?? []
    var plan = HostPlan(
      name: login.name, login: login, roles: here.flatMap(\.roleNames), folder: folder, prepare: Self.prepare(folder),
      namespaces: here.sorted { $0.place == .host && $1.place != .host }.map { $0.plan(on: login.name, folder) },
      captures: playbook.captures.flatMap { capturePlans($0, login.name, folder) },
      readouts: checkedPlaces(login.name).flatMap { readoutPlans(checks(at: $0, login.name), $0, folder) },
      checks: checkedPlaces(login.name).flatMap { place in
        checks(at: place, login.name).map { CheckRecord($0.order, login.name, place.name) }
      },
      probes: probePlans(login.name, folder), logs: logPlans(login.name, folder), triggers: [],
      trace: TracePlan(
        playbook.traces.filter { !places(on: $0.on, login.name).isEmpty }, folder, options),
      instruments: instrumentPlans(login.name, folder),
      keyLogs: playbook.keyLogs.enumerated().flatMap { number, keys in
        places(on: keys.on, login.name).map { KeyLogPlan(keys, number: number + 1, $0, folder) }
      })
    plan.triggers = playbook.until.enumerated().flatMap {
      TriggerPlan.all($1, number: $0 + 1, plan, then: playbook.then, options) { places(on: $0, login.name) }
    }
    for (index, namespace) in plan.namespaces.enumerated() {
      plan.namespaces[index].rearm = RearmPlan(
        namespace, on: plan, options, grace: max(options.timers.grace, playbook.writtenGrace))
    }
    return plan
  }

  private func probePlans(_ host: HostName, _ folder: String) -> [ProbePlan] {
    playbook.probes.flatMap { probe in
      let places = places(on: probe.on, host)
      let isElevated = inventory.host(host)?.become == true
      return places.map { place in
        ProbePlanning(
          place: place, host: host, peers: peers, variables: playbook.variables, folder: folder, options: options,
          isElevated: isElevated
        ).plan(probe, isAlone: places.count == 1)
      }
    }
  }

  private var peers: ProbePeers {
    var peers = ProbePeers()
    for host in inventory.hosts {
      for place in stations[host.name] ?? [] {
        let target = ProbePeers.Target.place(place.peerName(on: host.name))
        peers.everybody.append(target)
        for role in place.roleNames { peers.members[role, default: []].append(target) }
      }
    }
    for role in playbook.roles {
      if let address = role.external { peers.members[role.name] = [.address(address)] }
    }
    return peers
  }

  private func logPlans(_ host: HostName, _ folder: String) -> [LogPlan] {
    playbook.logs.flatMap { log in
      let places = places(on: log.on, host).filter { log.source != .container || $0.place.isContainer }
      return places.map { LogPlan(log, $0, isAlone: places.count == 1, on: host, folder, options) }
    }
  }

  private func instrumentPlans(_ host: HostName, _ folder: String) -> [InstrumentPlan] {
    guard options.allowsChanges else { return [] }
    return playbook.instruments.flatMap { instrument in
      let places = places(on: instrument.on, host)
      return places.map { InstrumentPlan(instrument, $0, isAlone: places.count == 1, folder, options) }
    }
  }

  private static func prepare(_ folder: String) -> Start {
    Start(
      what: "make the case's folder",
      command: ShellCommand(script: "umask 077 && mkdir -- \"$1\"", arguments: [folder]),
      undo: ShellCommand(
        script:
          "[ -e \"$1\" ] || exit 0; if [ -e \"$1/keeper.sh\" ]; then exec sh \"$1/keeper.sh\" sweep \"$1\"; fi; rmdir -- \"$1\"",
        arguments: [folder]))
  }

  // MARK: captures

  /// One for each place and, where the playbook names several, each interface.
  private func capturePlans(_ capture: Playbook.Capture, _ host: HostName, _ folder: String) -> [CapturePlan] {
    let isAlone = inventory.hosts.reduce(0) { $0 + places(on: capture.on, $1.name).count } == 1
    return places(on: capture.on, host).flatMap { place in
      let here = place.place == .host ? host.text : "\(host).\(place.name)"
      let name = capture.name.map { isAlone ? $0.text : "\($0).\(here)" } ?? here
      return capture.interfaces.names.map { interface in
        CapturePlan(
          capture, VantageName(capture.interfaces.names.count > 1 ? "\(name).\(interface)" : name), interface, place,
          folder, options, playbook)
      }
    }
  }

  private mutating func checkNames(_ hosts: [HostPlan]) {
    let names = hosts.flatMap(\.captures).map(\.vantage)
    for name in Set(names).sorted() where names.filter({ $0 == name }).count > 1 {
      problem(
        playbook.captures.first?.mark ?? SourceMark(line: 1, column: 1), "two captures would be called `\(name)`",
        hint: "give each a `name`")
    }
  }

  // MARK: checks

  private func checkedPlaces(_ host: HostName) -> [Station] {
    let own = Station(name: .host, place: .host, roles: [])
    let here = stations[host] ?? []
    let all = here.contains { $0.place == .host } ? here : [own] + here
    return all.filter { !checks(at: $0, host).isEmpty }
  }

  private func checks(at place: Station, _ host: HostName) -> [Playbook.Check] {
    playbook.checks.filter { places(on: $0.on, host).contains { $0.place == place.place } }
  }

  private mutating func checkContainer(_ log: Playbook.Log) {
    guard !playbook.roles.contains(where: { log.on.includes($0.name) && $0.inside.isContainer }) else { return }
    problem(
      log.mark, "`\(log.name)` is the log of a container, and no role that it is on lives in one",
      hint: "write `inside: { container: NAME }` at the role, or follow a `file`, a `journal` unit or the `kernel`")
  }

  private mutating func problem(_ mark: SourceMark, _ message: String, hint: String) {
    problems.append(Problem(.error, file: playbook.file, mark: mark, message: message, hint: hint))
  }
}

extension CheckRecord {
  fileprivate init(_ order: CheckOrder, _ host: HostName, _ namespace: NamespaceName) {
    self.init(
      host: host, namespace: namespace, check: order.id, names: order.names, ports: order.ports, expect: order.expect,
      why: order.why)
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
