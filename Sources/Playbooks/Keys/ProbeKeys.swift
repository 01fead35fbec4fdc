internal import CaseModel

/// `probes:`.
extension PlaybookContext {
  func probes(_ value: YAMLValue?) -> [Playbook.Probe] {
    let probes = entries(value, "probes").compactMap(probe)
    refuseRepeats(probes.map { Marked($0.name, $0.mark) }, "probe")
    return probes
  }

  private func probe(_ value: YAMLValue) -> Playbook.Probe? {
    guard var keys = Keys(value, "a probe", log: log) else { return nil }
    let name = keys.need("name").flatMap { value in log.name(value, "name").map { Marked($0, value.mark) } }
    let target = target(&keys)
    let actions = actions(&keys)
    let every = keys.take("every").flatMap { log.duration($0, "every", atLeast: .milliseconds(100)) }
    let times = keys.takeEntry("repeat")
    let count = times.flatMap { log.number($0.value, "repeat", in: 1...1_000_000) }
    let timeout = keys.take("timeout").flatMap { log.duration($0, "timeout", atLeast: .milliseconds(100)) }
    let tools: Playbook.Probe.Tools? = keys.take("tools").map { log.choice($0, "tools") } ?? .container
    let become = keys.take("become").flatMap { log.flag($0, "become") } ?? false
    keys.finish()
    if let times, every != nil {
      log.error(
        times.key.mark, "`repeat` and `every` contradict each other",
        hint: "`every` goes on in the background until the wait ends; `repeat` counts runs in the foreground")
    }
    guard actions.count == 1 else {
      log.error(keys.mark, "a probe takes exactly one of `ping`, `connect`, `run` and `shell`")
      return nil
    }
    guard let name, let target, let action = actions[0], let tools else { return nil }
    return Playbook.Probe(
      name: name.value, on: target, action: action, every: every, times: count ?? 1, timeout: timeout, tools: tools,
      become: become, mark: name.mark)
  }

  private func actions(_ keys: inout Keys) -> [Playbook.Probe.Action?] {
    var actions: [Playbook.Probe.Action?] = []
    if let value = keys.take("ping") { actions.append(ping(value)) }
    if let value = keys.take("connect") { actions.append(connect(value)) }
    if let value = keys.take("run") { actions.append(run(value)) }
    if let value = keys.take("shell") { actions.append(log.nonEmptyText(value, "shell").map { .shell($0) }) }
    return actions
  }

  private func ping(_ value: YAMLValue) -> Playbook.Probe.Action? {
    guard var keys = Keys(value, "`ping`", log: log) else { return nil }
    let destination = keys.need("to").flatMap(destination)
    let items = keys.take("size").map { log.list($0) }
    let sizes = items?.compactMap { log.number($0, "size", in: 0...65_507) } ?? [56]
    let df = keys.take("df").flatMap { log.flag($0, "df") } ?? false
    keys.finish()
    guard let destination, !sizes.isEmpty, sizes.count == items?.count ?? 1 else { return nil }
    return .ping(to: destination, sizes: sizes, df: df)
  }

  private func connect(_ value: YAMLValue) -> Playbook.Probe.Action? {
    guard var keys = Keys(value, "`connect`", log: log) else { return nil }
    let destination = keys.need("to").flatMap(destination)
    let ports = keys.need("port").flatMap(portList)
    keys.finish()
    guard let destination, let ports else { return nil }
    return .connect(to: destination, ports: ports)
  }

  private func run(_ value: YAMLValue) -> Playbook.Probe.Action? {
    guard case .list(let items) = value.content, !items.isEmpty else {
      return log.refuse(
        value, "run", "a list of words", hint: "write `run: [curl, -sf, URL]`; a script for a shell goes under `shell`")
    }
    let words = items.compactMap { item in
      item.content == .null ? "" : log.text(item, "run")
    }
    guard words.count == items.count else { return nil }
    guard words.first?.isEmpty == false else { return log.refuse(items[0], "run", "a program as its first word") }
    return .run(words)
  }

  /// A role of that name goes before a host of that name.
  private func destination(_ value: YAMLValue) -> Playbook.Destination? {
    guard let text = log.nonEmptyText(value, "to") else { return nil }
    if text == "all" { return .all }
    if roleNames.contains(text) { return .role(RoleName(text)) }
    if AddressText.isAddress(text) || text.contains(".") && AddressText.isHostName(text) { return .address(text) }
    log.error(
      value.mark, "`to` takes a role, an address or `all`, and there is no role \(Sentence.quote(text))",
      hint: NearMiss.hint(text, among: roleNames) { "roles are \($0)" })
    return nil
  }
}
