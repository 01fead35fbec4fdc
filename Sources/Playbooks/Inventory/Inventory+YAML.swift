internal import CaseModel

extension Inventory {
  /// Our own form of it, for the case folder: secrets as `<redacted>`.
  public func redactedYAML() -> String {
    var lines = ["hosts:"]
    for host in hosts {
      lines.append("  \(Self.scalar(host.name.text)):")
      lines += host.keys.map { "    \($0.key): \($0.value)" }
    }
    if hosts.isEmpty { lines = ["hosts: {}"] }
    if !groups.isEmpty { lines.append("groups:") }
    for group in groups {
      lines.append("  \(Self.scalar(group.name)): \(Self.list(group.hosts.map(\.text)))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A double-quoted YAML scalar, in which any text can stand.
  fileprivate static func scalar(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 32 || (127..<160).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        quoted += "\\x" + (digits.utf8.count == 1 ? "0" : "") + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  fileprivate static func list(_ texts: [String]) -> String {
    "[" + texts.map(scalar).joined(separator: ", ") + "]"
  }
}

extension Inventory.Host {
  fileprivate var keys: [(key: String, value: String)] {
    var keys: [(key: String, value: String)] = []
    func add(_ key: String, _ text: String?) {
      if let text { keys.append((key, Inventory.scalar(text))) }
    }
    add("address", address)
    if let port { keys.append(("port", "\(port)")) }
    add("user", user)
    add("private_key", privateKey)
    add("known_hosts", knownHosts)
    add("jump", jump)
    keys.append(("roles", Inventory.list(roles.map(\.text))))
    if become { keys.append(("become", "true")) }
    add("become_method", becomeMethod?.rawValue)
    add("transport", transport?.rawValue)
    add("password", password?.description)
    add("become_password", becomePassword?.description)
    return keys
  }
}
