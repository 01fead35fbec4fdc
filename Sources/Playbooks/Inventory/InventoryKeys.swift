internal import CaseModel

/// Our own inventory: `hosts:` and `groups:`. In their keys `_` and `-` are the same.
struct InventoryKeys {
  let log: ProblemLog

  func read(_ root: YAMLValue, file: String) -> Inventory? {
    guard var keys = Keys(root, "an inventory", log: log) else { return nil }
    var inventory = Inventory(file: file)
    let hosts = keys.need("hosts", hint: "write `hosts: { web1: { address: 10.0.0.5, roles: [client] } }`")
    if let hosts {
      if case .map(let entries) = hosts.content {
        inventory.hosts = allHosts(entries)
        if entries.isEmpty { log.error(hosts.mark, "`hosts` names no host") }
      } else {
        log.error(
          hosts.mark, "`hosts` must be a mapping, not \(hosts.form)", hint: "each host's name is a key: `web1: { ... }`"
        )
      }
    }
    if let groups = keys.take("groups") {
      inventory.groups = self.groups(groups, hosts: Set(inventory.hosts.map(\.name.text)))
    }
    keys.finish()
    return inventory
  }

  // MARK: Hosts

  private func allHosts(_ entries: [YAMLValue.Entry]) -> [Inventory.Host] {
    var hosts: [Inventory.Host] = []
    var names: Set<HostName> = []
    for entry in entries {
      let more = self.hosts(entry)
      guard hosts.count + more.count <= HostRange.most else {
        log.error(entry.key.mark, "these are more than \(HostRange.most) hosts")
        break
      }
      for host in more {
        if names.insert(host.name).inserted {
          hosts.append(host)
        } else {
          log.error(host.mark, "host `\(host.name)` stands there twice")
        }
      }
    }
    return hosts
  }

  /// All that a range of names stands for, each with the same settings.
  private func hosts(_ entry: YAMLValue.Entry) -> [Inventory.Host] {
    let pattern = entry.key
    guard let names = HostRange.expand(pattern.value), !names.isEmpty else {
      log.error(
        pattern.mark, "\(Sentence.quote(pattern.value)) is no range of hosts",
        hint: "ranges are `web[01:50]`, `db-[a:f]` or `n[0:10:2]`")
      return []
    }
    if names.count > 1, case .map(let settings) = entry.value.content,
      let address = settings.first(where: { $0.key.value == "address" })
    {
      log.error(
        address.key.mark, "\(names.count) hosts cannot have one `address`",
        hint: "names that DNS or ~/.ssh/config know need none")
      return []
    }
    return names.compactMap { host(.init(key: Marked($0, pattern.mark), value: entry.value)) }
  }

  private func host(_ entry: YAMLValue.Entry) -> Inventory.Host? {
    let name = entry.key.value
    guard ProblemLog.isName(name) else {
      log.error(
        entry.key.mark, "\(Sentence.quote(name)) cannot name a host",
        hint: "names are letters, digits, `.`, `_` and `-`; an address goes under `address`")
      return nil
    }
    var host = Inventory.Host(name: HostName(name), mark: entry.key.mark)
    guard entry.value.content != .null else { return host }
    guard var keys = Keys(Self.withUnderscores(entry.value), "host `\(name)`", log: log) else { return nil }
    host.address = keys.take("address").flatMap(address)
    host.port = keys.take("port").flatMap { log.port($0, "port") }
    host.user = keys.take("user").flatMap { word($0, "user") }
    host.privateKey = keys.take("private_key").flatMap { log.nonEmptyText($0, "private_key") }
    host.knownHosts = keys.take("known_hosts").flatMap { log.nonEmptyText($0, "known_hosts") }
    host.jump = keys.take("jump").flatMap { word($0, "jump") }
    host.roles =
      keys.take("roles").map { log.list($0).compactMap { log.name($0, "roles") } }?.map { RoleName($0) } ?? []
    host.become = keys.take("become").flatMap { log.flag($0, "become") } ?? false
    host.becomeMethod = keys.take("become_method").flatMap { log.choice($0, "become_method") }
    host.transport = keys.take("transport").flatMap { log.choice($0, "transport") }
    host.password = keys.take("password").flatMap(secret)
    host.becomePassword = keys.take("become_password").flatMap(secret)
    keys.finish()
    return host
  }

  private func address(_ value: YAMLValue) -> String? {
    guard let text = log.nonEmptyText(value, "address") else { return nil }
    guard AddressText.isAddress(text) || AddressText.isHostName(text) else {
      return log.refuse(value, "address", "an address or a host name", hint: "the port goes under `port`")
    }
    return text
  }

  /// What ssh gets as a word of its own: nothing that it would take for an option.
  private func word(_ value: YAMLValue, _ what: String) -> String? {
    guard let text = log.nonEmptyText(value, what) else { return nil }
    guard !text.hasPrefix("-"), !text.unicodeScalars.contains(where: { $0.value <= 32 || $0.value == 127 }) else {
      return log.refuse(value, what, "one word")
    }
    return text
  }

  private func secret(_ value: YAMLValue) -> Secret? {
    guard let text = log.nonEmptyText(value, "password") else { return nil }
    // What a case keeps of an inventory has none.
    if text == "\(Secret(""))" { return nil }
    log.warning(
      value.mark, "a password stands in the inventory, for everybody who can read the file",
      hint: "use a key or an agent, and `-K` for sudo's password")
    return Secret(text)
  }

  private static func withUnderscores(_ value: YAMLValue) -> YAMLValue {
    guard case .map(let entries) = value.content else { return value }
    var value = value
    value.content = .map(
      entries.map { entry in
        let key = String(entry.key.value.map { $0 == "-" ? "_" : $0 })
        return .init(key: Marked(key, entry.key.mark), value: entry.value)
      })
    return value
  }

  // MARK: Groups

  private func groups(_ value: YAMLValue, hosts: Set<String>) -> [Inventory.Group] {
    guard case .map(let entries) = value.content else {
      log.error(
        value.mark, "`groups` must be a mapping, not \(value.form)", hint: "write `groups: { node_a: [web1, web2] }`")
      return []
    }
    return entries.map { entry in
      let members = log.list(entry.value).compactMap { member($0, hosts: hosts) }
      return Inventory.Group(name: entry.key.value, hosts: members)
    }
  }

  private func member(_ value: YAMLValue, hosts: Set<String>) -> HostName? {
    guard let text = log.text(value, "groups") else { return nil }
    guard hosts.contains(text) else {
      log.error(
        value.mark, "there is no host \(Sentence.quote(text))",
        hint: NearMiss.hint(text, among: hosts.sorted()) { "hosts are \($0)" } ?? "name it under `hosts:`")
      return nil
    }
    return HostName(text)
  }
}
