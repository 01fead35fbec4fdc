import Foundation

/// The words of a target's string literals, as its source has them: what it may say, also where no case makes it.
struct WrittenSentences {
  struct Sentence {
    let file: String
    /// With `{}` where a value is put in.
    let shape: String
    /// Words that stand beside each other in one clause, whatever the values are.
    let runs: [String]
  }

  let all: [Sentence]

  /// - Parameter folder: whose Swift files are read.
  init(of folder: URL) throws {
    let names = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let files = (names?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }
    all = try files.flatMap { file in
      var reader = LiteralReader(try String(contentsOf: file, encoding: .utf8))
      return reader.literals().map { literal in
        Sentence(file: file.lastPathComponent, shape: literal.joined(separator: "{}"), runs: literal.flatMap(Self.runs))
      }
    }
  }

  /// Of what stands between two values: clause by clause, without code; only what is more than a word.
  private static func runs(_ text: String) -> [String] {
    let prose = text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter {
      $0.offset.isMultiple(of: 2)
    }
    return prose.flatMap { $0.element.split(separator: #/[;.:] /#) }
      .map { String($0.trimmingCharacters(in: CharacterSet(charactersIn: " .,;:()"))) }
      .filter { $0.contains(/[a-z]{2,} [a-z]{2,}/) }
  }
}

/// Finds string literals of one line, also those inside the values of others. Enough for how this project is written.
private struct LiteralReader {
  private let text: [Character]
  private var place = 0
  private var found: [[String]] = []

  init(_ source: String) { text = Array(source) }

  /// Each as what stands between its values.
  mutating func literals() -> [[String]] {
    while place < text.count { code() }
    return found
  }

  private func begins(_ mark: String) -> Bool { text[place...].prefix(mark.count).elementsEqual(mark) }

  private mutating func code() {
    if begins("//") {
      skip { $0 != "\n" }
    } else if begins("\"\"\"") {
      place += 3
      while place < text.count, !begins("\"\"\"") { place += 1 }
      place += 3
    } else if text[place] == "\"" {
      literal()
    } else {
      place += 1
    }
  }

  private mutating func literal() {
    var parts = [""]
    place += 1
    while place < text.count, text[place] != "\"" {
      if begins("\\(") {
        value()
        parts.append("")
      } else {
        if text[place] == "\\" { place += 1 }
        if place < text.count { parts[parts.count - 1].append(text[place]) }
        place += 1
      }
    }
    place += 1
    found.append(parts)
  }

  private mutating func value() {
    place += 2
    var depth = 1
    while place < text.count, depth > 0 {
      switch text[place] {
      case "(": (depth, place) = (depth + 1, place + 1)
      case ")": (depth, place) = (depth - 1, place + 1)
      default: code()
      }
    }
  }

  private mutating func skip(while holds: (Character) -> Bool) {
    while place < text.count, holds(text[place]) { place += 1 }
  }
}
