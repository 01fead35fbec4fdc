/// The words of one line. `<...>` (but not a lone `>`) and `"..."` are one word each; `#` begins a comment.
struct Tokens {
  private var words: [String]
  private var next = 0

  static func of(_ line: some StringProtocol) -> Tokens {
    var words: [String] = []
    var rest = Substring(line)
    while true {
      rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
      guard let first = rest.first, first != "#" else { break }
      let word =
        switch first {
        case "<": rest.prefix { $0 != ">" }
        case "\"": quoted(rest)
        default: rest.prefix { $0 != " " && $0 != "\t" && $0 != "\r" }
        }
      words.append(String(word))
      rest = rest.dropFirst(word.count)
      if first == "<" { rest = rest.dropFirst() }
    }
    return Tokens(words: words)
  }

  /// With its quotes.
  private static func quoted(_ text: Substring) -> Substring {
    var isEscaped = false
    var end = text.index(after: text.startIndex)
    while end < text.endIndex {
      let character = text[end]
      end = text.index(after: end)
      if character == "\"", !isEscaped { break }
      isEscaped = character == "\\" && !isEscaped
    }
    return text[..<end]
  }

  init(words: [String]) { self.words = words }

  var isEmpty: Bool { next >= words.count }
  var last: String? { words.last }
  var all: [String] { words }

  func peek() -> String? { next < words.count ? words[next] : nil }

  mutating func word() -> String? {
    guard next < words.count else { return nil }
    defer { next += 1 }
    return words[next]
  }

  mutating func word(for what: String) throws(PacketScriptProblem) -> String {
    guard let word = word() else { throw PacketScriptProblem(says: "`\(what)` needs a value") }
    return word
  }

  mutating func number<N: FixedWidthInteger>(for what: String) throws(PacketScriptProblem) -> N {
    let text = try word(for: what)
    guard let number = N(text) else { throw PacketScriptProblem(says: "`\(text)` is no number for `\(what)`") }
    return number
  }

  /// Seconds with up to nine decimals, as nanoseconds.
  static func nanoseconds(_ text: some StringProtocol) -> Int64? {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" || $0 == "+" }.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = Int64(parts[0]), whole >= 0, whole < 1 << 33 else { return nil }
    var fraction: Int64 = 0
    if parts.count == 2 {
      guard (1...9).contains(parts[1].count), parts[1].allSatisfy(\.isNumber) else { return nil }
      fraction = Int64(parts[1] + String(repeating: "0", count: 9 - parts[1].count)) ?? 0
    }
    return (whole * 1_000_000_000 + fraction) * (isNegative ? -1 : 1)
  }
}
