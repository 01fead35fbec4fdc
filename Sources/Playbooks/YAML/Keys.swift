/// Where readers of one text put their Problems.
final class ProblemLog {
  /// Nobody reads more, and a file that is no playbook at all would have thousands.
  static let most = 100

  let file: String
  private(set) var problems: [Problem] = []
  private var isFull = false

  init(file: String) { self.file = file }

  func error(_ mark: SourceMark, _ message: @autoclosure () -> String, hint: @autoclosure () -> String? = nil) {
    add(.error, mark, message, hint)
  }

  func warning(_ mark: SourceMark, _ message: @autoclosure () -> String, hint: @autoclosure () -> String? = nil) {
    add(.warning, mark, message, hint)
  }

  private func add(_ severity: Problem.Severity, _ mark: SourceMark, _ message: () -> String, _ hint: () -> String?) {
    guard !isFull else { return }
    isFull = problems.count >= Self.most
    problems.append(
      isFull
        ? Problem(.error, file: file, mark: mark, message: "more than \(Self.most) problems, the rest is not shown")
        : Problem(severity, file: file, mark: mark, message: message(), hint: hint()))
  }
}

/// One mapping while it is read: keys are taken out one by one, and what nobody took is a Problem.
struct Keys {
  let mark: SourceMark
  let log: ProblemLog
  /// For messages: `capture`, `role`.
  let what: String
  private var entries: [YAMLValue.Entry]
  private var known: [String] = []

  /// nil, with a Problem, unless the value is a mapping.
  init?(_ value: YAMLValue, _ what: String, log: ProblemLog) {
    guard case .map(let entries) = value.content else {
      log.error(value.mark, "\(what) must be a mapping, not \(value.form)")
      return nil
    }
    self.entries = entries
    self.mark = value.mark
    self.log = log
    self.what = what
  }

  var names: [Marked<String>] { entries.map(\.key) }

  /// A key's value; nil where it is absent or empty.
  mutating func take(_ name: String) -> YAMLValue? {
    takeEntry(name).flatMap { $0.value.content == .null ? nil : $0.value }
  }

  /// A key and its value, empty or not.
  mutating func takeEntry(_ name: String) -> YAMLValue.Entry? {
    known.append(name)
    guard let index = entries.firstIndex(where: { $0.key.value == name }) else { return nil }
    return entries.remove(at: index)
  }

  /// A key that must be there.
  mutating func need(_ name: String, hint: String? = nil) -> YAMLValue? {
    if let value = take(name) { return value }
    log.error(mark, "\(what) has no `\(name)`", hint: hint)
    return nil
  }

  /// Everything that is left is unknown.
  func finish() {
    for entry in entries {
      log.error(
        entry.key.mark, "unknown key \(Sentence.quote(entry.key.value)) in \(what)",
        hint: NearMiss.hint(entry.key.value, among: known) { "known keys are \($0)" })
    }
  }
}
