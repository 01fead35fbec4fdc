import Testing

@testable import Remotes

struct KnownHostsTests {
  private static let ed25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"
  private static let other = "AAAAC3NzaC1lZDI1NTE5AAAAIE1n1CSGzxoTSGHQYzGbIZSnWqKjQ8oEPrVoKMFKxmPt"

  private func key(_ base64: String) throws -> [UInt8] {
    try #require(KnownHosts("x ssh-ed25519 \(base64)").lines.first).key
  }

  @Test func readsWhatSSHKeygenFinds() throws {
    let found = KnownHosts(
      """
      # Host [10.0.0.5]:2222 found: line 1
      |1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 \(Self.ed25519)
      # Host [10.0.0.5]:2222 found: line 4 REVOKED
      @revoked * ssh-ed25519 \(Self.other) a comment
      @cert-authority *.example ssh-rsa AAAA
      @unknown * ssh-ed25519 \(Self.ed25519)
      host ssh-ed25519 not*base64
      host
      """)
    #expect(found.lines.map(\.marker) == [.plain, .revoked, .certificateAuthority])
    #expect(found.types == ["ssh-ed25519"])
    #expect(found.hasCertificateAuthority)
    #expect(found.verdict(on: try key(Self.ed25519)) == .known)
    #expect(found.verdict(on: try key(Self.other)) == .revoked)
    #expect(found.verdict(on: [1, 2, 3]) == .changed(known: ["ssh-ed25519"]))
  }

  @Test func whoIsNotKnownIsNew() throws {
    #expect(KnownHosts("").verdict(on: try key(Self.ed25519)) == .unknown)
    #expect(KnownHosts("@cert-authority * ssh-rsa AAAA").verdict(on: try key(Self.ed25519)) == .unknown)
  }

  @Test func aRevokedKeyStaysRevokedThoughListed() throws {
    let found = KnownHosts("a ssh-ed25519 \(Self.ed25519)\n@revoked a ssh-ed25519 \(Self.ed25519)")
    #expect(found.verdict(on: try key(Self.ed25519)) == .revoked)
  }

  @Test func writesTheLineThatItReads() throws {
    let line = try #require(KnownHosts.line(name: "[a]:2222", key: try key(Self.ed25519)))
    #expect(line == "[a]:2222 ssh-ed25519 \(Self.ed25519)\n")
  }

  @Test(arguments: [[], [0, 0, 0], [0, 0, 0, 9, 1], [255, 255, 255, 255, 1], [0, 0, 0, 0, 1]] as [[UInt8]])
  func noTypeInRubbish(_ key: [UInt8]) {
    #expect(KnownHosts.type(ofKey: key) == nil)
    #expect(KnownHosts.line(name: "a", key: key) == nil)
  }
}

struct PrivateKeyFileTests {
  @Test(
    arguments: [
      ("RSA", "ssh-rsa", false), ("EC", "ecdsa", false), ("DSA", "ssh-dss", false), ("ENCRYPTED", nil, true),
    ] as [(String, String?, Bool)]) func tellsTheOlderForms(_ kind: String, _ type: String?, _ isEncrypted: Bool) throws
  {
    let file = try #require(
      PrivateKeyFile("-----BEGIN \(kind) PRIVATE KEY-----\nAAAA\n-----END \(kind) PRIVATE KEY-----\n"))
    #expect(file.type == type)
    #expect(file.isEncrypted == isEncrypted)
  }

  @Test func tellsAnEncryptedOlderForm() {
    let text = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n"
    #expect(PrivateKeyFile(text)?.isEncrypted == true)
  }

  @Test(arguments: [
    "", "ssh-ed25519 AAAA comment", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", "-----BEGIN PUBLIC KEY-----",
  ])
  func rubbishIsNoKey(_ text: String) {
    #expect(PrivateKeyFile(text) == nil)
  }

  @Test(arguments: [
    ("ssh-ed25519", true), ("ecdsa-sha2-nistp384", true), ("ssh-rsa", false), ("sk-ssh-ed25519@openssh.com", false),
    ("ssh-ed25519-cert-v01@openssh.com", false), ("ssh-dss", false),
  ]) func saysWhichTypesLogIn(_ type: String, _ can: Bool) {
    #expect((UserKeyType.unsupported(type) == nil) == can)
  }
}

struct LoginPlanTests {
  private func identity(
    _ path: String, type: String, key: [UInt8]?, isEncrypted: Bool = false
  ) throws -> LoginPlan.Identity {
    var file = try #require(PrivateKeyFile("-----BEGIN PRIVATE KEY-----\nAAAA\n"))
    file.type = type
    file.isEncrypted = isEncrypted
    return LoginPlan.Identity(path: path, file: file, publicKey: key)
  }

  @Test func configuredKeysComeFirstAndTheAgentServesThem() throws {
    let held: [UInt8] = [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [1]
    let stranger: [UInt8] = [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [2]
    let identities = [
      try identity("/rsa", type: "ssh-rsa", key: nil), try identity("/plain", type: "ecdsa", key: nil),
      try identity("/held", type: "ssh-ed25519", key: held, isEncrypted: true),
      try identity("/locked", type: "ssh-ed25519", key: nil, isEncrypted: true),
    ]
    let agent = [LoginPlan.AgentKey(key: stranger, comment: "s"), LoginPlan.AgentKey(key: held, comment: "h")]
    var open = LoginPlan(user: "u", agent: nil, identities: identities, identitiesOnly: false)
    #expect(
      open.offers(agent: agent) == [
        .file("/plain", passphrase: nil), .agent(held, comment: "h"), .agent(stranger, comment: "s"),
      ])
    #expect(open.skipped.count == 2)
    var strict = LoginPlan(user: "u", agent: nil, identities: identities, identitiesOnly: true)
    #expect(strict.offers(agent: agent) == [.file("/plain", passphrase: nil), .agent(held, comment: "h")])
  }
}
