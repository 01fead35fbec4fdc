import CaseModel
import Foundation
import Remotes
import Testing

/// What our `ssh` processes leave on this machine: nothing, whatever happens to us.
@Suite(.enabled(if: SSHServer.isUsable, "needs root and sshd"), .serialized, WithSSHServer())
struct OpenSSHCleanlinessTests {
  let server: SSHServer
  init() throws { server = try #require(WithSSHServer.server) }

  /// Processes and folders that belong to a connection: `ssh` has the path of its socket among its arguments.
  private static func folder(of target: ConnectionTarget) async throws -> String {
    let config = try #require(target.configFile)
    let words = try await Shell.run("pgrep -af -- '[-]F \(config) .* -M -N' | head -n 1").split(separator: " ")
    let option = try #require(words.firstIndex(of: "-S"))
    let socket = words[option + 1]
    return String(socket[..<(try #require(socket.lastIndex(of: "/")))])
  }

  private func isGone(_ folder: String) async throws -> Bool {
    for _ in 0..<1_000 {
      let left = try await Shell.run("ls -d '\(folder)' 2>/dev/null; pgrep -f -- '[-]S \(folder)/' || true")
      if left.isEmpty { return true }
      try await Task.sleep(for: .milliseconds(10))
    }
    return false
  }

  @Test func closedSessionsLeaveNoProcessAndNoFolder() async throws {
    var target = try server.target()
    target.transport = .openSSH
    let folder: String
    do {
      let connector = SSHConnector(grace: .seconds(30))
      let remote = try await connector.connect(target)
      _ = try await remote.converse(ShellCommand(words: ["cat"]))
      folder = try await Self.folder(of: target)
      let mode = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
      #expect(mode == 0o700)
      await remote.close()
    }
    #expect(try await isGone(folder))
  }

  @Test func aSessionThatIsLetGoWithoutClosingEnds() async throws {
    var target = try server.target()
    target.transport = .openSSH
    let folder: String
    do {
      let remote = try await SSHConnector(grace: .seconds(30)).connect(target)
      folder = try await Self.folder(of: target)
      _ = try await remote.converse(ShellCommand(words: ["cat"]))
    }
    #expect(try await isGone(folder))
  }

  @Test func aControllerThatIsKilledLeavesNoProcessAndNoFolder() async throws {
    let config = try #require(try server.target().configFile)
    let (port, report) = (server.port, server.folder + "/where")
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [config = config as String, port = port as Int, report = report as String] in
      var target = ConnectionTarget(
        host: "lab-1", address: "127.0.0.1", port: port, user: "root", configFile: config, timeout: .seconds(60))
      target.transport = .openSSH
      let remote = try await SSHConnector().connect(target)
      let talk = try await remote.converse(ShellCommand(words: ["cat"]))
      _ = try await talk.ask("still there", timeout: .seconds(30))
      try await Self.folder(of: target).write(toFile: report, atomically: true, encoding: .utf8)
      kill(getpid(), SIGKILL)
    }
    #expect(try await isGone(server.contents("where")))
  }

  @Test func noPassphraseIsInAnyProcessOrFile() async throws {
    let secret = "tr0ub4dor-\(UUID().uuidString)"
    let key = try await server.newKey("-t rsa -b 2048 -N '\(secret)'")
    let target = try server.target(settings: ["IdentityFile \(key)"])
    let connector = SSHConnector(grace: .seconds(30), passphrases: Passphrases { _ in Secret(secret) })
    let remote = try await connector.connect(target)
    let folder = try await Self.folder(of: target)
    let found = try await Shell.run(
      """
      pattern=$(cat) ; for place in '\(folder)' /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do
        grep -rlaF -- "$pattern" "$place" 2>/dev/null; done; true
      """, input: secret)
    #expect(found == "")
    await remote.close()
  }
}
