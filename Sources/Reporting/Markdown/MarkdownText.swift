/// Text of a case as Markdown that says what the text says, and does nothing else.
enum MarkdownText {
  /// Running text. What stands between backticks becomes code; all other marks of Markdown and HTML lose their meaning. Wrongly
  /// paired backticks can only make code of the wrong part.
  static func prose(_ text: String) -> String {
    let parts = SafeText.visible(text).split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    var shown = ""
    for (position, part) in parts.enumerated() {
      let isCode = !position.isMultiple(of: 2) && position < parts.count - 1
      shown += isCode ? (part.isEmpty ? "" : code(part)) : escaped(part)
    }
    return shown
  }

  /// A code span, also inside a table.
  static func code(_ text: String) -> String {
    let text = withoutBars(SafeText.visible(text))
    guard !text.isEmpty else { return "` `" }
    let fence = String(repeating: "`", count: longestRun(text) + 1)
    let pad = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
    return fence + pad + text + pad + fence
  }

  /// A fenced block, one line each.
  static func block(_ lines: [String], language: String = "") -> String {
    let lines = lines.map(SafeText.visible)
    let fence = String(repeating: "`", count: max(3, (lines.map(longestRun).max() ?? 0) + 1))
    return ([fence + language] + lines + [fence]).joined(separator: "\n")
  }

  /// A table of cells that are Markdown already.
  static func table(_ header: [String], _ rows: [[String]]) -> String {
    let rule = header.map { _ in "---" }
    return ([header, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  static func list(_ items: [String]) -> String { items.map { "- " + $0 }.joined(separator: "\n") }

  /// Text that means nothing but itself.
  static func escaped(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var shown = ""
    for (position, scalar) in scalars.enumerated() {
      let before = position > 0 ? scalars[position - 1] : nil
      let after = position + 1 < scalars.count ? scalars[position + 1] : nil
      switch scalar {
      case "<": shown += "&lt;"
      case "&": shown += "&amp;"
      case "\\", "*", "[", "]", "|", "~", "#": shown += "\\" + String(scalar)
      // Inside a word an underscore is only itself.
      case "_": shown += isWord(before) && isWord(after) ? "_" : "\\_"
      // No address becomes a link by itself.
      case ":" where after == "/": shown += "&#58;"
      case "." where before == "w" || before == "W": shown += "&#46;"
      case "@": shown += "&#64;"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  /// The text that `escaped` made this of.
  static func unescaped(_ text: String) -> String {
    guard text.contains("\\") || text.contains("&") else { return text }
    var plain = ""
    var isEscaped = false
    for character in text {
      if character == "\\", !isEscaped {
        isEscaped = true
      } else {
        plain.append(character)
        isEscaped = false
      }
    }
    return [("&lt;", "<"), ("&#58;", ":"), ("&#46;", "."), ("&#64;", "@"), ("&amp;", "&")].reduce(plain) {
      $0.replacing($1.0, with: $1.1)
    }
  }

  private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    scalar?.properties.isAlphabetic == true || scalar?.properties.numericType != nil
  }

  /// Every `|` behind an odd number of backslashes: a table's cell ends at any other, even in code (GitHub Flavored Markdown, 4.10).
  private static func withoutBars(_ text: String) -> String {
    var shown = ""
    var backslashes = 0
    for character in text {
      if character == "|" { shown += backslashes.isMultiple(of: 2) ? "\\" : "\\\\" }
      shown.append(character)
      backslashes = character == "\\" ? backslashes + 1 : 0
    }
    return shown
  }

  private static func longestRun(_ text: String) -> Int {
    var longest = 0
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
