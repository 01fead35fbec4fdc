import CaseModel
import Foundation
import Remotes
import Synchronization
import Testing

/// A real sshd on loopback, with a configuration, keys and a port of its own. Ended by its process number when the test lets go.
final class SSHServer: Sendable {
  /// Why no server can be started here; nil if one can.
  static let obstacle: String? =
    if getuid() != 0 { "sshd needs root" } else if access("/usr/sbin/sshd", X_OK) != 0 { "there is no sshd" } else {
      nil
    }

  /// Skips without root or sshd, unless the environment demands that nothing be skipped.
  static var isRequired: Bool { ProcessInfo.processInfo.environment["STAKEOUT_REQUIRE_LAB"] == "1" }
  static var isUsable: Bool { obstacle == nil || isRequired }

  let folder: String
  let port: Int
  let keys: [String]
  private let pid: pid_t
  private let hasEnded = Atomic(false)

  /// - Parameter keys: the types of its host keys.
  /// - Parameter settings: lines for sshd_config; the first value of each setting counts.
  /// - Parameter preparation: a script that runs in a mount namespace of the server's own, before it; `$1` is the folder.
  init(
    hasSFTP: Bool = true, keys: [String] = ["ed25519", "ecdsa"], settings: [String] = [],
    inside preparation: String? = nil
  ) async throws {
    folder = try await Shell.run("mktemp -d /tmp/stakeout-sshd.XXXXXX")
    try await Shell.run(
      """
      mkdir -p /run/sshd && cd '\(folder)' || exit 1
      for type in \(keys.joined(separator: " ")); do ssh-keygen -q -t $type -N '' -C host-$type -f host_$type; done
      ssh-keygen -q -t ed25519 -N '' -C user-ed25519 -f user_ed25519
      cat user_ed25519.pub > authorized_keys
      """)
    port = try Self.freePort()
    self.keys = keys
    let configuration =
      settings + keys.map { [folder] in "HostKey \(folder)/host_\($0)" } + [
        "Port \(port)", "ListenAddress 127.0.0.1",
        "AuthorizedKeysFile \(folder)/authorized_keys", "UsePAM no", "StrictModes no", "PermitRootLogin yes",
        "PidFile \(folder)/pid", "LogLevel ERROR",
      ] + (hasSFTP ? ["Subsystem sftp internal-sftp"] : [])
    try Self.write(configuration.joined(separator: "\n") + "\n", to: folder + "/sshd_config")
    let words = ["/usr/sbin/sshd", "-D", "-e", "-f", folder + "/sshd_config"]
    let namespace = preparation.map { [folder] script in
      [
        "/usr/bin/unshare", "-m", "--propagation", "private", "/bin/sh", "-ec", "\(script)\nshift; exec \"$@\"", "sh",
        folder,
      ]
    }
    pid = try Shell.start((namespace ?? []) + words, log: folder + "/log")
    // sshd writes this file once it listens.
    for _ in 0..<3_000 where access(folder + "/pid", F_OK) != 0 { try await Task.sleep(for: .milliseconds(10)) }
    try #require(access(folder + "/pid", F_OK) == 0, "sshd did not start: \((try? contents("log")) ?? "")")
  }

  deinit { end() }

  /// For whoever cannot wait for the last to let it go: what is held until the tests' process exits is never let go.
  func end() {
    guard hasEnded.exchange(true, ordering: .relaxed) == false else { return }
    kill(pid, SIGTERM)
    waitpid(pid, nil, 0)
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// As a user would connect.
  /// - Parameter settings: lines for ssh_config; the first value of each setting counts.
  /// - Parameter known: the known_hosts file; nil for the server's own ed25519 key.
  func target(settings: [String] = [], known: String? = nil) throws -> ConnectionTarget {
    let id = UUID().uuidString
    let hosts = try known ?? "[127.0.0.1]:\(port) \(contents("host_\(keys[0]).pub"))"
    try write(hosts, to: "known_hosts-\(id)")
    let own = settings.contains { $0.hasPrefix("IdentityFile") } ? [] : ["IdentityFile \(folder)/user_ed25519"]
    let defaults = [
      "UserKnownHostsFile \(folder)/known_hosts-\(id)", "GlobalKnownHostsFile /dev/null", "IdentityAgent none",
      "IdentitiesOnly yes",
    ]
    try write((settings + own + defaults).joined(separator: "\n") + "\n", to: "ssh_config-\(id)")
    return ConnectionTarget(
      host: "lab-1", address: "127.0.0.1", port: port, user: "root", configFile: "\(folder)/ssh_config-\(id)",
      knownHosts: "\(folder)/known_hosts-\(id)", timeout: .seconds(60))
  }

  /// A busy machine gets time to close a channel in form.
  static let connector = SSHConnector(grace: .seconds(30))

  /// Both ways to carry a session keep the same rules.
  static let transports: [ConnectionTarget.Transport] = [.libssh2, .openSSH]

  func connect(by transport: ConnectionTarget.Transport = .automatic) async throws -> any Remote {
    var target = try target()
    target.transport = transport
    return try await Self.connector.connect(target)
  }

  func write(_ text: String, to name: String) throws { try Self.write(text, to: folder + "/" + name) }

  private static func write(_ text: String, to path: String) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  func contents(_ name: String) throws -> String { try String(contentsOfFile: folder + "/" + name, encoding: .utf8) }

  /// A port on which nothing listens.
  static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
      }
    }
    try #require(status == 0)
    return Int(UInt16(bigEndian: address.sin_port))
  }
}

typealias Transport = ConnectionTarget.Transport

extension SSHServer {
  /// The sshd process that serves a session.
  static func process(of remote: any Remote) async throws -> pid_t {
    let climb: StaticString = """
      pid=$PPID
      while [ "$(cat "/proc/$pid/comm")" != sshd ]; do pid=$(ps -o ppid= -p "$pid" | tr -d ' '); done
      echo "$pid"
      """
    let text = try await remote.run(ShellCommand(script: climb)).text
    return try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  /// A key that may log in, made with these options of ssh-keygen.
  func newKey(_ options: String) async throws -> String {
    let path = "\(folder)/\(UUID().uuidString)"
    try await Shell.run("ssh-keygen -q \(options) -f '\(path)' && cat '\(path).pub' >> '\(folder)/authorized_keys'")
    return path
  }

  /// An agent of the test's own, ended by its process number.
  func withAgent(holding keys: [String], _ body: (String) async throws -> Void) async throws {
    let socket = "\(folder)/\(UUID().uuidString.prefix(8))"
    let pid = try Shell.start(["/usr/bin/ssh-agent", "-D", "-a", socket], log: "\(folder)/agent-log")
    defer {
      kill(pid, SIGTERM)
      waitpid(pid, nil, 0)
    }
    while access(socket, F_OK) != 0 { await Task.yield() }
    for key in keys { try await Shell.run("SSH_AUTH_SOCK='\(socket)' ssh-add -q '\(key)' 2>&1") }
    try await body(socket)
  }

  static func failure(_ target: ConnectionTarget) async throws -> Failure {
    try #require(await #expect(throws: Failure.self) { try await connector.connect(target) })
  }
}

/// One server for all tests of a suite.
struct WithSSHServer: SuiteTrait, TestScoping {
  @TaskLocal static var server: SSHServer?

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try #require(SSHServer.obstacle == nil)
    let server = try await SSHServer()
    defer { server.end() }
    try await Self.$server.withValue(server) { try await function() }
  }
}

/// Commands that prepare a test.
enum Shell {
  /// Runs a script and gives what it printed, without the last line feed.
  @discardableResult
  static func run(_ script: String, input: String = "") async throws -> String {
    let outcome = try await LocalRemote().run(
      ShellCommand(words: ["/bin/sh", "-c", script]), input: Array(input.utf8), limit: 1 << 20, timeout: .seconds(120))
    try #require(outcome.isSuccess, "\(script): \(outcome.errorText)")
    return outcome.text.trimmingCharacters(in: .newlines)
  }

  /// Starts a program that stays; whoever starts it ends it.
  static func start(_ words: [String], log: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // The threads that run tests block every signal, and a child would inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var pid: pid_t = 0
    let arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    try #require(posix_spawn(&pid, words[0], &actions, &attributes, arguments, environ) == 0)
    return pid
  }
}
