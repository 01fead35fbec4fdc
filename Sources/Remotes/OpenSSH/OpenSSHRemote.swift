public import CaseModel
internal import Synchronization

/// A session by the system's own `ssh`: for hosts and keys that libssh2 cannot serve.
///
/// Each command is an `ssh` process that joins the one connection of the session.
public final class OpenSSHRemote: Remote {
  /// How long a command that answers lines may take to start.
  private static let startTimeout = Duration.seconds(30)
  /// A file of which nothing comes for so long is given up.
  private static let stall = Duration.seconds(120)

  public let host: HostName
  private let master: OpenSSHMaster
  private let onClose: @Sendable () async -> Void
  private let state = Mutex((conversations: [LocalCommand](), isClosed: false))

  init(host: HostName, master: OpenSSHMaster, onClose: @escaping @Sendable () async -> Void) {
    self.host = host
    self.master = master
    self.onClose = onClose
  }

  /// Let go without a `close`, it must not stay connected.
  deinit {
    guard !state.withLock(\.isClosed) else { return }
    Task.detached { [master, onClose] in
      await master.close()
      await onClose()
    }
  }

  public func run(
    _ command: ShellCommand, input: [UInt8], limit: Int, timeout: Duration
  ) async throws(Failure) -> CommandOutcome {
    try await start(command).finish(input: input, limit: limit, timeout: timeout)
  }

  public func converse(_ command: ShellCommand) async throws(Failure) -> any Conversation {
    let started = try start(command)
    do throws(Failure) { try await started.begin(timeout: Self.startTimeout) } catch {
      await started.end()
      throw error
    }
    state.withLock { $0.conversations.append(started) }
    return LocalConversation(command: started)
  }

  public func push(_ bytes: [UInt8], to path: String, mode: UInt16) async throws(Failure) {
    try await FilePush(path: path, mode: mode).run(bytes, on: self)
  }

  public func fetch(_ path: String, to local: String) async throws(Failure) -> SourceFile {
    try await LocalFile.fetch(path, to: local, on: self) { target throws(Failure) in
      try await copy(path, into: target)
    }
  }

  public func close() async {
    let conversations: [LocalCommand]? = state.withLock { state in
      defer { state = ([], true) }
      return state.isClosed ? nil : state.conversations
    }
    guard let conversations else { return }
    for conversation in conversations { await conversation.end() }
    await master.close()
    await onClose()
  }

  private func copy(_ path: String, into target: borrowing LocalFile) async throws(Failure) {
    let outcome = try await start(FileStream.command(path, from: target.begun)).stream(stall: Self.stall) {
      bytes throws(Failure) in try target.append(bytes)
    }
    guard outcome.isSuccess else {
      let words = outcome.errorText.split(separator: "\n").last.map(String.init)
      throw .couldNotFetch(path, host, words ?? "its reader ended with \(outcome.ending)")
    }
  }

  private func start(_ command: ShellCommand) throws(Failure) -> LocalCommand {
    let text = LoginShellCommand(command, tellsStatus: true).text
    guard text.utf8.count <= LoginShellCommand.longest else {
      throw .commandTooLong(command, host, text.utf8.count)
    }
    let (host, master) = (host, master)
    return try LocalCommand(
      command, host: host,
      by: Carrier(command: OpenSSHSlave.command(text, socket: master.socket)) { hasStarted, stderr in
        await Failure.unfinished(command, host, hasStarted: hasStarted, loss: master.loss(), stderr: stderr)
      })
  }
}
