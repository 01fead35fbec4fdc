internal import CaseModel

/// Ansible's YAML form, and the JSON of `ansible-inventory --list`: groups with `hosts`, `children` and `vars`.
struct AnsibleTree {
  private var inventory: AnsibleInventory
  private let log: ProblemLog

  private init(log: ProblemLog) {
    self.log = log
    inventory = AnsibleInventory(log: log)
  }

  static func read(_ root: YAMLValue, log: ProblemLog) -> AnsibleInventory {
    var reader = AnsibleTree(log: log)
    guard case .map(let entries) = root.content else { return reader.inventory }
    for entry in entries where entry.key.value != "_meta" { reader.readGroup(entry) }
    for entry in entries where entry.key.value == "_meta" { reader.readMeta(entry.value) }
    return reader.inventory
  }

  /// The document has no more levels than YAML is read to.
  private mutating func readGroup(_ entry: YAMLValue.Entry) {
    let name = entry.key.value
    inventory.addGroup(name)
    switch entry.value.content {
    case .null: return
    // The old JSON form: a group is its list of hosts.
    case .list: readHosts(entry.value, of: name)
    case .map(let parts):
      for part in parts {
        switch part.key.value {
        case "hosts": readHosts(part.value, of: name)
        case "children": readChildren(part.value, of: name)
        case "vars": inventory.addGroup(name, variables: variables(part.value, "vars"))
        default:
          log.warning(
            part.key.mark, "\(Sentence.quote(part.key.value)) of group `\(name)` is passed over",
            hint: "a group has `hosts`, `children` and `vars`")
        }
      }
    case .text: log.error(entry.value.mark, "group `\(name)` must be a mapping, not \(entry.value.form)")
    }
  }

  private mutating func readHosts(_ value: YAMLValue, of group: String) {
    switch value.content {
    case .null: return
    case .map(let entries):
      for entry in entries { inventory.addHosts(entry.key, to: group, variables(entry.value, entry.key.value)) }
    case .list(let list):
      for value in list {
        if let name = log.text(value, "hosts") { inventory.addHosts(Marked(name, value.mark), to: group) }
      }
    case .text(let name): inventory.addHosts(Marked(name, value.mark), to: group)
    }
  }

  private mutating func readChildren(_ value: YAMLValue, of group: String) {
    switch value.content {
    case .map(let entries):
      for entry in entries {
        inventory.addChild(entry.key.value, to: group)
        readGroup(entry)
      }
    case .list(let list):
      for value in list { if let name = log.text(value, "children") { inventory.addChild(name, to: group) } }
    case .null: return
    case .text: log.error(value.mark, "`children` must be a mapping or a list, not \(value.form)")
    }
  }

  private mutating func readMeta(_ value: YAMLValue) {
    guard case .map(let parts) = value.content,
      case .map(let hosts)? = parts.first(where: { $0.key.value == "hostvars" })?.value.content
    else { return }
    for host in hosts where ProblemLog.isName(host.key.value) {
      inventory.addVariables(variables(host.value, host.key.value), toHost: host.key.value, host.key.mark)
    }
  }

  private func variables(_ value: YAMLValue, _ what: String) -> AnsibleInventory.Variables {
    switch value.content {
    case .null: return [:]
    case .map(let entries):
      return Dictionary(entries.map { ($0.key.value, $0.value) }, uniquingKeysWith: { _, new in new })
    default:
      log.error(value.mark, "the variables of \(Sentence.quote(what)) must be a mapping, not \(value.form)")
      return [:]
    }
  }
}
