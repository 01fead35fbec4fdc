internal import CaseModel

/// Single values of a text by their kinds. Each says what is wrong at the value's place and gives nil.
extension ProblemLog {
  func text(_ value: YAMLValue, _ what: String) -> String? {
    guard case .text(let text) = value.content else { return refuse(value, what, "a text") }
    return text
  }

  func nonEmptyText(_ value: YAMLValue, _ what: String) -> String? {
    guard let text = text(value, what) else { return nil }
    return text.isEmpty ? refuse(value, what, "a text") : text
  }

  func number(_ value: YAMLValue, _ what: String, in range: ClosedRange<Int>) -> Int? {
    guard case .text(let text) = value.content, let number = Int(text), range.contains(number) else {
      let bounds =
        range.upperBound == Int.max
        ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
      return refuse(value, what, "a number \(bounds)")
    }
    return number
  }

  func duration(_ value: YAMLValue, _ what: String, atLeast least: Duration = .milliseconds(1)) -> Duration? {
    guard case .text(let text) = value.content, let duration = Duration(written: text) else {
      return refuse(value, what, "a duration", hint: Self.durationHint(value))
    }
    guard duration >= least else { return refuse(value, what, "a duration of \(least.written) or more") }
    return duration
  }

  func size(_ value: YAMLValue, _ what: String) -> ByteCount? {
    guard case .text(let text) = value.content, let size = ByteCount(text), size.bytes > 0 else {
      return refuse(value, what, "a size", hint: "write it with its unit: `100MB`, `1.5GiB`")
    }
    return size
  }

  func flag(_ value: YAMLValue, _ what: String) -> Bool? {
    switch value.content {
    case .text("true"), .text("yes"), .text("on"): true
    case .text("false"), .text("no"), .text("off"): false
    default: refuse(value, what, "`true` or `false`")
    }
  }

  func port(_ value: YAMLValue, _ what: String) -> Port? {
    guard case .text(let text) = value.content, let port = Port(text) else {
      return refuse(value, what, "a port from 1 to 65535")
    }
    return port
  }

  func choice<Choice: CaseIterable & RawRepresentable<String>>(_ value: YAMLValue, _ what: String) -> Choice? {
    if case .text(let text) = value.content, let choice = Choice(rawValue: text) { return choice }
    return refuse(value, what, Sentence.list(Choice.allCases.map(\.rawValue), last: "or"))
  }

  /// Of captures, logs, probes, roles: these become file names and words on the command line.
  func name(_ value: YAMLValue, _ what: String) -> String? {
    guard let text = text(value, what) else { return nil }
    guard Self.isName(text) else {
      return refuse(
        value, what, "a name",
        hint: "names are letters, digits, `.`, `_` and `-`, 64 at most, and open with a letter or digit")
    }
    return text
  }

  func path(_ value: YAMLValue, _ what: String) -> String? {
    guard let text = text(value, what) else { return nil }
    guard text.hasPrefix("/"), !text.unicodeScalars.contains(where: { $0.value < 32 }) else {
      return refuse(value, what, "a path", hint: "a path on a host is absolute: `/var/log/messages`")
    }
    return text
  }

  /// A list, or one value standing for a list of one. An entry that is only a variable which nobody gave is left out.
  func list(_ value: YAMLValue) -> [YAMLValue] {
    switch value.content {
    case .list(let list): list.filter { $0.unset.isEmpty || $0.content != .text("") }
    case .null: []
    default: [value]
    }
  }

  /// `what` takes `wanted`, and something else stands there.
  func refuse<Value>(_ value: YAMLValue, _ what: String, _ wanted: String, hint: String? = nil) -> Value? {
    if let variable = value.unset.first {
      error(
        value.mark, "`\(what)` takes \(wanted), and variable `\(variable)` has no value",
        hint: "give it with `-e \(variable)=...`, or a `default:`")
    } else {
      error(value.mark, "`\(what)` takes \(wanted), not \(value.form)", hint: hint)
    }
    return nil
  }

  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isWordByte(first), text.utf8.count <= 64 else { return false }
    return text.utf8.allSatisfy { isWordByte($0) || $0 == 45 || $0 == 46 || $0 == 95 }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }

  private static func durationHint(_ value: YAMLValue) -> String {
    if case .text(let text) = value.content, let number = Int(text), number > 0 {
      return "write the unit: `\(number)s`"
    }
    return "write it with its unit: `250ms`, `60s`, `5m`, `1h30m`; 30 days at most"
  }
}
