internal import CaseModel

/// Ansible's INI form: `[group]` with hosts and their variables, `[group:children]`, `[group:vars]`.
struct AnsibleINI {
  private enum Section {
    case hosts(String)
    case children(String)
    case variables(String)
  }

  private static let mostLines = 50_000
  private var inventory: AnsibleInventory
  private let log: ProblemLog
  private var section = Section.hosts("ungrouped")

  init(log: ProblemLog) {
    self.log = log
    inventory = AnsibleInventory(log: log)
  }

  static func read(_ text: String, log: ProblemLog) -> AnsibleInventory {
    var reader = AnsibleINI(log: log)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.prefix(mostLines).enumerated() { reader.read(line, number + 1) }
    if lines.count > mostLines { log.error(SourceMark(line: mostLines, column: 1), "the file has too many lines") }
    return reader.inventory
  }

  private mutating func read(_ raw: Substring, _ number: Int) {
    let line = Self.trimmed(raw)
    let mark = SourceMark(line: number, column: 1 + raw.prefix { $0 == " " || $0 == "\t" }.count)
    guard let first = line.first, first != "#", first != ";" else { return }
    if first == "[", line.last == "]" || line.contains("] #") { return open(line, mark) }
    switch section {
    case .hosts(let group): addHost(line, to: group, mark)
    case .children(let group): inventory.addChild(String(line.split(separator: " ").first ?? line), to: group)
    case .variables(let group): addVariable(line, to: group, mark)
    }
  }

  private mutating func open(_ line: Substring, _ mark: SourceMark) {
    let parts = line.dropFirst().prefix { $0 != "]" }.split(separator: ":", maxSplits: 1).map(String.init)
    guard let group = parts.first, !group.isEmpty else { return log.error(mark, "a section without a name") }
    inventory.addGroup(group)
    switch parts.dropFirst().first {
    case nil: section = .hosts(group)
    case "children"?: section = .children(group)
    case "vars"?: section = .variables(group)
    case let kind?:
      log.error(
        mark, "unknown kind of section \(Sentence.quote(kind))",
        hint: "sections are `[\(group)]`, `[\(group):children]` and `[\(group):vars]`")
    }
  }

  private mutating func addHost(_ line: Substring, to group: String, _ mark: SourceMark) {
    var words = Self.words(String(line))
    guard !words.isEmpty else { return }
    var name = words.removeFirst()
    var variables: AnsibleInventory.Variables = [:]
    // `host:port`, unless the colon is a range's.
    if let colon = name.lastIndex(of: ":"), !name[colon...].contains("]") {
      variables["ansible_port"] = YAMLValue(content: .text(String(name[colon...].dropFirst())), mark: mark)
      name = String(name[..<colon])
    }
    for word in words {
      guard let equals = word.firstIndex(of: "="), equals > word.startIndex else {
        log.error(
          mark, "\(Sentence.quote(word)) is no variable of `\(name)`",
          hint: "variables are `NAME=VALUE`, in quotes if need be")
        return
      }
      variables[String(word[..<equals])] = YAMLValue(content: .text(String(word[equals...].dropFirst())), mark: mark)
    }
    inventory.addHosts(Marked(name, mark), to: group, variables)
  }

  private mutating func addVariable(_ line: Substring, to group: String, _ mark: SourceMark) {
    guard let equals = line.firstIndex(of: "=") else {
      return log.error(mark, "\(Sentence.quote(line)) is no variable", hint: "variables are `NAME=VALUE`")
    }
    let name = Self.trimmed(line[..<equals])
    let value = Self.words(String(line[line.index(after: equals)...])).joined(separator: " ")
    inventory.addGroup(group, variables: [String(name): YAMLValue(content: .text(value), mark: mark)])
  }

  /// Words as a shell would split them: quotes keep blanks together, and a `#` that opens a word ends the line.
  static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == " " || character == "\t" {
        if let done = word { words.append(done) }
        word = nil
      } else if character == "#", word == nil {
        break
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" || last == "\r" { text = text.dropLast() }
    return text
  }
}
