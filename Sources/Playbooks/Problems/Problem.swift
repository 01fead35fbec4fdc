/// Something wrong in the author's text. All of a text's Problems are collected before any is shown.
public struct Problem: Error, Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable { case error, warning }

  public let severity: Severity
  /// As the user named it.
  public let file: String
  public let mark: SourceMark
  /// One sentence in lower case, without a final period.
  public let message: String
  public let hint: String?

  public var line: Int { mark.line }
  public var column: Int { mark.column }

  public init(_ severity: Severity, file: String, mark: SourceMark, message: String, hint: String? = nil) {
    self.severity = severity
    self.file = file
    self.mark = mark
    self.message = message
    self.hint = hint
  }
}

extension Problem: CustomStringConvertible {
  /// `file:line:col: error: message`, and the hint on a line of its own.
  public var description: String {
    let first = "\(file):\(mark): \(severity): \(message)"
    return hint.map { "\(first)\n  hint: \($0)" } ?? first
  }
}

/// What reading a text gave: a value, or at least one error; warnings either way.
public struct Parsed<Value: Sendable>: Sendable {
  /// nil if any Problem is an error.
  public let value: Value?
  /// In the order of their places.
  public let problems: [Problem]

  /// Withholds the value if any Problem is an error, and puts the Problems in order.
  public init(_ value: Value?, _ problems: [Problem]) {
    self.value = problems.contains { $0.severity == .error } ? nil : value
    self.problems = problems.enumerated()
      .sorted { ($0.element.mark, $0.offset) < ($1.element.mark, $1.offset) }
      .map(\.element)
  }

  public var errors: [Problem] { problems.filter { $0.severity == .error } }
  public var warnings: [Problem] { problems.filter { $0.severity == .warning } }
}
