/// Aliases of a YAML text, counted before it is composed: composing hashes whole keys, and a key made of aliases of aliases of
/// aliases is never done hashing.
enum YAMLAliases {
  /// Words after a `*` whose name stands after a `&` too. May count text inside quotes, never misses an alias.
  static func count(in text: String) -> Int {
    let anchors = Set(names(after: UInt8(ascii: "&"), in: text))
    return anchors.isEmpty ? 0 : names(after: UInt8(ascii: "*"), in: text).count { anchors.contains($0) }
  }

  private static func names(after sign: UInt8, in text: String) -> [Substring] {
    var names: [Substring] = []
    var rest = text.utf8[...]
    while let start = rest.firstIndex(of: sign) {
      rest = rest[rest.index(after: start)...]
      let name = rest.prefix { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 95
      }
      if !name.isEmpty { names.append(Substring(name)) }
    }
    return names
  }
}
