import CaseModel
import Foundation
import Remotes
import Synchronization
import Testing

@Suite(.enabled(if: SSHServer.isUsable, "needs root and sshd"), .serialized, WithSSHServer())
struct SSHTrustTests {
  let server: SSHServer
  init() throws { server = try #require(WithSSHServer.server) }

  private var name: String { "[127.0.0.1]:\(server.port)" }
  private func hostKey(_ type: String) throws -> String { try server.contents("host_\(type).pub") }

  /// Some other host's key.
  private func foreignKey() throws -> String { try server.contents("user_ed25519.pub") }

  private func failure(
    known: String, settings: [String] = [], by transport: Transport = .automatic
  ) async throws -> Failure {
    var target = try server.target(settings: settings, known: known)
    target.transport = transport
    return try await SSHServer.failure(target)
  }

  private func succeeds(known: String, by transport: Transport) async throws {
    var target = try server.target(known: known)
    target.transport = transport
    let remote = try await SSHServer.connector.connect(target)
    #expect(try await remote.run(ShellCommand(words: ["true"])).isSuccess)
    await remote.close()
  }

  @Test(arguments: ["ed25519", "ecdsa"], SSHServer.transports)
  func eitherTypeOfKeyIsAskedForByWhatIsKnown(_ type: String, _ transport: Transport) async throws {
    try await succeeds(known: "\(name) \(hostKey(type))", by: transport)
  }

  @Test(arguments: SSHServer.transports) func wildcardsAndListsAreObeyed(_ transport: Transport) async throws {
    try await succeeds(known: "other.example,[127.0.*]:\(server.port) \(hostKey("ed25519"))", by: transport)
  }

  @Test func hashedNamesAreObeyed() async throws {
    try server.write("\(name) \(hostKey("ed25519"))", to: "to-hash")
    try await Shell.run("ssh-keygen -H -f '\(server.folder)/to-hash' 2>&1")
    let hashed = try server.contents("to-hash")
    try #require(hashed.hasPrefix("|1|"))
    try await succeeds(known: hashed, by: .automatic)
  }

  @Test(arguments: SSHServer.transports) func anUnknownKeyIsRefused(_ transport: Transport) async throws {
    let failure = try await failure(known: "", by: transport)
    #expect(failure.code == "host-key-unknown")
    #expect(failure.cause.contains("SHA256:"))
  }

  @Test(arguments: SSHServer.transports) func anotherKeyIsRefused(_ transport: Transport) async throws {
    #expect(try await failure(known: "\(name) \(foreignKey())", by: transport).code == "host-key-changed")
    let trusting = ["StrictHostKeyChecking accept-new"]
    #expect(
      try await failure(known: "\(name) \(foreignKey())", settings: trusting, by: transport).code == "host-key-changed")
  }

  @Test(arguments: SSHServer.transports) func aRevokedKeyIsRefusedThoughItIsListed(_ transport: Transport) async throws
  {
    let key = try hostKey("ed25519")
    #expect(try await failure(known: "\(name) \(key)\n@revoked * \(key)", by: transport).code == "host-key-revoked")
  }

  @Test func anotherHostsAuthorityVouchesForNothing() async throws {
    #expect(try await failure(known: "@cert-authority * \(foreignKey())").code == "host-key-unknown")
  }

  @Test func aKeyOfATypeThatCannotBeVerifiedIsNotReplaced() async throws {
    try await Shell.run("cd '\(server.folder)' && rm -f rsa rsa.pub && ssh-keygen -q -t rsa -b 2048 -N '' -f rsa")
    let failure = try await failure(
      known: "\(name) \(server.contents("rsa.pub"))", settings: ["StrictHostKeyChecking accept-new"])
    #expect(failure.code == "host-key-changed")
  }

  @Test(arguments: SSHServer.transports) func aNewKeyIsTakenOnlyWhenAskedAndSaidSo(_ transport: Transport) async throws
  {
    let notes = Mutex<[JournalEntry]>([])
    var target = try server.target(known: "unended.example ssh-ed25519 AAAA")
    target.acceptNew = true
    target.transport = transport
    let connector = SSHConnector(note: { entry in notes.withLock { $0.append(entry) } })
    await (try connector.connect(target)).close()
    let said = notes.withLock { $0.map(\.says).filter { $0.contains("on trust") } }
    #expect(said.count == 1 && said[0].contains("SHA256:"))
    let file = try String(contentsOfFile: try #require(target.knownHosts), encoding: .utf8)
    #expect(file.contains("\n\(name) ssh-ed25519 "))
    target.acceptNew = false
    await (try connector.connect(target)).close()
    #expect(notes.withLock { $0.map(\.says).filter { $0.contains("on trust") } } == said)
  }
}
