/// A YAML document as plain values with their places: bounded in size and depth, keys always text, aliases followed, merges done.
struct YAMLValue: Hashable, Sendable {
  struct Entry: Hashable, Sendable {
    var key: Marked<String>
    var value: YAMLValue
  }

  enum Content: Hashable, Sendable {
    case null
    case text(String)
    case list([YAMLValue])
    case map([Entry])
  }

  var content: Content
  var mark: SourceMark
  /// Optional variables without a value that this text named: for the hint of whoever cannot read it.
  var unset: [String] = []

  /// For messages: what stands there.
  var form: String {
    switch content {
    case .null: "nothing"
    case .text(let text): Sentence.quote(text)
    case .list: "a list"
    case .map: "a mapping"
    }
  }
}

/// Pieces of messages.
enum Sentence {
  /// In backticks, on one line, at most 60 characters of it.
  static func quote(_ text: some StringProtocol) -> String {
    let plain = text.unicodeScalars.prefix(61).map { scalar in
      scalar.value < 32 || scalar.value == 127 || scalar.value == 0x2028 || scalar.value == 0x2029 ? "\u{FFFD}" : scalar
    }
    let shown = String(String.UnicodeScalarView(plain.prefix(60)))
    return plain.count > 60 ? "`\(shown)...`" : "`\(shown)`"
  }

  /// `a`, `b` and `c`.
  static func list(_ names: [String], last: String = "and") -> String {
    let names = names.map { quote($0) }
    guard names.count > 1, let final = names.last else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " \(last) " + final
  }
}
