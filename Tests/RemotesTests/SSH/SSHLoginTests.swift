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

  private func stranger() async throws -> String {
    let path = "\(server.folder)/\(UUID().uuidString)"
    try await Shell.run("ssh-keygen -q -t ed25519 -N '' -f '\(path)'")
    return path
  }

  @Test func anECDSAKeyLogsIn() async throws {
    let key = try await server.newKey("-t ecdsa -N ''")
    let remote = try await SSHServer.connector.connect(server.target(settings: ["IdentityFile \(key)"]))
    #expect(try await remote.run(ShellCommand(words: ["true"])).isSuccess)
    await remote.close()
  }

  @Test func theAgentLogsIn() async throws {
    try await server.withAgent(holding: ["\(server.folder)/user_ed25519"]) { socket in
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
    let stranger = try await stranger()
    try await server.withAgent(holding: ["\(server.folder)/user_ed25519"]) { socket in
      let failure = try await failure(["IdentityFile \(stranger)", "IdentityAgent \(socket)", "IdentitiesOnly yes"])
      #expect(failure.code == "authentication")
      #expect(failure.cause.contains(stranger))
      #expect(!failure.cause.contains("of the agent"))
    }
  }

  @Test func anEncryptedKeyIsUsedByTheAgentOrNamed() async throws {
    let key = try await server.newKey("-t ed25519 -N 'a passphrase'")
    let failure = try await failure(["IdentityFile \(key)"])
    #expect(failure.left?.contains("it is encrypted, and the agent does not hold it") == true)
  }

  @Test(arguments: ["ProxyCommand nc %h %p", "CertificateFile ~/cert"])
  func whatLibSSH2CannotHonourIsRefusedWhereItWasAskedFor(_ setting: String) async throws {
    var target = try server.target(settings: [setting])
    target.transport = .libssh2
    #expect(try await failure(target).code == "transport-unsupported")
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
