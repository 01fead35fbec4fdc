internal import CaseModel

extension Inventory {
  /// The inventory with only the hosts that `--limit` names, as Ansible reads it: patterns joined by `,` or `:`, each a host or a
  /// group, with `*` and `?`; a leading `!` takes away. Only patterns that take away start from all hosts.
  ///
  /// - Returns: nil when a pattern matches nothing, and which.
  public func limited(to limit: String) -> (inventory: Inventory?, unmatched: String?) {
    let patterns = limit.split(whereSeparator: { $0 == "," || $0 == ":" || $0 == " " }).map(String.init)
    let isOnlyTaking = patterns.allSatisfy { $0.hasPrefix("!") }
    var chosen = isOnlyTaking ? Set(hosts.map(\.name)) : []
    for pattern in patterns {
      let matched = names(matching: pattern.hasPrefix("!") ? String(pattern.dropFirst()) : pattern)
      guard !matched.isEmpty else { return (nil, pattern) }
      if !pattern.hasPrefix("!") { chosen.formUnion(matched) }
    }
    for pattern in patterns where pattern.hasPrefix("!") {
      chosen.subtract(names(matching: String(pattern.dropFirst())))
    }
    var limited = self
    limited.hosts = hosts.filter { chosen.contains($0.name) }
    limited.groups = groups.map { Group(name: $0.name, hosts: $0.hosts.filter(chosen.contains)) }
    return (limited, nil)
  }

  private func names(matching pattern: String) -> Set<HostName> {
    let members = groups.filter { Self.matches($0.name, pattern) }.flatMap(\.hosts)
    return Set(hosts.map(\.name).filter { Self.matches($0.text, pattern) } + members)
  }

  /// Shell-like matching of whole names; linear in the product of the lengths.
  static func matches(_ name: String, _ pattern: String) -> Bool {
    let name = Array(name.unicodeScalars)
    var row = [true] + [Bool](repeating: false, count: name.count)
    for mark in pattern.unicodeScalars {
      var next = [mark == "*" && row[0]] + [Bool](repeating: false, count: name.count)
      for index in name.indices {
        next[index + 1] =
          mark == "*" ? next[index] || row[index + 1] : row[index] && (mark == "?" || mark == name[index])
      }
      row = next
    }
    return row[name.count]
  }
}
