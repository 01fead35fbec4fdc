internal import CaseModel

/// How a command without a status is told of, whichever way it was run.
extension Failure {
  static func timedOut(_ command: ShellCommand, _ host: HostName, _ timeout: Duration, stderr: [UInt8] = []) -> Failure
  {
    Failure(
      "timeout", host: host, what: "could not finish a command on \(host)", cause: "no end within \(timeout.brief)",
      command: FailedCommand(
        text: command.text, ending: "no status: it was given up", stderr: String(decoding: stderr, as: UTF8.self)),
      left: "it was told to end, and may still run on \(host)")
  }

  static func notStarted(_ command: ShellCommand, _ host: HostName, _ outcome: CommandOutcome) -> Failure {
    let words = (outcome.errorText + outcome.text).split(whereSeparator: \.isNewline).last.map {
      String($0.prefix(200))
    }
    return Failure(
      "command-not-started", host: host, what: "could not run a command on \(host)",
      cause: "the login shell ended without running it (\(words ?? "without a word"))",
      command: FailedCommand(
        text: command.text, ending: "\(outcome.ending) of the login shell", stderr: outcome.errorText),
      hint: "its sshd may allow no commands (`ForceCommand`), or the account's shell may be none")
  }

  static func cancelled(_ command: ShellCommand, _ host: HostName) -> Failure {
    Failure(
      "cancelled", host: host, what: "did not finish a command on \(host)", cause: "the run was interrupted",
      command: FailedCommand(text: command.text, ending: "no status: it was given up", stderr: ""),
      left: "it was told to end, and may still run on \(host)")
  }

  static func noAnswer(_ command: ShellCommand, _ host: HostName, _ timeout: Duration) -> Failure {
    Failure(
      "no-answer", host: host, what: "got no answer from a command on \(host)", cause: "none within \(timeout.brief)",
      command: FailedCommand(text: command.text, ending: "no status: it still runs", stderr: ""))
  }

  static func conversationEnded(
    _ command: ShellCommand, _ host: HostName, _ ending: CommandOutcome.Ending?, stderr: String
  ) -> Failure {
    Failure(
      "conversation-ended", host: host, what: "got no answer from a command on \(host)", cause: "it ended",
      command: FailedCommand(text: command.text, ending: ending?.description ?? "no status", stderr: stderr))
  }

  static func outOfStep(_ command: ShellCommand, _ host: HostName) -> Failure {
    Failure(
      "no-answer", host: host, what: "could not ask a command on \(host)",
      cause: "an earlier question went without an answer, so that a later answer could not be told from it",
      command: FailedCommand(text: command.text, ending: "no status: it was given up", stderr: ""))
  }

  static func answerTooLong(_ command: ShellCommand, _ host: HostName) -> Failure {
    Failure(
      "no-answer", host: host, what: "could not read the answer of a command on \(host)",
      cause: "its line is longer than \(LineBuffer.longestLine) bytes",
      command: FailedCommand(text: command.text, ending: "no status: it was given up", stderr: ""))
  }

  static func notALine(_ command: ShellCommand, _ host: HostName) -> Failure {
    Failure(
      "no-answer", host: host, what: "could not ask a command on \(host)", cause: "a question is one line",
      command: FailedCommand(text: command.text, ending: "no status: it was not asked", stderr: ""))
  }
}
