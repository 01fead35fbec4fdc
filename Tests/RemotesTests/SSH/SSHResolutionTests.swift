import CaseModel
import Foundation
import Testing

@testable import Remotes

struct SSHResolutionTests {
  @Test func readsWhatSSHPrints() {
    let resolution = SSHResolution(
      """
      host web1
      user ops
      hostname Web1.Example
      port 2222
      identitiesonly yes
      stricthostkeychecking accept-new
      canonicalizePermittedcnames none
      ciphers aes128-ctr,chacha20-poly1305@openssh.com
      identityfile ~/.ssh/a key
      identityfile ~/.ssh/id_ed25519
      globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2
      userknownhostsfile /root/.ssh/known_hosts
      identityagent none
      proxyjump none
      connecttimeout none

      nonsense
      """)
    #expect(resolution.hostname == "Web1.Example")
    #expect(resolution.user == "ops")
    #expect(resolution.port == 2222)
    #expect(resolution.identitiesOnly)
    #expect(resolution.strictChecking == .acceptNew)
    #expect(resolution.identityFiles == ["~/.ssh/a key", "~/.ssh/id_ed25519"])
    #expect(resolution.globalKnownHosts == ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"])
    #expect(resolution.identityAgent == "none")
    #expect(resolution.proxyJump == nil)
    #expect(resolution.connectTimeout == nil)
    #expect(resolution.ciphers == ["aes128-ctr", "chacha20-poly1305@openssh.com"])
    #expect(resolution.knownHostNames == ["[web1.example]:2222", "web1.example"])
  }

  @Test(arguments: [
    ("yes", SSHResolution.StrictChecking.yes), ("true", .yes), ("no", .off), ("false", .off), ("off", .off),
    ("ask", .ask),
    ("accept-new", .acceptNew), ("something", .ask),
  ]) func strictness(_ text: String, _ meaning: SSHResolution.StrictChecking) {
    #expect(SSHResolution("stricthostkeychecking \(text)").strictChecking == meaning)
  }

  @Test func anAliasStandsForTheHostWithoutItsPort() {
    #expect(SSHResolution("hostname a\nport 2222\nhostkeyalias b").knownHostNames == ["b"])
    #expect(SSHResolution("hostname a\nport 22").knownHostNames == ["a"])
  }

  @Test func onlyWhatBothSidesAllowIsOffered() {
    let free = SSHAlgorithms(SSHResolution(""), knownTypes: ["ssh-rsa", "ecdsa-sha2-nistp256"])
    #expect(free.hostKeys == ["ecdsa-sha2-nistp256", "ssh-ed25519", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"])
    #expect(free.macs == ["hmac-sha2-256", "hmac-sha2-512"])
    #expect(free.missing == nil)
    let bound = SSHAlgorithms(SSHResolution("macs hmac-sha2-512\nciphers aes128-gcm@openssh.com"), knownTypes: [])
    #expect(bound.macs == ["hmac-sha2-512"])
    #expect(bound.missing == "ciphers")
  }
}

/// Names that a shell of the user's own configuration (`Match exec`, `ProxyCommand`) would read as more than names.
struct TargetNamesTests {
  @Test(arguments: [
    "-oProxyCommand=x", "a;x", "$(x)", "`x`", "a b", "a|x", "a&x", "a>x", "a\nx", "'\u{301}x'", "", "a\\x", "${IFS}",
  ]) func areRefusedBeforeAnySSHSeesThem(name: String) async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("ssh-\(UUID())").path
    try Data("Match exec \"touch \(file).ran\"\n".utf8).write(to: URL(fileURLWithPath: file))
    defer { for end in ["", ".ran"] { try? FileManager.default.removeItem(atPath: file + end) } }
    var target = ConnectionTarget(host: "h", address: name, configFile: file)
    let failure = await #expect(throws: Failure.self) { try await SSHResolver(target: target).resolve() }
    #expect(failure?.code == "ssh-config")
    #expect(!FileManager.default.fileExists(atPath: file + ".ran"))
    target.address = "localhost"
    guard name.contains(where: { ";|&>(`\n-".contains($0) }) else { return }
    for path in [\ConnectionTarget.user, \.jump] {
      var target = target
      target[keyPath: path] = name
      await #expect(throws: Failure.self) { try await SSHResolver(target: target).resolve() }
    }
    #expect(!FileManager.default.fileExists(atPath: file + ".ran"))
    #expect(try await SSHResolver(target: target).resolve().hostname == "localhost")
  }
}

struct SSHTokensTests {
  private let tokens = SSHTokens(
    home: "/home/ops", localUser: "ops", localHost: "desk.example", userID: "1000", hostname: "10.0.0.5", port: 2222,
    remoteUser: "root", original: "web1", environment: ["SSH_AUTH_SOCK": "/run/agent", "KEYS": "/keys", "EMPTY": ""])

  @Test(arguments: [
    ("~/.ssh/id", "/home/ops/.ssh/id"), ("~", "/home/ops"), ("a~b", "a~b"),
    ("%d/%u/%r@%h:%p", "/home/ops/ops/root@10.0.0.5:2222"),
    ("%n %k", "web1 web1"), ("100%%", "100%"), ("%L.%l %i", "desk.desk.example 1000"), ("${KEYS}/a", "/keys/a"),
    ("$x", "$x"),
    ("%C", nil), ("%", nil), ("${NOT_THERE}", nil), ("${open", nil), ("", ""),
  ]) func expansion(_ text: String, _ expanded: String?) {
    #expect(tokens.expand(text) == expanded)
  }

  @Test(
    arguments: [
      (nil, "/run/agent"), ("SSH_AUTH_SOCK", "/run/agent"), ("none", nil), ("$KEYS", "/keys"), ("$NOT_THERE", nil),
      ("~/agent", "/home/ops/agent"), ("${KEYS}/agent", "/keys/agent"),
    ] as [(String?, String?)]) func agent(_ configured: String?, _ socket: String?)
  {
    #expect(tokens.agent(configured) == socket)
  }
}
