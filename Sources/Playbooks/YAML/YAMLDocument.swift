internal import Yams

/// One YAML document read within bounds, or the Problem that stopped it.
struct YAMLDocument {
  /// A playbook or an inventory is a page or a few; beyond this somebody passed another file.
  static let longestText = 1 << 20
  static let deepest = 32
  static let mostValues = 50_000
  /// Each alias can multiply what it stands in, so their number bounds what the author's text can grow to.
  static let mostAliases = 16
  static let longestTextWithAliases = 1 << 16

  let file: String
  private var problems: [Problem] = []
  private var values = 0

  /// nil where the text is empty or cannot be read; then there is a Problem.
  static func read(_ text: String, file: String) -> (root: YAMLValue?, problems: [Problem]) {
    var document = YAMLDocument(file: file)
    let root = document.compose(text).flatMap { document.value($0, depth: 0) }
    return (document.problems.isEmpty ? root : nil, document.problems)
  }

  private init(file: String) { self.file = file }

  private mutating func compose(_ text: String) -> Node? {
    guard text.utf8.count <= Self.longestText else {
      note(nil, "the file is longer than 1 MiB", "this takes a page of YAML: was another file meant?")
      return nil
    }
    if text.utf8.contains(0) {
      let mark = Self.mark(ofCharacter: text.unicodeScalars.prefix { $0.value != 0 }.count, in: text)
      note(mark, "the file has a NUL byte in it", "this takes plain text: was another file meant?")
      return nil
    }
    let aliases = YAMLAliases.count(in: text)
    guard aliases <= Self.mostAliases, aliases == 0 || text.utf8.count <= Self.longestTextWithAliases else {
      note(
        nil,
        aliases > Self.mostAliases
          ? "the file has more than \(Self.mostAliases) aliases" : "the file has aliases and is longer than 64 KiB",
        "write the values out")
      return nil
    }
    do {
      if let node = try Parser(yaml: text, encoding: .utf8).singleRoot() { return node }
      note(nil, "the file is empty", nil)
    } catch let error as YamlError {
      note(error)
    } catch {
      note(nil, "the file is not YAML", nil)
    }
    return nil
  }

  // MARK: Own values

  private mutating func value(_ node: Node, depth: Int) -> YAMLValue? {
    let mark = Self.mark(node)
    values += 1
    guard depth < Self.deepest, values <= Self.mostValues else {
      if problems.isEmpty {
        note(mark, depth < Self.deepest ? "the file has too many values" : "values are nested too deeply", nil)
      }
      return nil
    }
    switch node {
    case .scalar(let scalar):
      let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return YAMLValue(content: isNull ? .null : .text(scalar.string), mark: mark)
    case .sequence(let sequence):
      var list: [YAMLValue] = []
      for node in sequence {
        guard let value = value(node, depth: depth + 1) else { return nil }
        list.append(value)
      }
      return YAMLValue(content: .list(list), mark: mark)
    case .mapping(let mapping): return entries(mapping, depth: depth).map { YAMLValue(content: .map($0), mark: mark) }
    case .alias:
      note(mark, "an alias leads nowhere", nil)
      return nil
    }
  }

  private mutating func entries(_ mapping: Node.Mapping, depth: Int) -> [YAMLValue.Entry]? {
    var entries: [YAMLValue.Entry] = []
    var merged: [YAMLValue.Entry] = []
    for (key, node) in mapping {
      guard case .scalar(let name) = key else {
        note(Self.mark(key), "a key must be a word", "a variable is written in quotes: `\"{{ name }}\"`")
        return nil
      }
      guard let value = value(node, depth: depth + 1) else { return nil }
      if name.style == .plain, name.string == "<<" {
        merged += mergedEntries(value)
      } else {
        entries.append(.init(key: Marked(name.string, Self.mark(key)), value: value))
      }
    }
    var seen = Set(entries.map(\.key.value))
    return entries + merged.filter { seen.insert($0.key.value).inserted }
  }

  private mutating func mergedEntries(_ value: YAMLValue) -> [YAMLValue.Entry] {
    switch value.content {
    case .map(let entries): return entries
    case .list(let list): return list.flatMap { mergedEntries($0) }
    default:
      note(value.mark, "`<<` takes a mapping, not \(value.form)", nil)
      return []
    }
  }

  // MARK: Problems

  private mutating func note(_ mark: SourceMark?, _ message: String, _ hint: String?) {
    problems.append(
      Problem(.error, file: file, mark: mark ?? SourceMark(line: 1, column: 1), message: message, hint: hint))
  }

  private mutating func note(_ error: YamlError) {
    switch error {
    case .composer(_, "but found another document", let mark, _):
      note(
        SourceMark(line: mark.line, column: mark.column), "a second document begins here", "one file is one document")
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      let hint =
        problem.contains("nesting")
        ? nil
        : problem.contains("tab") || problem.contains("cannot start any token")
          ? "YAML is indented with spaces, and text that opens with a special character needs quotes"
          : "a wrong indent, a missing `:` or an open quote or bracket can be on a line before"
      note(SourceMark(line: mark.line, column: mark.column), "not YAML: \(problem.lowercasedFirst)", hint)
    case .reader(let problem, let offset, _, let yaml):
      note(offset.map { Self.mark(ofCharacter: $0, in: yaml) }, "not YAML: \(problem.lowercasedFirst)", nil)
    case .duplicatedKeysInMapping(let duplicates, let context):
      note(
        SourceMark(line: max(context.mark.line, 1), column: max(context.mark.column, 1)),
        "\(Sentence.list(duplicates)) \(duplicates.count > 1 ? "stand" : "stands") more than once in one mapping",
        "the first is here; keep one of them")
    default:
      note(nil, "the file is not YAML", nil)
    }
  }

  private static func mark(_ node: Node) -> SourceMark {
    SourceMark(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private static func mark(ofCharacter offset: Int, in text: String) -> SourceMark {
    var line = 1
    var column = 1
    for scalar in text.unicodeScalars.prefix(offset) {
      if scalar == "\n" {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return SourceMark(line: line, column: column)
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
