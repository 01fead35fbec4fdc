public import CaseModel

/// A session of which every command, fetch and failure is recorded. What is given to a command's stdin never is, since secrets
/// travel there; nor are the lines of a conversation.
public struct RecordingRemote: Remote {
  private let remote: any Remote
  private let record: @Sendable (JournalEntry) -> Void

  public init(_ remote: any Remote, record: @escaping @Sendable (JournalEntry) -> Void) {
    self.remote = remote
    self.record = record
  }

  public var host: HostName { remote.host }

  public func run(
    _ command: ShellCommand, input: [UInt8], limit: Int, timeout: Duration
  ) async throws(Failure) -> CommandOutcome {
    let started = Deadline.now
    do {
      let outcome = try await remote.run(command, input: input, limit: limit, timeout: timeout)
      record(
        JournalEntry(
          at: outcome.started, event: "command", host: host, says: "ran a command", command: command.text,
          ending: outcome.ending.description, seconds: started.elapsed.inSeconds, stderr: outcome.stderrTail))
      return outcome
    } catch {
      record(.failure(error, host: host, command: command.text, seconds: started.elapsed.inSeconds))
      throw error
    }
  }

  public func converse(_ command: ShellCommand) async throws(Failure) -> any Conversation {
    let conversation = try await recorded("command", "opened a conversation", command: command.text) {
      () async throws(Failure) in try await remote.converse(command)
    }
    return RecordingConversation(conversation: conversation, host: host, record: record)
  }

  public func push(_ bytes: [UInt8], to path: String, mode: UInt16) async throws(Failure) {
    try await recorded("push", "wrote \(bytes.count) bytes to `\(path)`") { () async throws(Failure) in
      try await remote.push(bytes, to: path, mode: mode)
    }
  }

  public func fetch(_ path: String, to local: String) async throws(Failure) -> SourceFile {
    try await recorded("fetch", "fetched `\(path)`") { () async throws(Failure) in
      try await remote.fetch(path, to: local)
    }
  }

  public func close() async { await remote.close() }

  private func recorded<Result: Sendable>(
    _ event: String, _ says: String, command: String? = nil, _ work: () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let started = Deadline.now
    do {
      let result = try await work()
      record(
        JournalEntry(
          at: .now, event: event, host: host, says: says, command: command, seconds: started.elapsed.inSeconds))
      return result
    } catch {
      record(.failure(error, host: host, command: command, seconds: started.elapsed.inSeconds))
      throw error
    }
  }
}

/// Records what goes wrong in it, and nothing else: a beat every few seconds would bury the journal.
private struct RecordingConversation: Conversation {
  let conversation: any Conversation
  let host: HostName
  let record: @Sendable (JournalEntry) -> Void

  func ask(_ line: String, timeout: Duration) async throws(Failure) -> Exchange {
    let started = Deadline.now
    do {
      return try await conversation.ask(line, timeout: timeout)
    } catch {
      record(.failure(error, host: host, seconds: started.elapsed.inSeconds))
      throw error
    }
  }

  func close() async { await conversation.close() }
}

extension JournalEntry {
  static func failure(_ failure: Failure, host: HostName, command: String? = nil, seconds: Double) -> JournalEntry {
    JournalEntry(
      at: .now, event: "failure", host: failure.host ?? host, says: "\(failure.what): \(failure.cause)",
      command: failure.command?.text ?? command, ending: failure.command?.ending ?? failure.code, seconds: seconds,
      stderr: failure.command?.stderr)
  }
}

extension CommandOutcome {
  /// The end of what it said on stderr, for the journal; nil for nothing.
  fileprivate var stderrTail: String? {
    stderr.isEmpty ? nil : String(decoding: stderr.suffix(StreamTail.limit), as: UTF8.self)
  }
}

extension Deadline {
  /// Since then.
  var elapsed: Duration { .nanoseconds(Deadline.now.nanoseconds &- nanoseconds) }
}
