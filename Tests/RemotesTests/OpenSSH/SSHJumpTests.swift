import CaseModel
import Foundation
import Remotes
import Testing

@Suite(.enabled(if: SSHServer.isUsable, "needs root and sshd"), .serialized, WithSSHServer())
struct SSHJumpTests {
  let server: SSHServer
  init() throws { server = try #require(WithSSHServer.server) }

  /// One configuration for several servers, each under its own name; all known, all with the same user key.
  private func target(
    _ hosts: [(name: String, server: SSHServer, settings: [String])], known: (String) -> Bool = { _ in true },
    keyOfInner: String = "ed25519"
  ) throws -> ConnectionTarget {
    let id = UUID().uuidString
    let path = "\(server.folder)/jump-\(id)"
    let keys = try hosts.filter { known($0.name) }.map { host in
      let key = host.name == "inner" ? keyOfInner : "ed25519"
      return try "[127.0.0.1]:\(host.server.port) \(host.server.contents("host_\(key).pub"))"
    }
    try server.write(keys.joined(), to: "jump-\(id)-known")
    let blocks = hosts.map { host in
      (["Host \(host.name)", "HostName 127.0.0.1", "Port \(host.server.port)"]
        + host.settings + ["IdentityFile \(host.server.folder)/user_ed25519"]).joined(separator: "\n")
    }
    let common = [
      "Host *", "User root", "UserKnownHostsFile \(path)-known", "GlobalKnownHostsFile /dev/null", "IdentityAgent none",
      "IdentitiesOnly yes",
    ]
    try server.write((blocks + common).joined(separator: "\n") + "\n", to: "jump-\(id)")
    return ConnectionTarget(
      host: HostName(hosts[0].name), address: hosts[0].name, configFile: path, timeout: .seconds(60))
  }

  /// The ports that a session's TCP connection came from and went to, as its server sees them.
  private func connection(
    _ target: ConnectionTarget, by connector: SSHConnector = SSHServer.connector
  ) async throws
    -> [Substring]
  {
    let remote = try await connector.connect(target)
    let text = try await remote.run(ShellCommand(script: "echo \"$SSH_CONNECTION\"")).text
    await remote.close()
    return text.split(whereSeparator: \.isWhitespace)
  }

  @Test func oneHop() async throws {
    let bastion = try await SSHServer()
    let target = try target([("inner", server, ["ProxyJump bastion"]), ("bastion", bastion, [])])
    #expect(try await connection(target).last == "\(server.port)")
  }

  @Test func aHopFromTheCommandLine() async throws {
    let bastion = try await SSHServer()
    var target = try target([("inner", server, []), ("bastion", bastion, [])])
    target.jump = "bastion"
    #expect(try await connection(target).last == "\(server.port)")
    target.jump = "root@bastion:\(bastion.port)"
    #expect(try await connection(target).last == "\(server.port)")
  }

  @Test func twoHops() async throws {
    let (first, second) = (try await SSHServer(), try await SSHServer())
    let hops = [("first", first, []), ("second", second, [])] as [(String, SSHServer, [String])]
    let listed = try target([("inner", server, ["ProxyJump first,second"])] + hops)
    #expect(try await connection(listed).last == "\(server.port)")
    let nested = [("first", first, []), ("second", second, ["ProxyJump first"])] as [(String, SSHServer, [String])]
    let chained = try target([("inner", server, ["ProxyJump second"])] + nested)
    #expect(try await connection(chained).last == "\(server.port)")
  }

  @Test func aProxyCommand() async throws {
    let bastion = try await SSHServer()
    var target = try target([("inner", server, []), ("bastion", bastion, [])])
    let configuration = try #require(target.configFile)
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    try ("Host inner\nProxyCommand ssh -F \(configuration) -W %h:%p bastion\n" + text).write(
      toFile: configuration, atomically: true, encoding: .utf8)
    target.acceptNew = false
    #expect(try await connection(target).last == "\(server.port)")
  }

  @Test func hostsBehindABastionShareOneLoginThere() async throws {
    let bastion = try await SSHServer(settings: ["LogLevel VERBOSE"])
    let target = try target([("inner", server, ["ProxyJump bastion"]), ("bastion", bastion, [])])
    let connector = SSHConnector(grace: .seconds(30))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { _ = try await connection(target, by: connector) } }
      try await group.waitForAll()
    }
    let logins = try bastion.contents("log").split(separator: "\n").filter { $0.contains("Accepted publickey") }
    #expect(logins.count == 1)
  }

  /// The jump host's connection carries either of them.
  @Test func aHostBehindABastionIsServedByLibSSH2WhereThatCan() async throws {
    let (bastion, old) = (try await SSHServer(settings: ["LogLevel VERBOSE"]), try await SSHServer(keys: ["rsa"]))
    let connector = SSHConnector(grace: .seconds(30))
    let able = try await connector.connect(
      target([("inner", server, ["ProxyJump bastion"]), ("bastion", bastion, [])]))
    #expect(able is SSHSession)
    #expect(try await able.run(ShellCommand(script: "head -c 300000 /dev/zero")).stdout.count == 300_000)
    let unable = try await connector.connect(
      target([("inner", old, ["ProxyJump bastion"]), ("bastion", bastion, [])], keyOfInner: "rsa"))
    #expect(unable is OpenSSHRemote)
    #expect(try await unable.run(ShellCommand(words: ["true"])).isSuccess)
    await unable.close()
    await able.close()
  }

  /// What is closed, and what is only let go.
  @Test func nothingGoesOnByABastionThatNobodyUses() async throws {
    let bastion = try await SSHServer()
    let target = try target([("inner", server, ["ProxyJump bastion"]), ("bastion", bastion, [])])
    let connector = SSHConnector(grace: .seconds(30))
    let closed = try await connector.connect(target)
    #expect(try await carriers() == 1)
    _ = try await connector.connect(target)
    await closed.close()
    let end = ContinuousClock.now + .seconds(20)
    while try await carriers() > 0, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try await carriers() == 0)
  }

  /// Processes of this test that lead to the inner host.
  private func carriers() async throws -> Int {
    let text = try await Shell.run("pgrep -P \(getpid()) -f -- '-[W] 127.0.0.1:\(server.port) ' | wc -l")
    return try #require(Int(text.filter(\.isNumber)))
  }

  @Test func anUnknownBastionIsNotPassed() async throws {
    let bastion = try await SSHServer()
    let target = try target(
      [("inner", server, ["ProxyJump bastion"]), ("bastion", bastion, [])], known: { $0 != "bastion" })
    let failure = try await SSHServer.failure(target)
    #expect(failure.code == "host-key-unknown")
    #expect(failure.host == "inner")
    #expect(failure.what == "could not reach inner by way of `bastion`")
  }

  @Test func anUnknownHostBehindABastionIsNotEntered() async throws {
    let bastion = try await SSHServer()
    let target = try target(
      [("inner", server, ["ProxyJump bastion"]), ("bastion", bastion, [])], known: { $0 == "bastion" })
    let failure = try await SSHServer.failure(target)
    #expect(failure.code == "host-key-unknown")
    #expect(failure.what == "could not verify inner")
  }

  @Test func aHostThatTheBastionCannotReachIsTold() async throws {
    let bastion = try await SSHServer()
    var target = try target([("inner", server, ["ProxyJump bastion"]), ("bastion", bastion, [])])
    target.port = try SSHServer.freePort()
    let failure = try await SSHServer.failure(target)
    #expect(failure.code == "unreachable")
    #expect(failure.cause.contains("Connection refused"))
  }

  @Test func jumpsInACircleEnd() async throws {
    let target = try target([
      ("inner", server, ["ProxyJump bastion"]), ("bastion", server, ["ProxyJump other"]),
      ("other", server, ["ProxyJump bastion"]),
    ])
    let failure = try await SSHServer.failure(target)
    #expect(failure.code == "ssh-config")
    #expect(failure.cause.contains("goes in a circle"))
  }
}
