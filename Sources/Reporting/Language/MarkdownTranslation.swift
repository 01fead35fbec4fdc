/// A finished Markdown page in another language: line by line, as `MarkdownText` makes them.
struct MarkdownTranslation {
  private var book: PhraseBook

  init(_ book: PhraseBook) { self.book = book }

  /// - Returns: the page, with a remark under its title where sentences stay English.
  mutating func page(_ text: String) -> String {
    var isFenced = false
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") { isFenced.toggle() }
      lines.append(isFenced || line.hasPrefix("```") ? ladderLine(line) : self.line(line))
    }
    if !book.unknown.isEmpty { lines.insert(contentsOf: ["", "> " + book.remark], at: min(1, lines.count)) }
    return lines.joined(separator: "\n")
  }

  private mutating func line(_ line: String) -> String {
    if line.hasPrefix("| ") { return line.hasPrefix("| ---") ? line : row(line) }
    let body = line.drop { $0 == " " || $0 == "#" || $0 == "-" }
    let head = String(line.prefix(line.count - body.count))
    guard head.isEmpty || head.hasSuffix(" ") else { return inline(line) }
    if body.hasPrefix("_"), body.hasSuffix("_"), body.count > 2 {
      return head + "_" + inline(String(body.dropFirst().dropLast())) + "_"
    }
    if body.hasPrefix("**"), let end = body.dropFirst(2).firstRange(of: "**") {
      let strong = inline(String(body[body.index(body.startIndex, offsetBy: 2)..<end.lowerBound]))
      return head + "**" + strong + "** " + inline(String(body[end.upperBound...].drop { $0 == " " }))
    }
    return head + inline(String(body))
  }

  private mutating func row(_ line: String) -> String {
    var cells = [""]
    var isEscaped = false
    for character in line {
      if character == "|", !isEscaped { cells.append("") } else { cells[cells.count - 1].append(character) }
      isEscaped = character == "\\" && !isEscaped
    }
    return cells.map { inline($0) }.joined(separator: "|")
  }

  /// Text with code spans, which stay.
  private mutating func inline(_ text: String) -> String {
    var kept = Kept()
    var plain = ""
    var rest = text[...]
    while let tick = rest.firstIndex(of: "`") {
      plain += rest[..<tick]
      let fence = rest[tick...].prefix { $0 == "`" }
      guard let end = Self.end(of: fence, in: rest[fence.endIndex...]) else { break }
      plain += kept.keep(String(rest[tick..<end]))
      rest = rest[end...]
    }
    plain += rest
    return kept.restored(book.say(MarkdownText.unescaped(plain))) { MarkdownText.escaped($0) }
  }

  /// Behind the next run of backticks of that length.
  private static func end(of fence: Substring, in text: Substring) -> String.Index? {
    var rest = text
    while let tick = rest.firstIndex(of: "`") {
      let run = rest[tick...].prefix { $0 == "`" }
      if run.count == fence.count { return run.endIndex }
      rest = rest[run.endIndex...]
    }
    return nil
  }

  /// What stands at the end of a ladder's line, behind its columns.
  private mutating func ladderLine(_ line: String) -> String { book.ladderLine(line) }
}

extension PhraseBook {
  mutating func ladderLine(_ line: String) -> String {
    guard let gap = line.ranges(of: "   ").last else { return line }
    let start = line[gap.upperBound...].firstIndex { $0 != " " } ?? line.endIndex
    return line[..<start] + say(String(line[start...]))
  }

  /// Said where a report is not wholly in Chinese.
  var remark: String { "有 \(unknown.count) 处诊断语句尚无中文，保留英文原文。" }
}
