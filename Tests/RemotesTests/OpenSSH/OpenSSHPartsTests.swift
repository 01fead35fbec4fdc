import CaseModel
import Testing

@testable import Remotes

struct TransportChoiceTests {
  private static func key(_ type: String) -> [UInt8] { [0, 0, 0, UInt8(type.utf8.count)] + Array(type.utf8) + [1] }

  private func reason(
    _ configuration: String = "", known: String = "ssh-ed25519", identities: [LoginPlan.Identity] = [],
    only: Bool = false, agent: [[UInt8]] = []
  ) -> String? {
    let lines = known.isEmpty ? [] : [KnownHosts.Line(marker: .plain, type: known, key: [])]
    return TransportChoice(
      resolution: SSHResolution(configuration), knownHosts: KnownHosts(lines: lines),
      plan: LoginPlan(user: "u", agent: nil, identities: identities, identitiesOnly: only),
      agent: agent.map { LoginPlan.AgentKey(key: $0, comment: "held") }
    ).reasonForOpenSSH
  }

  private func identity(_ type: String, certified: Bool = false) throws -> LoginPlan.Identity {
    var file = try #require(PrivateKeyFile("-----BEGIN PRIVATE KEY-----\nAAAA\n"))
    file.type = type
    return LoginPlan.Identity(path: "/k", file: file, publicKey: Self.key(type), hasCertificate: certified)
  }

  @Test func whatLibSSH2Can() throws {
    #expect(reason() == nil)
    #expect(reason(known: "") == nil)
    #expect(try reason(identities: [identity("ssh-ed25519"), identity("ecdsa-sha2-nistp256")]) == nil)
    #expect(reason(agent: [Self.key("ssh-ed25519")]) == nil)
    // A key of the agent that may not be offered decides nothing.
    #expect(reason(only: true, agent: [Self.key("ssh-rsa")]) == nil)
  }

  @Test(arguments: [
    ("proxycommand nc %h %p", "ProxyCommand"),
    ("certificatefile c", "CertificateFile c"), ("bindaddress 10.0.0.1", "BindAddress"),
    ("bindinterface eth1", "BindInterface"), ("pubkeyauthentication false", "PubkeyAuthentication no"),
    ("verifyhostkeydns true", "VerifyHostKeyDNS"), ("knownhostscommand /bin/keys", "KnownHostsCommand"),
    ("ciphers aes128-gcm@openssh.com", "ciphers"), ("macs hmac-sha2-256-etm@openssh.com", "MACs"),
  ]) func configurationsThatNeedOpenSSH(_ line: String, _ word: String) {
    #expect(reason(line)?.contains(word) == true)
  }

  @Test func keysThatNeedOpenSSH() throws {
    #expect(reason(known: "ssh-rsa") != nil)
    #expect(try reason(identities: [identity("ssh-ed25519"), identity("ssh-rsa")]) != nil)
    #expect(try reason(identities: [identity("sk-ssh-ed25519@openssh.com")]) != nil)
    #expect(try reason(identities: [identity("ssh-ed25519", certified: true)]) != nil)
    #expect(reason(agent: [Self.key("ssh-rsa")]) != nil)
    #expect(reason(agent: [Self.key("ssh-ed25519-cert-v01@openssh.com")]) != nil)
    #expect(try reason(identities: [identity("ssh-rsa")], only: true, agent: [Self.key("ssh-rsa")]) != nil)
  }
}

struct JumpHostTests {
  @Test(
    arguments: [
      ("bastion", nil, "bastion", nil, nil), ("ops@bastion:2222", "ops", "bastion", 2222, nil),
      ("a@b@c", "a@b", "c", nil, nil), ("one,two , three", nil, "three", nil, "one,two"),
      ("ssh://ops@[2001:db8::1]:22/", "ops", "2001:db8::1", 22, nil), ("2001:db8::1", nil, "2001:db8::1", nil, nil),
      ("[::1]", nil, "::1", nil, nil),
    ] as [(String, String?, String, Int?, String?)])
  func theLastOfAList(_ text: String, _ user: String?, _ host: String, _ port: Int?, _ before: String?) throws {
    let jump = try #require(JumpHost(lastOf: text))
    #expect(jump.user == user && jump.host == host && jump.port == port && jump.before == before)
  }

  @Test(arguments: ["", ",", "ops@", "host:", "host:0", "host:99999", "host:port"]) func noHost(_ text: String) {
    #expect(JumpHost(lastOf: text) == nil)
  }
}

struct EndingFilterTests {
  private func split(_ stream: [UInt8], by size: Int) -> (String, Int32?) {
    var filter = EndingFilter()
    var kept: [UInt8] = []
    for start in stride(from: 0, to: stream.count, by: size) {
      kept += filter.pass(stream[start..<min(stream.count, start + size)])
    }
    let (rest, status) = filter.end()
    return (String(decoding: kept + rest, as: UTF8.self), status)
  }

  @Test(arguments: [1, 7, 4_096, 100_000]) func theStatusIsTakenOffTheEnd(_ size: Int) {
    let noise = String(repeating: "a line\n", count: 2_000)
    #expect(split(Array((noise + "\n--stakeout-ended-- 3\n").utf8), by: size) == (noise, 3))
    #expect(split(Array("\n--stakeout-ended-- 0\n".utf8), by: size) == ("", 0))
    #expect(split(Array("half a line\n--stakeout-ended-- 255\nlate".utf8), by: size) == ("half a linelate", 255))
  }

  @Test(arguments: ["", "--stakeout-ended-- 3\n", "\n--stakeout-ended-- 3", "\n--stakeout-ended-- x\n", "\n--stakeout"])
  func withoutAWholeLineThereIsNone(_ text: String) {
    #expect(split(Array(text.utf8), by: 5) == (text, nil))
  }

  @Test func statusesAboveASignal() {
    #expect(CommandOutcome.Ending(shellStatus: 143) == .signalled("TERM"))
    #expect(CommandOutcome.Ending(shellStatus: 128) == .exited(128))
    #expect(CommandOutcome.Ending(shellStatus: 255) == .exited(255))
  }
}

struct OpenSSHWordsTests {
  private func words(_ text: String) -> OpenSSHWords {
    var words = OpenSSHWords()
    for byte in text.utf8 { withUnsafeBytes(of: byte) { words.append($0) } }
    return words
  }

  @Test func takesApartWhatSSHSays() {
    var words = words(
      """
      debug1: Server host key: ssh-ed25519 SHA256:abc
      debug1: Authentications that can continue: publickey
      debug1: Offering public key: /k ED25519 SHA256:def explicit
      --stakeout-asks-- Enter passphrase for key '/k': 
      @@@@@@@@
      ops@h: Permission denied (publickey).\r

      """)
    #expect(words.hostKey == "ssh-ed25519 SHA256:abc")
    #expect(words.offered == ["`/k`"])
    #expect(words.wanted == "publickey")
    #expect(words.takeQuestion() == "Enter passphrase for key '/k': ")
    #expect(words.takeQuestion() == nil)
    #expect(words.text == "ops@h: Permission denied (publickey).")
  }

  @Test func boundsWhatItKeeps() {
    let words = words(String(repeating: String(repeating: "x", count: 2_000) + "\n", count: 50))
    #expect(words.lines.count == 20 && words.lines.allSatisfy { $0.count == 500 })
  }
}
