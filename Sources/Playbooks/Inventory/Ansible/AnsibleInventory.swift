internal import CaseModel

/// An Ansible inventory, whichever its form: hosts and groups with variables, of which those that say how to connect are read.
struct AnsibleInventory {
  typealias Variables = [String: YAMLValue]

  private struct Host {
    var mark: SourceMark
    var variables: Variables = [:]
  }

  private struct Group {
    var hosts: [String] = []
    var children: [String] = []
    var variables: Variables = [:]
  }

  let log: ProblemLog
  private var hosts: [String: Host] = [:]
  private var hostNames: [String] = []
  private var groups: [String: Group] = [:]
  private var groupNames: [String] = []

  init(log: ProblemLog) { self.log = log }

  // MARK: Making

  /// A host, or all that a range stands for, as a member of a group.
  mutating func addHosts(_ pattern: Marked<String>, to group: String, _ variables: Variables = [:]) {
    guard let names = HostRange.expand(pattern.value), hostNames.count + names.count <= HostRange.most else {
      log.error(
        pattern.mark, "\(Sentence.quote(pattern.value)) is no range of hosts",
        hint: "ranges are `web[01:50]`, `db-[a:f]` or `n[0:10:2]`, \(HostRange.most) hosts at most")
      return
    }
    addGroup(group)
    for name in names {
      guard ProblemLog.isName(name) else {
        log.error(
          pattern.mark, "\(Sentence.quote(name)) cannot name a host",
          hint: "names are letters, digits, `.`, `_` and `-`; an address goes under `ansible_host`")
        return
      }
      addVariables(variables, toHost: name, pattern.mark)
      if groups[group]?.hosts.contains(name) == false { groups[group]?.hosts.append(name) }
    }
  }

  mutating func addVariables(_ variables: Variables, toHost name: String, _ mark: SourceMark) {
    if hosts[name] == nil {
      hosts[name] = Host(mark: mark)
      hostNames.append(name)
    }
    hosts[name]?.variables.merge(variables) { _, new in new }
  }

  mutating func addGroup(_ name: String, variables: Variables = [:]) {
    if groups[name] == nil {
      groups[name] = Group()
      groupNames.append(name)
    }
    groups[name]?.variables.merge(variables) { _, new in new }
  }

  mutating func addChild(_ child: String, to group: String) {
    addGroup(child)
    addGroup(group)
    if groups[group]?.children.contains(child) == false { groups[group]?.children.append(child) }
  }

  // MARK: Reading

  func inventory(file: String) -> Inventory {
    let members = Dictionary(uniqueKeysWithValues: groupNames.map { ($0, self.members(of: $0)) })
    let ordered = groupNames.filter { $0 != "all" }.sorted { (depth(of: $0), $0) < (depth(of: $1), $1) }
    var inventory = Inventory(file: file)
    for name in hostNames {
      guard let host = hosts[name] else { continue }
      // What is nearer to the host wins: everybody's variables, parents', children's, its own.
      var variables = groups["all"]?.variables ?? [:]
      for group in ordered where members[group]?.contains(name) == true {
        variables.merge(groups[group]?.variables ?? [:]) { _, new in new }
      }
      variables.merge(host.variables) { _, new in new }
      if let read = AnsibleVariables(variables, log: log).host(HostName(name), host.mark) {
        inventory.hosts.append(read)
      }
    }
    inventory.groups = groupNames.filter { $0 != "ungrouped" && $0 != "all" }.map { group in
      Inventory.Group(
        name: group, hosts: hostNames.filter { members[group]?.contains($0) == true }.map { HostName($0) })
    }
    inventory.groups.append(Inventory.Group(name: "all", hosts: inventory.hosts.map(\.name)))
    if hostNames.isEmpty, !log.problems.contains(where: { $0.severity == .error }) {
      log.error(SourceMark(line: 1, column: 1), "the inventory names no host")
    }
    return inventory
  }

  /// Of a group and those below it, however they go in circles.
  private func members(of group: String) -> Set<String> {
    var seen: Set<String> = []
    var open = [group]
    var members: Set<String> = []
    while let name = open.popLast() {
      guard seen.insert(name).inserted, let group = groups[name] else { continue }
      members.formUnion(group.hosts)
      open += group.children
    }
    return members
  }

  /// How many groups are above it on the longest way.
  private func depth(of group: String) -> Int {
    var depth = 0
    var level: Set<String> = [group]
    while depth < groupNames.count {
      level = Set(groupNames.filter { name in groups[name]?.children.contains(where: level.contains) == true })
      if level.isEmpty { break }
      depth += 1
    }
    return depth
  }
}
