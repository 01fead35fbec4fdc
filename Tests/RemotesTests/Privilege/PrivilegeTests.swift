import CaseModel
import Foundation
import Remotes
import Synchronization
import Testing

/// A host on which nobody logs in as root: a server in a mount namespace with users, sudo and doas of its own. The machine's own
/// `/etc` is not touched.
private struct ForeignHost {
  let server: SSHServer

  init(sudoers: String? = nil, doas: String? = nil) async throws {
    server = try await SSHServer(
      inside: """
        cp -a /etc "$1/etc" && mount --bind "$1/etc" /etc
        if [ -d /run/sudo ]; then mount -t tmpfs none /run/sudo; fi
        echo 'ops:x:4711:4711::/tmp:/bin/sh' >> /etc/passwd
        echo 'ops:x:4711:' >> /etc/group
        echo "ops:$(openssl passwd -6 "it's secret"):19000:0:99999:7:::" >> /etc/shadow
        rm -f /etc/sudoers.d/* /etc/doas.conf
        printf '%s\\n' 'root ALL=(ALL) ALL' '\(sudoers ?? "")' > /etc/sudoers && chmod 0440 /etc/sudoers
        \(doas.map { "echo '\($0)' > /etc/doas.conf && chmod 0400 /etc/doas.conf" } ?? ":")
        chmod 755 "$1"
        """)
  }

  func connect(_ become: Become?, transport: Transport = .automatic) async throws -> any Remote {
    var target = try server.target()
    target.user = "ops"
    target.become = become
    target.transport = transport
    return try await DefaultConnector(note: { _ in }).connect(target)
  }
}

@Suite(.enabled(if: SSHServer.isUsable, "needs root and sshd"), .serialized)
struct PrivilegeTests {
  private static let password = Secret("it's secret")

  /// Everything a session does, as root.
  private func isRoots(
    _ remote: any Remote, _ host: ForeignHost, _ place: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(try await remote.run(ShellCommand(words: ["id", "-u"])).text == "0\n", sourceLocation: place)
    let echoed = try await remote.run(
      ShellCommand(words: ["cat"]), input: Array("in\n".utf8), limit: 100, timeout: .seconds(60))
    #expect(echoed.text == "in\n", sourceLocation: place)
    #expect(try await remote.run(ShellCommand(script: "exit 7")).ending == .exited(7), sourceLocation: place)
    let talk = try await remote.converse(ShellCommand(script: "while read -r line; do echo \"$line $(id -u)\"; done"))
    #expect(try await talk.ask("who", timeout: .seconds(30)).answer == "who 0", sourceLocation: place)
    await talk.close()
    let file = host.server.folder + "/root's own"
    let bytes = (0..<9_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &>> 3) }
    try await remote.push(bytes, to: file, mode: 0o600)
    #expect(
      try await remote.run(ShellCommand(words: ["stat", "-c", "%u %a", file])).text == "0 600\n", sourceLocation: place)
    let told = try await remote.fetch(file, to: file + ".fetched")
    #expect(told.bytes == 9_000_000, sourceLocation: place)
    #expect(FileManager.default.contents(atPath: file + ".fetched") == Data(bytes), sourceLocation: place)
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func sudoWithoutAPassword(_ transport: Transport) async throws {
    let host = try await ForeignHost(sudoers: Become.sudoersLine(user: "ops"))
    let plain = try await host.connect(nil)
    #expect(try await plain.run(ShellCommand(words: ["id", "-u"])).text == "4711\n")
    await plain.close()
    try await isRoots(host.connect(Become(), transport: transport), host)
    // A password that nobody asks for does no harm.
    try await isRoots(host.connect(Become(password: Self.password)), host)
  }

  @Test(arguments: SSHServer.transports) func sudoWithAPassword(_ transport: Transport) async throws {
    let host = try await ForeignHost(sudoers: "ops ALL=(root) /bin/sh")
    try await isRoots(host.connect(Become(password: Self.password), transport: transport), host)
    let none = await #expect(throws: Failure.self) { try await host.connect(Become()) }
    #expect(none?.code == "privilege")
    #expect(none?.cause.contains("a password is required") == true)
    #expect(none?.hint?.contains("ops ALL=(root) NOPASSWD: /bin/sh") == true)
    let wrong = await #expect(throws: Failure.self) { try await host.connect(Become(password: Secret("wrong"))) }
    #expect(wrong?.code == "privilege")
    #expect(wrong?.cause.contains("1 incorrect password attempt") == true)
  }

  @Test func itsPasswordIsInNoArgumentNoEnvironmentAndNoJournal() async throws {
    let host = try await ForeignHost(sudoers: "ops ALL=(root) /bin/sh")
    let journal = Mutex<[JournalEntry]>([])
    let note: @Sendable (JournalEntry) -> Void = { entry in journal.withLock { $0.append(entry) } }
    var target = try host.server.target()
    target.user = "ops"
    target.become = Become(password: Self.password)
    let remote = try await RecordingConnector(DefaultConnector(note: note), record: note).connect(target)
    try await remote.push([1, 2, 3], to: host.server.folder + "/pushed", mode: 0o600)
    _ = await #expect(throws: Failure.self) { try await remote.fetch("/nonexistent", to: host.server.folder + "/x") }
    let talk = try await remote.converse(ShellCommand(script: "while read -r line; do echo \"$line\"; done"))
    _ = try await talk.ask("x", timeout: .seconds(30))
    let found = try await Shell.run(
      "pattern=$(cat); grep -laF -- \"$pattern\" /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; true",
      input: Self.password.revealed)
    #expect(found == "")
    _ = await #expect(throws: Failure.self) { try await talk.ask("two\nlines", timeout: .seconds(30)) }
    let entries = journal.withLock { $0 }
    #expect(entries.contains { $0.says == "`ops` becomes root by sudo" })
    #expect(!String(decoding: try JSONEncoder().encode(entries), as: UTF8.self).contains("secret"))
    await remote.close()
  }

  @Test func nobodyWithoutARuleBecomesRoot() async throws {
    let host = try await ForeignHost()
    let failure = await #expect(throws: Failure.self) { try await host.connect(Become(method: .sudo)) }
    #expect(failure?.code == "privilege")
  }

  @Test(.enabled(if: access("/usr/bin/doas", X_OK) == 0, "needs doas")) func doasWithoutAPassword() async throws {
    let host = try await ForeignHost(doas: "permit nopass ops as root cmd /bin/sh")
    try await isRoots(host.connect(Become()), host)
    try await isRoots(host.connect(Become(method: .doas)), host)
  }

  @Test func aLoginWithItsPassword() async throws {
    let host = try await ForeignHost(sudoers: Become.sudoersLine(user: "ops"))
    var target = try host.server.target(settings: ["IdentityFile none"])
    target.user = "ops"
    target.password = Self.password
    let remote = try await SSHConnector(grace: .seconds(30)).connect(target)
    #expect(try await remote.run(ShellCommand(words: ["id", "-un"])).text == "ops\n")
    await remote.close()
    target.password = Secret("wrong")
    #expect(try await SSHServer.failure(target).code == "authentication")
  }

  @Test func rootNeedsNothing() async throws {
    let remote = try await PrivilegeTests.rootLogin()
    #expect(try await remote.run(ShellCommand(words: ["id", "-u"])).text == "0\n")
    await remote.close()
  }

  private static func rootLogin() async throws -> any Remote {
    try await DefaultConnector(note: { _ in }).connect(
      becoming(ConnectionTarget(host: "desk", address: "localhost", isLocal: true)))
  }

  private static func becoming(_ target: ConnectionTarget) -> ConnectionTarget {
    var target = target
    target.become = Become()
    return target
  }
}
