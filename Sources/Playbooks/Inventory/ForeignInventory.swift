/// Tells other tools' inventories from our own.
enum ForeignInventory {
  enum Form {
    case ini
    case vault
  }

  /// By the text alone: what is no YAML.
  static func form(of text: String) -> Form? {
    // JSON opens with a bracket, too.
    let first = text.utf8.first { $0 > 32 }
    if first == UInt8(ascii: "{") { return nil }
    for line in text.utf8.split(separator: UInt8(ascii: "\n")).prefix(1000) {
      let line = Substring(line).drop { $0 == " " || $0 == "\t" }
      guard let first = line.utf8.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
      let word = line.prefix { $0 != "\r" }
      if line.contains(" ansible_"), line.contains("="), !line.contains(": ") { return .ini }
      if word.hasPrefix("["), word.hasSuffix("]"), !word.contains(","), !word.contains(" ") { return .ini }
      if word.hasPrefix("$ANSIBLE_VAULT") { return .vault }
    }
    return nil
  }

  /// By its keys: Ansible's YAML, and the JSON of `ansible-inventory --list`.
  static func isAnsible(_ root: YAMLValue) -> Bool {
    guard case .map(let entries) = root.content else { return false }
    let keys = entries.map(\.key.value)
    if keys.contains("_meta") { return true }
    guard !keys.contains("hosts") else { return false }
    return entries.contains { entry in
      guard case .map(let inner) = entry.value.content else { return false }
      return inner.contains { ["hosts", "children"].contains($0.key.value) }
    }
  }
}
