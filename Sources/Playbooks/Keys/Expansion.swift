/// `{{ name }}` in values, never in keys, replaced by what the variable holds.
final class Expansion {
  /// Bytes that all variables together may put into a playbook. A long value in a thousand places is no playbook.
  static let mostBytes = 4 << 20

  private var bytes = 0
  private let values: [String: String]
  private let declared: [String]
  private let log: ProblemLog

  init(_ variables: [Playbook.Variable], log: ProblemLog) {
    values = Dictionary(
      variables.compactMap { variable in variable.value.map { (variable.name, $0) } },
      uniquingKeysWith: { first, _ in first })
    declared = variables.map(\.name)
    self.log = log
  }

  func expand(_ value: YAMLValue, inScript: Bool = false) -> YAMLValue {
    var value = value
    switch value.content {
    case .null: break
    case .text(let text):
      if inScript, text.contains("{{") {
        log.error(
          value.mark, "`{{ }}` is not replaced inside a script",
          hint: "the playbook's variables are in the script's environment: write `\"$name\"`")
      } else {
        value.content = .text(expand(text, value.mark, unset: &value.unset))
      }
    case .list(let list): value.content = .list(list.map { expand($0, inScript: inScript) })
    case .map(let entries):
      value.content = .map(
        entries.map { .init(key: $0.key, value: expand($0.value, inScript: $0.key.value == "shell")) })
    }
    return value
  }

  private func expand(_ text: String, _ mark: SourceMark, unset: inout [String]) -> String {
    var rest = text[...]
    var expanded = ""
    while let open = Self.range(of: "{{", in: rest) {
      expanded += rest[..<open.lowerBound]
      guard let close = Self.range(of: "}}", in: rest[open.upperBound...]) else {
        log.error(mark, "`{{` has no `}}` in \(Sentence.quote(text))")
        return expanded + rest[open.lowerBound...]
      }
      let name = String(rest[open.upperBound..<close.lowerBound].filter { $0 != " " && $0 != "\t" })
      if let value = values[name] {
        bytes += value.utf8.count
        guard bytes <= Self.mostBytes else {
          log.error(mark, "the variables' values are longer than 4 MiB together")
          return ""
        }
        expanded += value
      } else if declared.contains(name) {
        unset.append(name)
      } else {
        log.error(
          mark, "there is no variable \(Sentence.quote(name))",
          hint: NearMiss.hint(name, among: declared) { "variables are \($0)" } ?? "declare it under `vars:`")
      }
      rest = rest[close.upperBound...]
    }
    return expanded + rest
  }

  private static func range(of mark: String, in text: Substring) -> Range<Substring.Index>? {
    var start = text.startIndex
    while let found = text[start...].firstIndex(where: { $0 == mark.first }) {
      let next = text.index(after: found)
      if next < text.endIndex, text[next] == mark.last { return found..<text.index(after: next) }
      start = next
    }
    return nil
  }
}
