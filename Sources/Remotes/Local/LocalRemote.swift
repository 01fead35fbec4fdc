public import CaseModel
internal import Glibc
internal import Synchronization

/// The machine that the program runs on, without SSH, to the same rules.
public struct LocalRemote: Remote {
  public let host: HostName
  private let running = Running()

  public init(host: HostName = "localhost") { self.host = host }

  public func run(
    _ command: ShellCommand, input: [UInt8], limit: Int, timeout: Duration
  ) async throws(Failure) -> CommandOutcome {
    let started = try LocalCommand(command, host: host)
    return try await started.finish(input: input, limit: limit, timeout: timeout)
  }

  public func converse(_ command: ShellCommand) async throws(Failure) -> any Conversation {
    let started = try LocalCommand(command, host: host)
    running.add(started)
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
    for command in running.takeAll() { await command.end() }
  }

  /// On another thread, since a disk may keep it waiting.
  @concurrent private func copy(_ path: String, into target: borrowing LocalFile) async throws(Failure) {
    let source = open(path, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { throw .couldNotFetch(path, host, String(cString: strerror(errno))) }
    defer { Glibc.close(source) }
    lseek(source, off_t(target.begun), SEEK_SET)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: LocalFile.chunk, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      if Task.isCancelled { throw .couldNotFetch(path, host, "the run was interrupted", code: "cancelled") }
      let count = Glibc.read(source, buffer.baseAddress, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .couldNotFetch(path, host, String(cString: strerror(errno))) }
      if count == 0 { return }
      try target.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}

struct LocalConversation: Conversation {
  let command: LocalCommand

  func ask(_ line: String, timeout: Duration) async throws(Failure) -> Exchange {
    try await command.ask(line, timeout: timeout)
  }

  func close() async { await command.end() }
}

/// The conversations that the end of the session ends.
private final class Running: Sendable {
  private let commands = Mutex<[LocalCommand]>([])

  func add(_ command: LocalCommand) { commands.withLock { $0.append(command) } }

  func takeAll() -> [LocalCommand] {
    commands.withLock { commands in
      defer { commands = [] }
      return commands
    }
  }
}
