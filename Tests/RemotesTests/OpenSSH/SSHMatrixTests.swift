import CaseModel
import Foundation
import Remotes
import Synchronization
import Testing

/// Every way in that people have, against real servers; and for each the transport that must be chosen for it.
@Suite(.enabled(if: SSHServer.isUsable, "needs root and sshd"), .serialized, WithSSHServer())
struct SSHMatrixTests {
  let server: SSHServer
  init() throws { server = try #require(WithSSHServer.server) }

  /// Connects, runs a command that needs its stdin, and says whether OpenSSH did it.
  private func usesOpenSSH(
    _ target: ConnectionTarget, passphrase: String? = nil, _ location: SourceLocation = #_sourceLocation
  ) async throws -> Bool {
    let notes = Mutex<[String]>([])
    let connector = SSHConnector(
      grace: .seconds(30), passphrases: passphrase.map { text in Passphrases { _ in Secret(text) } },
      note: { entry in notes.withLock { $0.append(entry.says) } })
    let remote = try await connector.connect(target)
    let outcome = try await remote.run(
      ShellCommand(words: ["cat"]), input: Array("there and back".utf8), limit: 100, timeout: .seconds(60))
    #expect(outcome.text == "there and back", sourceLocation: location)
    #expect(outcome.ending == .exited(0), sourceLocation: location)
    await remote.close()
    return notes.withLock { $0.contains { $0.contains("the system's ssh") } }
  }

  @Test(arguments: [("ed25519", false), ("ecdsa", false), ("ecdsa -b 521", false), ("rsa -b 2048", true)])
  func keysOfEveryType(_ type: String, _ byOpenSSH: Bool) async throws {
    let key = try await server.newKey("-t \(type) -N ''")
    #expect(try await usesOpenSSH(server.target(settings: ["IdentityFile \(key)"])) == byOpenSSH)
  }

  @Test(arguments: [("ed25519", false), ("ecdsa", false), ("rsa -b 2048", true), ("rsa -b 2048 -m PEM", true)])
  func encryptedKeysWithTheirPassphrase(_ type: String, _ byOpenSSH: Bool) async throws {
    let key = try await server.newKey("-t \(type) -N 'it is \"secret\" $HOME'")
    let target = try server.target(settings: ["IdentityFile \(key)"])
    #expect(try await usesOpenSSH(target, passphrase: "it is \"secret\" $HOME") == byOpenSSH)
  }

  @Test(arguments: ["ed25519", "rsa -b 2048"]) func aWrongPassphraseLogsNobodyIn(_ type: String) async throws {
    let key = try await server.newKey("-t \(type) -N 'right one'")
    let target = try server.target(settings: ["IdentityFile \(key)"])
    let failure = await #expect(throws: Failure.self) { try await usesOpenSSH(target, passphrase: "wrong one") }
    #expect(failure?.code == "authentication")
  }

  @Test(arguments: [("ed25519", false), ("rsa -b 2048", true)])
  func theAgentsKeys(_ type: String, _ byOpenSSH: Bool) async throws {
    let key = try await server.newKey("-t \(type) -N ''")
    try await server.withAgent(holding: [key]) { socket in
      let settings = ["IdentityFile none", "IdentityAgent \(socket)", "IdentitiesOnly no"]
      let isOpenSSH = try await usesOpenSSH(server.target(settings: settings))
      #expect(isOpenSSH == byOpenSSH)
    }
  }

  @Test func aCertificateOfTheUser() async throws {
    let folder = server.folder
    try await Shell.run(
      "cd '\(folder)' && ssh-keygen -q -t ed25519 -N '' -f user_ca && ssh-keygen -q -t ed25519 -N '' -f cert")
    try await Shell.run("cd '\(folder)' && ssh-keygen -q -s user_ca -I ops -n root -V +1h cert.pub 2>&1")
    let trusting = try await SSHServer(settings: ["TrustedUserCAKeys \(folder)/user_ca.pub"])
    #expect(try await usesOpenSSH(trusting.target(settings: ["IdentityFile \(folder)/cert"])))
  }

  @Test func aHostThatAnAuthorityVouchesFor() async throws {
    let folder = server.folder
    try await Shell.run(
      """
      cd '\(folder)' && ssh-keygen -q -t ed25519 -N '' -f host_ca && ssh-keygen -q -t ed25519 -N '' -f vouched
      ssh-keygen -q -s host_ca -I lab -h -n 127.0.0.1 -V +1h vouched.pub 2>&1
      """)
    let vouched = try await SSHServer(
      settings: ["HostKey \(folder)/vouched", "HostCertificate \(folder)/vouched-cert.pub"])
    let authority = try server.contents("host_ca.pub")
    #expect(try await usesOpenSSH(vouched.target(known: "@cert-authority * \(authority)")))
    let revoked = try vouched.target(known: "@cert-authority * \(authority)\n@revoked * \(authority)")
    let failure = try await SSHServer.failure(revoked)
    #expect(failure.code == "host-key-revoked", "\(failure)")
  }

  @Test(arguments: [
    ["MACs hmac-sha2-256-etm@openssh.com"], ["Ciphers aes256-gcm@openssh.com"],
    ["Ciphers chacha20-poly1305@openssh.com"],
    ["KexAlgorithms sntrup761x25519-sha512@openssh.com"],
  ]) func serversWithoutAnythingOfLibSSH2(_ settings: [String]) async throws {
    let hardened = try await SSHServer(settings: settings)
    #expect(try await usesOpenSSH(hardened.target()))
  }

  @Test func aServerWithNothingButAnRSAKey() async throws {
    let old = try await SSHServer(keys: ["rsa"])
    #expect(try await usesOpenSSH(old.target()))
    // What is not known yet shows only in the handshake.
    var new = try old.target(known: "")
    new.acceptNew = true
    #expect(try await usesOpenSSH(new))
  }

  @Test(arguments: ["changed", "revoked", "unknown"]) func onlyTheKnownKeyOfAnRSAServer(_ what: String) async throws {
    let old = try await SSHServer(keys: ["rsa"])
    let name = "[127.0.0.1]:\(old.port)"
    try await Shell.run("ssh-keygen -q -t rsa -b 2048 -N '' -f '\(old.folder)/other'")
    let key = try old.contents("host_rsa.pub")
    let known =
      switch what {
      case "changed": try "\(name) \(old.contents("other.pub"))"
      case "revoked": "\(name) \(key)\n@revoked * \(key)"
      default: ""
      }
    let failure = try await SSHServer.failure(old.target(known: known))
    #expect(failure.code == "host-key-\(what)")
    #expect(failure.cause.contains("SHA256:"))
    #expect(failure.left == "nothing was sent to it but the handshake")
  }

  @Test func afterAFailedLoginNoOtherTransportIsTried() async throws {
    try await Shell.run("ssh-keygen -q -t ed25519 -N '' -f '\(server.folder)/stranger'")
    let notes = Mutex<[String]>([])
    let connector = SSHConnector(note: { entry in notes.withLock { $0.append(entry.says) } })
    let target = try server.target(settings: ["IdentityFile \(server.folder)/stranger"])
    let failure = await #expect(throws: Failure.self) { try await connector.connect(target) }
    #expect(failure?.code == "authentication")
    #expect(notes.withLock { $0 } == [])
  }
}
