import CaseModel
import Foundation
import Remotes
import Testing

@Suite(.enabled(if: SSHServer.isUsable, "needs root and sshd"), WithSSHServer())
struct SSHLoginTests {
  let server: SSHServer
  init() throws { server = try #require(WithSSHServer.server) }

  private func failure(_ settings: [String]) async throws -> Failure {
    try await failure(server.target(settings: settings))
  }

  private func failure(_ target: ConnectionTarget) async throws -> Failure {
    try #require(await #expect(throws: Failure.self) { try await SSHServer.connector.connect(target) })
  }

  private func newKey(_ options: String) async throws -> String {
    let path = "\(server.folder)/\(UUID().uuidString)"
    try await Shell.run("ssh-keygen -q \(options) -f '\(path)'")
    return path
  }

  /// An agent of the test's own, ended by its process number.
  private func withAgent(holding keys: [String], _ body: (String) async throws -> Void) async throws {
    let socket = "\(server.folder)/\(UUID().uuidString.prefix(8))"
    let pid = try Shell.start(["/usr/bin/ssh-agent", "-D", "-a", socket], log: "\(server.folder)/agent-log")
    defer {
      kill(pid, SIGTERM)
      waitpid(pid, nil, 0)
    }
    while access(socket, F_OK) != 0 { await Task.yield() }
    for key in keys { try await Shell.run("SSH_AUTH_SOCK='\(socket)' ssh-add -q '\(key)' 2>&1") }
    try await body(socket)
  }

  @Test func anECDSAKeyLogsIn() async throws {
    let key = try await newKey("-t ecdsa -N ''")
    try await Shell.run("cat '\(key).pub' >> '\(server.folder)/authorized_keys'")
    let remote = try await SSHServer.connector.connect(server.target(settings: ["IdentityFile \(key)"]))
    #expect(try await remote.run(ShellCommand(words: ["true"])).isSuccess)
    await remote.close()
  }

  @Test func theAgentLogsIn() async throws {
    try await withAgent(holding: ["\(server.folder)/user_ed25519"]) { socket in
      let settings = ["IdentityFile none", "IdentityAgent \(socket)", "IdentitiesOnly no"]
      let remote = try await SSHServer.connector.connect(server.target(settings: settings))
      #expect(try await remote.run(ShellCommand(words: ["true"])).isSuccess)
      await remote.close()
    }
  }

  @Test func withoutAnAgentThatAnswersTheFileLogsIn() async throws {
    let settings = ["IdentityAgent \(server.folder)/no-agent"]
    let remote = try await SSHServer.connector.connect(server.target(settings: settings))
    await remote.close()
  }

  @Test func theAgentsOtherKeysAreNotOfferedAgainstTheConfiguration() async throws {
    let stranger = try await newKey("-t ed25519 -N ''")
    try await withAgent(holding: ["\(server.folder)/user_ed25519"]) { socket in
      let failure = try await failure(["IdentityFile \(stranger)", "IdentityAgent \(socket)", "IdentitiesOnly yes"])
      #expect(failure.code == "authentication")
      #expect(failure.cause.contains(stranger))
      #expect(!failure.cause.contains("of the agent"))
    }
  }

  @Test func anEncryptedKeyIsUsedByTheAgentOrNamed() async throws {
    let key = try await newKey("-t ed25519 -N 'a passphrase'")
    let failure = try await failure(["IdentityFile \(key)"])
    #expect(failure.left?.contains("it is encrypted, and the agent does not hold it") == true)
  }

  @Test func whatCannotBeUsedYetIsNamed() async throws {
    let key = try await newKey("-t rsa -b 2048 -N ''")
    let failure = try await failure(["IdentityFile \(key)"])
    #expect(failure.code == "transport-unsupported")
    #expect(failure.left?.contains("RSA keys are not supported yet") == true)
  }

  @Test(arguments: ["ProxyJump bastion.example", "ProxyCommand nc %h %p", "CertificateFile ~/cert"])
  func settingsThatCannotBeHonouredAreRefused(_ setting: String) async throws {
    #expect(try await failure([setting]).code == "transport-unsupported")
  }

  @Test func aMissingKeyThatWasAskedForIsNamed() async throws {
    var target = try server.target()
    target.privateKey = "/nonexistent/key"
    let failure = try await self.failure(target)
    #expect(failure.code == "authentication")
    #expect(failure.cause == "`/nonexistent/key`: No such file or directory")
  }

  @Test func aClosedPortIsToldInTheSystemsWords() async throws {
    var target = try server.target()
    target.port = try SSHServer.freePort()
    let failure = try await self.failure(target)
    #expect(failure.code == "unreachable")
    #expect(failure.cause == "Connection refused")
  }

  @Test func anUnknownNameIsToldInTheSystemsWords() async throws {
    var target = try server.target()
    target.address = "no-such-host.invalid"
    let failure = try await self.failure(target)
    #expect(failure.code == "unreachable")
    #expect(!failure.cause.isEmpty)
  }

  @Test func anAddressCannotBeAnOption() async throws {
    var target = try server.target()
    target.address = "-oProxyCommand=touch \(server.folder)/broken-out"
    let failure = try await self.failure(target)
    #expect(failure.code == "ssh-config")
    #expect(!FileManager.default.fileExists(atPath: "\(server.folder)/broken-out"))
  }

  /// More than `MaxStartups` allows at once: some are dropped, and tried again.
  @Test func twentyLoginsAtOnce() async throws {
    let server = server
    let names = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<20 {
        group.addTask {
          let remote = try await server.connect()
          let outcome = try await remote.run(ShellCommand(words: ["echo", "\(number)"]), timeout: .seconds(60))
          await remote.close()
          return outcome.text
        }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(names.count == 20)
  }
}
