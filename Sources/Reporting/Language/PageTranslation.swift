/// A finished HTML page in another language. It takes pages apart as `Markup` makes them: well formed, attributes quoted, text escaped.
struct PageTranslation {
  private var book: PhraseBook
  private var rest: Substring = ""

  /// Elements that are part of a sentence.
  private static let inline: Set<Substring> = ["code", "a", "span", "strong"]
  /// Elements whose text is no language.
  private static let silent: Set<Substring> = ["style", "script", "code"]

  init(_ book: PhraseBook) { self.book = book }

  /// - Returns: the page, with a remark in front of its contents where sentences stay English.
  mutating func page(_ source: String) -> String {
    rest = source.replacing("<html lang=\"en\">", with: "<html lang=\"zh-CN\">", maxReplacements: 1)[...]
    let page = content(isPreformatted: false)
    guard !book.unknown.isEmpty else { return page }
    return page.replacing("<nav", with: "<p class=\"dim\">\(book.remark)</p><nav", maxReplacements: 1)
  }

  /// Up to the end tag of the element that it is in, without that.
  private mutating func content(isPreformatted: Bool) -> String {
    var shown = ""
    var sentence = ""
    var kept = Kept()
    func flushed(_ book: inout PhraseBook) -> String {
      defer { (sentence, kept) = ("", Kept()) }
      guard !sentence.isEmpty else { return "" }
      let text = isPreformatted ? book.preformatted(sentence) : book.say(sentence)
      return kept.restored(text) { Markup.escaped($0) }
    }
    while let mark = rest.firstIndex(of: "<") {
      sentence += Markup.unescaped(String(rest[..<mark]))
      guard let close = rest[mark...].firstIndex(of: ">") else { break }
      let tag = rest[rest.index(after: mark)..<close]
      if tag.hasPrefix("/") {
        rest = rest[mark...]
        return shown + flushed(&book)
      }
      rest = rest[rest.index(after: close)...]
      let name = tag.prefix { $0 != " " && $0 != "/" }
      if Self.inline.contains(name) {
        sentence += kept.keep(element(tag, name))
      } else {
        shown += flushed(&book)
        shown += tag.hasSuffix("/") || tag.hasPrefix("!") ? "<\(tag)>" : element(tag, name)
      }
    }
    sentence += Markup.unescaped(String(rest))
    rest = ""
    return shown + flushed(&book)
  }

  /// The element whose start tag was just read.
  private mutating func element(_ tag: Substring, _ name: Substring) -> String {
    let end = "</\(name)>"
    var body = ""
    if Self.silent.contains(name) || Self.isName(tag, name) {
      let close = rest.firstRange(of: end)?.lowerBound ?? rest.endIndex
      body = String(rest[..<close])
      rest = rest[close...]
    } else {
      body = content(isPreformatted: name == "pre")
    }
    if rest.hasPrefix(end) { rest = rest.dropFirst(end.count) }
    return "<\(attributes(String(tag)))>\(body)\(end)"
  }

  /// A vantage's name in a drawing is no word.
  private static func isName(_ tag: Substring, _ name: Substring) -> Bool {
    name == "text" && (tag.contains("class=\"name\"") || tag.contains("mono"))
  }

  /// What is read aloud, and what stands beside a cell on a narrow page.
  private mutating func attributes(_ tag: String) -> String {
    var tag = tag
    for name in ["data-label", "aria-label"] {
      guard let start = tag.firstRange(of: "\(name)=\"")?.upperBound,
        let end = tag[start...].firstIndex(of: "\"")
      else { continue }
      let said = book.say(Markup.unescaped(String(tag[start..<end])))
      tag.replaceSubrange(start..<end, with: Markup.escaped(said))
    }
    return tag
  }
}

extension PhraseBook {
  fileprivate mutating func preformatted(_ text: String) -> String {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) { lines.append(ladderLine(String(line))) }
    return lines.joined(separator: "\n")
  }
}
