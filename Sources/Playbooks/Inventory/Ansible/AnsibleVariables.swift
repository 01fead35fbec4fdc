internal import CaseModel

/// The variables of one host that say how to connect to it; all others are somebody else's.
struct AnsibleVariables {
  private let variables: AnsibleInventory.Variables
  private let log: ProblemLog

  init(_ variables: AnsibleInventory.Variables, log: ProblemLog) {
    self.variables = variables
    self.log = log
  }

  /// nil, with a Problem, where it cannot be reached by SSH.
  func host(_ name: HostName, _ mark: SourceMark) -> Inventory.Host? {
    var host = Inventory.Host(name: name, mark: mark)
    host.address = word("ansible_host", "ansible_ssh_host")
    host.port = value("ansible_port", "ansible_ssh_port").flatMap { log.port($0, "ansible_port") }
    host.user = word("ansible_user", "ansible_ssh_user")
    host.privateKey = text("ansible_ssh_private_key_file", "ansible_private_key_file")
    host.password = secret("ansible_password", "ansible_ssh_password", "ansible_ssh_pass")
    host.becomePassword = secret("ansible_become_password", "ansible_become_pass", "ansible_sudo_pass")
    host.become = value("ansible_become").map(isYes) ?? false
    host.becomeMethod = method()
    host.jump = jump()
    if let user = value("ansible_become_user"), text("ansible_become_user") != "root" {
      log.error(user.mark, "`ansible_become_user` must be `root`, which captures need", hint: "leave it out")
    }
    return isReachable(&host) ? host : nil
  }

  private func isReachable(_ host: inout Inventory.Host) -> Bool {
    guard let connection = value("ansible_connection"), case .text(let way) = connection.content else { return true }
    switch way {
    case "ssh", "smart", "paramiko", "paramiko_ssh", "openssh", "ansible.builtin.ssh": return true
    case "local", "ansible.builtin.local":
      host.address = "localhost"
      return true
    default:
      log.error(
        connection.mark, "host `\(host.name)` is reached by \(Sentence.quote(way)), not by SSH",
        hint: "take it out with `--limit '!\(host.name)'` in a file of its own, or use the host that carries it")
      return false
    }
  }

  private func method() -> Inventory.BecomeMethod? {
    guard let value = value("ansible_become_method") else { return nil }
    if case .text(let text) = value.content, let last = text.split(separator: ".").last,
      let method = Inventory.BecomeMethod(rawValue: String(last))
    {
      return method
    }
    return log.refuse(value, "ansible_become_method", "`sudo` or `doas`")
  }

  /// Of ssh's own options only jump hosts are taken; the others belong into its configuration.
  private func jump() -> String? {
    var jump: String?
    for name in ["ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_args"] {
      guard let value = value(name), let words = text(name).map(AnsibleINI.words) else { continue }
      var rest = words[...]
      while let word = rest.popFirst() {
        if word == "-J" {
          jump = rest.popFirst()
        } else if word == "-o", let setting = rest.popFirst() {
          let parts = setting.split(maxSplits: 1) { $0 == "=" || $0 == " " }.map(String.init)
          if parts.count == 2, parts[0].lowercased() == "proxyjump" {
            jump = parts[1]
          } else {
            warn(value, name, setting)
          }
        } else {
          warn(value, name, word)
        }
      }
    }
    return jump
  }

  private func warn(_ value: YAMLValue, _ name: String, _ word: String) {
    log.warning(
      value.mark, "\(Sentence.quote(word)) of `\(name)` is not passed on to ssh",
      hint: "put it into ~/.ssh/config, or into a file for `-F`")
  }

  // MARK: Values

  private func value(_ names: String...) -> YAMLValue? { value(names) }

  /// The first that is there. A value that only Ansible could work out is a Problem.
  private func value(_ names: [String]) -> YAMLValue? {
    guard let name = names.first(where: { variables[$0] != nil }), let value = variables[name],
      value.content != .null
    else { return nil }
    guard case .text(let text) = value.content else { return value }
    if text.hasPrefix("$ANSIBLE_VAULT") {
      log.error(
        value.mark, "`\(name)` is in an Ansible vault, which is not opened here",
        hint: "leave it out: use a key or an agent, and `-K` for sudo's password")
      return nil
    }
    if text.contains("{{") || text.contains("{%") {
      log.error(
        value.mark, "`\(name)` is a template, which only Ansible can work out", hint: "write the value itself")
      return nil
    }
    return value
  }

  private func text(_ names: String...) -> String? {
    value(names).flatMap { log.nonEmptyText($0, names[0]) }
  }

  /// What ssh gets as a word of its own: nothing that it would take for an option.
  private func word(_ names: String...) -> String? {
    guard let value = value(names), let text = log.nonEmptyText(value, names[0]) else { return nil }
    guard !text.hasPrefix("-"), !text.unicodeScalars.contains(where: { $0.value <= 32 || $0.value == 127 }) else {
      return log.refuse(value, names[0], "one word")
    }
    return text
  }

  private func secret(_ names: String...) -> Secret? {
    guard let value = value(names), let text = log.nonEmptyText(value, names[0]) else { return nil }
    log.warning(
      value.mark, "a password stands in the inventory, for everybody who can read the file",
      hint: "use a key or an agent, and `-K` for sudo's password")
    return Secret(text)
  }

  private func isYes(_ value: YAMLValue) -> Bool {
    guard case .text(let text) = value.content else { return false }
    return ["true", "yes", "on", "1", "t", "y"].contains(text.lowercased())
  }
}
