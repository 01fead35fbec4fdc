public import CaseModel

/// One session with one host. Implementations: libssh2, the system's ssh, the local machine; decorators: recording, and the lab's
/// skewed one.
///
/// A session does one thing at a time; what must go on beside it gets a session of its own (a watch session per host for the
/// whole run, short work sessions under the fork limit).
public protocol Remote: Sendable {
  var host: HostName { get }

  /// Runs a command to its end, stdout and stderr apart.
  /// - Parameter input: given to its stdin, then end of file. Secrets travel only here.
  /// - Parameter limit: bytes kept of each stream; what is beyond is read and dropped, and said so in the outcome.
  /// - Throws: when no status could be had: connection lost, timeout. A non-zero status is an outcome, not an error.
  func run(
    _ command: ShellCommand, input: [UInt8], limit: Int, timeout: Duration
  ) async throws(Failure) -> CommandOutcome

  /// Starts a command that answers lines, and stays open until closed.
  func converse(_ command: ShellCommand) async throws(Failure) -> any Conversation

  /// Writes a file, whole or not at all.
  func push(_ bytes: [UInt8], to path: String, mode: UInt16) async throws(Failure)

  /// Fetches a file's bytes into a local one, created with mode 0600, and says what the source says of it. What came of a fetch
  /// that broke off stays beside it (`FetchedFile.partial`), and the next fetch to the same place goes on from there.
  func fetch(_ path: String, to local: String) async throws(Failure) -> SourceFile

  /// Ends the session and whatever runs in it. Never throws; closing twice is harmless.
  func close() async
}

extension Remote {
  public func run(_ command: ShellCommand, timeout: Duration = .seconds(30)) async throws(Failure) -> CommandOutcome {
    try await run(command, input: [], limit: 1 << 20, timeout: timeout)
  }
}

/// How a command ended and what it printed.
public struct CommandOutcome: Hashable, Sendable {
  public enum Ending: Hashable, Sendable, CustomStringConvertible {
    case exited(Int32)
    /// Without `SIG`: `TERM`.
    case signalled(String)

    public var description: String {
      switch self {
      case .exited(let status): "status \(status)"
      case .signalled(let name): "signal \(name)"
      }
    }
  }

  public var stdout: [UInt8]
  public var stderr: [UInt8]
  public var ending: Ending
  /// One of the streams was longer than the limit.
  public var isTruncated: Bool
  /// Controller's clock.
  public var started: HostTime
  public var ended: HostTime

  public init(
    stdout: [UInt8], stderr: [UInt8], ending: Ending, isTruncated: Bool = false, started: HostTime, ended: HostTime
  ) {
    self.stdout = stdout
    self.stderr = stderr
    self.ending = ending
    self.isTruncated = isTruncated
    self.started = started
    self.ended = ended
  }

  public var isSuccess: Bool { ending == .exited(0) }
  /// stdout as text; bytes that are not UTF-8 are replaced.
  public var text: String { String(decoding: stdout, as: UTF8.self) }
  public var errorText: String { String(decoding: stderr, as: UTF8.self) }
}

/// A command on a host that answers one line for each line it is given.
public protocol Conversation: Sendable {
  /// Sends one line and waits for one. The times are stamped on the session's own thread, around the write and the read.
  func ask(_ line: String, timeout: Duration) async throws(Failure) -> Exchange
  /// Ends its stdin and the command.
  func close() async
}

public struct Exchange: Hashable, Sendable {
  /// Controller's clock.
  public let sent: HostTime
  /// Without its line feed.
  public let answer: String
  /// Controller's clock.
  public let received: HostTime

  public init(sent: HostTime, answer: String, received: HostTime) {
    self.sent = sent
    self.answer = answer
    self.received = received
  }
}

/// What the host says of a file that was fetched; the caller compares it with what arrived.
public struct SourceFile: Hashable, Sendable {
  public let bytes: Int64
  /// Hex SHA-256 as computed on the host; nil where the host has no tool for it.
  public let sha256: String?

  public init(bytes: Int64, sha256: String?) {
    self.bytes = bytes
    self.sha256 = sha256
  }
}

/// Opens sessions. The seam at which the lab puts skewed clocks between us and its hosts.
public protocol Connector: Sendable {
  /// - Throws: `unreachable`, `host-key-unknown`, `host-key-changed`, `authentication`, ...
  func connect(_ target: ConnectionTarget) async throws(Failure) -> any Remote
}

/// Whom to connect to: an inventory host with its overrides; nil leaves it to ~/.ssh/config.
public struct ConnectionTarget: Hashable, Sendable {
  public var host: HostName
  /// Name or address as ssh would be given it; `localhost` with `isLocal` needs no SSH at all.
  public var address: String
  public var port: Int?
  public var user: String?
  public var privateKey: String?
  /// `-F`: another configuration file.
  public var configFile: String?
  public var knownHosts: String?
  public var acceptNew: Bool
  public var isLocal: Bool
  public var timeout: Duration
  /// `-J`: jump hosts, separated by commas; nil leaves it to the configuration.
  public var jump: String?
  public var transport = Transport.automatic
  /// For servers that take it; keys come first.
  public var password: Secret?
  /// Commands are to be root's, whoever logs in; nil for the login's own.
  public var become: Become?

  /// What carries a session.
  public enum Transport: String, Hashable, Sendable, CaseIterable {
    /// libssh2 where it can serve the keys and the server, OpenSSH elsewhere.
    case automatic = "auto"
    case libssh2
    /// The system's own `ssh`.
    case openSSH = "openssh"
  }

  public init(
    host: HostName, address: String, port: Int? = nil, user: String? = nil, privateKey: String? = nil,
    configFile: String? = nil, knownHosts: String? = nil, acceptNew: Bool = false, isLocal: Bool = false,
    timeout: Duration = .seconds(10)
  ) {
    self.host = host
    self.address = address
    self.port = port
    self.user = user
    self.privateKey = privateKey
    self.configFile = configFile
    self.knownHosts = knownHosts
    self.acceptNew = acceptNew
    self.isLocal = isLocal
    self.timeout = timeout
  }
}
