/// `vars:` and what was given for them.
struct VariableKeys {
  let given: [String: String]
  let fillMissing: Bool
  let log: ProblemLog

  func read(_ value: YAMLValue?) -> [Playbook.Variable] {
    var variables: [Playbook.Variable] = []
    if let value, case .map(let entries) = value.content {
      guard entries.count <= PlaybookContext.mostEntries else {
        log.error(value.mark, "`vars` has \(entries.count) entries, and \(PlaybookContext.mostEntries) is the most")
        return []
      }
      variables = entries.compactMap(variable)
    } else if let value, value.content != .null {
      log.error(value.mark, "`vars` must be a mapping, not \(value.form)")
    }
    refuseUndeclared(variables)
    return variables
  }

  private func variable(_ entry: YAMLValue.Entry) -> Playbook.Variable? {
    let name = entry.key.value
    guard Self.isName(name) else {
      log.error(
        entry.key.mark, "\(Sentence.quote(name)) cannot name a variable",
        hint: "names are letters, digits and `_`, since scripts get them as their environment")
      return nil
    }
    guard var keys = Keys(entry.value, "variable `\(name)`", log: log) else { return nil }
    let kind: Playbook.Variable.Kind? = keys.take("type").map { log.choice($0, "type") } ?? .text
    let isRequired = keys.take("required").flatMap { log.flag($0, "required") } ?? false
    let help = keys.take("help").flatMap { log.text($0, "help") }
    let standard = keys.take("default")
    keys.finish()
    guard let kind else { return nil }
    var variable = Playbook.Variable(
      name: name, kind: kind, isRequired: isRequired, help: help, mark: entry.key.mark)
    variable.value = given(for: variable) ?? written(standard, of: variable) ?? missing(variable)
    return variable
  }

  private func given(for variable: Playbook.Variable) -> String? {
    guard let text = given[variable.name] else { return nil }
    guard variable.kind.takes(text) else {
      log.error(
        variable.mark,
        "variable `\(variable.name)` takes \(variable.kind.wanted), and \(Sentence.quote(text)) was given",
        hint: variable.help)
      return variable.kind.standIn
    }
    return text
  }

  private func written(_ value: YAMLValue?, of variable: Playbook.Variable) -> String? {
    guard let value, let text = log.text(value, "default") else { return nil }
    guard variable.kind.takes(text) else {
      log.error(value.mark, "`default` takes \(variable.kind.wanted), not \(Sentence.quote(text))")
      return variable.kind.standIn
    }
    return text
  }

  /// A stand-in for a required one, so that one missing value is one Problem.
  private func missing(_ variable: Playbook.Variable) -> String? {
    guard variable.isRequired else { return nil }
    if !fillMissing {
      let help = variable.help.map { ": \($0)" } ?? ""
      log.error(
        variable.mark, "variable `\(variable.name)` is required and was not given",
        hint: "give it with `-e \(variable.name)=\(variable.kind.rawValue.uppercased())`\(help)")
    }
    return variable.kind.standIn
  }

  private func refuseUndeclared(_ variables: [Playbook.Variable]) {
    let declared = variables.map(\.name)
    for name in given.keys.sorted() where !declared.contains(name) {
      log.error(
        SourceMark(line: 1, column: 1), "\(Sentence.quote(name)) was given, and there is no such variable",
        hint: NearMiss.hint(name, among: declared) { "variables are \($0)" } ?? "this playbook has no variables")
    }
  }

  /// What a shell takes as a variable's name.
  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first), text.utf8.count <= 64 else { return false }
    return text.utf8.allSatisfy {
      $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
    }
  }
}

extension Playbook.Variable.Kind {
  func takes(_ text: String) -> Bool {
    switch self {
    case .address: AddressText.isAddress(text)
    case .port: Port(text) != nil
    case .text: !text.utf8.contains(0)
    case .number: Int(text) != nil
    case .duration: Duration(written: text) != nil
    case .size: ByteCount(text) != nil
    case .path: !text.isEmpty && !text.unicodeScalars.contains { $0.value < 32 }
    }
  }

  var wanted: String {
    switch self {
    case .address: "an IP address"
    case .port: "a port from 1 to 65535"
    case .text: "a text"
    case .number: "a whole number"
    case .duration: "a duration such as `60s`"
    case .size: "a size such as `100MB`"
    case .path: "a path"
    }
  }

  /// A value that fits, of which nobody will think that it is meant (RFC 5737 for the address).
  var standIn: String {
    switch self {
    case .address: "192.0.2.1"
    case .port: "65535"
    case .text: "TEXT"
    case .number: "1"
    case .duration: "60s"
    case .size: "100MB"
    case .path: "/PATH"
    }
  }
}
