internal import CaseModel

/// A session in which every command is root's, and every file is read and written as root.
struct PrivilegedRemote: Remote {
  /// How long sudo may take to be content.
  private static let patience = Duration.seconds(30)

  let remote: any Remote
  let elevation: Elevation

  var host: HostName { remote.host }

  func run(
    _ command: ShellCommand, input: [UInt8], limit: Int, timeout: Duration
  ) async throws(Failure) -> CommandOutcome {
    try await remote.run(
      elevation.command(command), input: elevation.input(input), limit: limit, timeout: timeout)
  }

  func converse(_ command: ShellCommand) async throws(Failure) -> any Conversation {
    let conversation = try await remote.converse(elevation.command(command, answers: true))
    guard case .sudoWithPassword(let secret) = elevation else { return conversation }
    do throws(Failure) {
      for (line, expected) in [(secret.revealed, Elevation.ready), (Elevation.go, Elevation.go)] {
        guard try await conversation.ask(line, timeout: Self.patience).answer == expected else {
          throw .notElevated(host, elevation, "it did not take the password that it took before")
        }
      }
    } catch {
      await conversation.close()
      throw error
    }
    return conversation
  }

  func push(_ bytes: [UInt8], to path: String, mode: UInt16) async throws(Failure) {
    try await FilePush(path: path, mode: mode).run(bytes, on: self)
  }

  func fetch(_ path: String, to local: String) async throws(Failure) -> SourceFile {
    try await LocalFile.fetch(path, to: local, piece: PiecewiseFetch.piece, on: self) { target throws(Failure) in
      try await PiecewiseFetch(path: path).run(into: target, on: self)
    }
  }

  func close() async { await remote.close() }
}
