/// A host or a file said no: what could not be done, to whom, why, what state was left, what to do.
public struct Failure: Error, Hashable, Sendable, Codable {
  /// Stable, kebab-case: `unreachable`, `host-key-changed`, `authentication`, `missing-tool`, `capture-not-started`, ...
  public let code: String
  /// Whose it is; nil for the controller's own files.
  public var host: HostName?
  /// What could not be done, as the rest of "error: ...": `could not start capture pod on gw-1`.
  public let what: String
  /// Why, in the words of whoever refused.
  public let cause: String
  /// The command that failed, its exit status and its own stderr, if a command it was.
  public var command: FailedCommand?
  /// What state was left behind: `captures on the other hosts were kept`.
  public var left: String?
  /// What to do about it.
  public var hint: String?

  public init(
    _ code: String, host: HostName? = nil, what: String, cause: String, command: FailedCommand? = nil,
    left: String? = nil, hint: String? = nil
  ) {
    self.code = code
    self.host = host
    self.what = what
    self.cause = cause
    self.command = command
    self.left = left
    self.hint = hint
  }
}

public struct FailedCommand: Hashable, Sendable, Codable {
  public let text: String
  /// `status 1`, `signal TERM`, `no status: the connection was lost`.
  public let ending: String
  public let stderr: String

  public init(text: String, ending: String, stderr: String) {
    self.text = text
    self.ending = ending
    self.stderr = stderr
  }
}

extension Failure: CustomStringConvertible {
  /// The house style: one line of what and why, then notes, then a hint.
  public var description: String {
    var lines = ["\(what): \(cause)"]
    if let command {
      lines.append("  `\(command.text)` ended with \(command.ending)")
      lines += command.stderr.split(separator: "\n").suffix(5).map { "  \($0)" }
    }
    if let left { lines.append("  note: \(left)") }
    if let hint { lines.append("  hint: \(hint)") }
    return lines.joined(separator: "\n")
  }
}
