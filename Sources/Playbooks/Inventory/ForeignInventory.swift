/// Tells other tools' inventories from our own.
enum ForeignInventory {
  /// By the text alone: what is no YAML.
  static func form(of text: String) -> String? {
    for line in text.utf8.split(separator: UInt8(ascii: "\n")).prefix(1000) {
      let line = Substring(line).drop { $0 == " " || $0 == "\t" }
      guard let first = line.utf8.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
      let word = line.prefix { $0 != "\r" }
      if line.contains(" ansible_"), line.contains("=") { return "an Ansible inventory in INI form" }
      if word.hasPrefix("["), word.hasSuffix("]"), !word.contains(","), !word.contains(" ") {
        return "an Ansible inventory in INI form"
      }
      if word.hasPrefix("$ANSIBLE_VAULT") { return "an Ansible vault" }
    }
    return nil
  }

  /// By its keys: Ansible's YAML, and the JSON of `ansible-inventory --list`.
  static func form(of root: YAMLValue) -> String? {
    guard case .map(let entries) = root.content else { return nil }
    let keys = entries.map(\.key.value)
    if keys.contains("_meta") { return "the JSON of `ansible-inventory --list`" }
    guard !keys.contains("hosts") else { return nil }
    let isAnsible = entries.contains { entry in
      guard case .map(let inner) = entry.value.content else { return false }
      return inner.contains { ["hosts", "children"].contains($0.key.value) }
    }
    return isAnsible ? "an Ansible inventory in YAML form" : nil
  }
}
