internal import CaseModel

/// `roles:`.
extension PlaybookContext {
  mutating func readRoles(_ value: YAMLValue?) {
    guard let value else { return }
    guard case .map(let entries) = value.content else {
      log.error(
        value.mark, "`roles` must be a mapping, not \(value.form)", hint: "write `roles: { client: {}, server: {} }`")
      return
    }
    guard entries.count <= Self.mostEntries else {
      log.error(value.mark, "`roles` has \(entries.count) entries, and \(Self.mostEntries) is the most")
      return
    }
    roleNames = entries.map(\.key.value)
    roles = entries.compactMap(role)
  }

  private func role(_ entry: YAMLValue.Entry) -> Playbook.Role? {
    let name = entry.key.value
    guard ProblemLog.isName(name), name != "all" else {
      log.error(
        entry.key.mark, "\(Sentence.quote(name)) cannot name a role",
        hint: name == "all" ? "`on: all` already means every host" : "names are letters, digits, `.`, `_` and `-`")
      return nil
    }
    var role = Playbook.Role(name: RoleName(name), mark: entry.key.mark)
    guard entry.value.content != .null else { return role }
    guard var keys = Keys(entry.value, "role `\(name)`", log: log) else { return nil }
    if let value = keys.take("inside"), let place = place(value, role: name) { role.inside = place }
    if let value = keys.take("group"), let group = log.nonEmptyText(value, "group") { role.group = group }
    if let value = keys.take("external") { role.external = external(value) }
    if let value = keys.take("many"), let many: Playbook.Role.Many = log.choice(value, "many") { role.many = many }
    if let value = keys.take("absent"), let absent: Playbook.Role.Absent = log.choice(value, "absent") {
      role.absent = absent
    }
    keys.finish()
    if role.external != nil, role.inside != .host || role.group != name {
      log.error(
        entry.key.mark, "role `\(name)` is external and has a place on a host",
        hint: "keep `external` for an address without a login, else `inside` and `group`")
    }
    return role
  }

  private func external(_ value: YAMLValue) -> String? {
    guard let text = log.nonEmptyText(value, "external") else { return nil }
    guard AddressText.isAddress(text) || AddressText.isHostName(text) else {
      return log.refuse(value, "external", "an address or a host name")
    }
    return text
  }

  /// A place whose variable was not given is none: a playbook may offer several, and the host itself is meant without any.
  private func place(_ value: YAMLValue, role: String) -> Playbook.Role.Place? {
    var value = value
    if case .map(let entries) = value.content {
      let given = entries.filter { $0.value.unset.isEmpty || $0.value.content != .text("") }
      if given.isEmpty, !entries.isEmpty { return .host }
      value.content = .map(given)
    }
    guard var keys = Keys(value, "`inside` of role `\(role)`", log: log) else { return nil }
    var places: [Playbook.Role.Place?] = []
    if let value = keys.take("container") { places.append(log.nonEmptyText(value, "container").map { .container($0) }) }
    if let value = keys.take("netns") { places.append(log.name(value, "netns").map { .namespace($0) }) }
    if let value = keys.take("pid") {
      places.append(log.number(value, "pid", in: 1...Int(Int32.max)).map { .process($0) })
    }
    if let value = keys.take("pod") { places.append(pod(value)) }
    keys.finish()
    guard places.count == 1 else {
      log.error(value.mark, "`inside` takes exactly one of `container`, `netns`, `pid` and `pod`")
      return nil
    }
    return places[0]
  }

  private func pod(_ value: YAMLValue) -> Playbook.Role.Place? {
    guard let text = log.text(value, "pod") else { return nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = text.dropLast(text.hasSuffix("*") ? 1 : 0).utf8.allSatisfy {
      $0 == 45 || $0 == 46 || $0 == 47 || (48...57).contains($0) || (97...122).contains($0)
    }
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isPlain else {
      return log.refuse(value, "pod", "`NAMESPACE/NAME` or `NAMESPACE/NAME-*`")
    }
    return .pod(text)
  }
}
