import CaseModel
import CaseStore
import Glibc
import Lab
import Remotes
import Testing

/// That whatever comes from a skewed host is told by its skewed clock, and that the decorator hides no damage.
@Suite
struct SkewedRemoteTests {
  private let skew = ClockSkew(offset: .milliseconds(-400))

  @Test("what a command prints")
  func run() async throws {
    let remote = SkewedRemote(
      FakeRemote(stdout: "1795237833.500000000 out", stderr: "1795237833.500000000 err"),
      clocks: SkewedClocks(["server": skew]))
    let outcome = try await remote.run(ShellCommand(words: ["date"]))
    #expect(outcome.text == "1795237833.100000000 out")
    #expect(outcome.errorText == "1795237833.100000000 err")
    #expect(outcome.started.nanoseconds == 5, "the controller's own clock is right")
  }

  @Test("what a conversation answers")
  func converse() async throws {
    let remote = SkewedRemote(FakeRemote(answer: "ok 1795237833.500000000"), clocks: SkewedClocks(["server": skew]))
    let exchange = try await remote.converse(ShellCommand(words: ["clock"])).ask("now", timeout: .seconds(1))
    #expect(exchange.answer == "ok 1795237833.100000000")
    #expect(exchange.sent.nanoseconds == 5)
  }

  @Test("what a file says, under the digest of what it says now")
  func fetch() async throws {
    try await withLocalFile { local in
      let remote = SkewedRemote(FakeRemote(file: "1795237833.500000 reset\n"), clocks: SkewedClocks(["server": skew]))
      let source = try await remote.fetch("/var/log/x", to: local)
      let bytes = try AtomicFile.read(local)
      #expect(String(decoding: bytes, as: UTF8.self) == "1795237833.100000 reset\n")
      #expect(source.sha256 == SHA256.hex(of: bytes))
      #expect(source.bytes == Int64(bytes.count))
    }
  }

  @Test("a file that was damaged on its way still shows it")
  func damaged() async throws {
    try await withLocalFile { local in
      let remote = SkewedRemote(
        FakeRemote(file: "1795237833.500000 reset\n", stated: "00"), clocks: SkewedClocks(["server": skew]))
      let source = try await remote.fetch("/var/log/x", to: local)
      #expect(source.sha256 == "00")
      #expect(try SHA256.hex(ofFile: local) != source.sha256)
    }
  }

  @Test("a host that states no digest gets none")
  func withoutDigest() async throws {
    try await withLocalFile { local in
      let remote = SkewedRemote(FakeRemote(file: "", stated: nil), clocks: SkewedClocks(["server": skew]))
      let source = try await remote.fetch("/var/log/x", to: local)
      #expect(source == SourceFile(bytes: 0, sha256: nil))
    }
  }

  @Test("only named hosts are skewed")
  func connector() async throws {
    let connector = SkewedConnector(FakeConnector(), clocks: SkewedClocks(["gateway": skew]))
    for (host, expected) in [("gateway", "1795237833.100000000"), ("client", "1795237833.500000000")] {
      let target = ConnectionTarget(host: HostName(host), address: "192.0.2.1")
      let remote = try await connector.connect(target)
      #expect(remote.host == HostName(host))
      #expect(try await remote.run(ShellCommand(words: ["date"])).text == expected)
    }
  }

  private func withLocalFile(_ body: (String) async throws -> Void) async throws {
    let local = "/tmp/skewed-remote-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    defer { unlink(local) }
    try await body(local)
  }
}

private struct FakeConnector: Connector {
  func connect(_ target: ConnectionTarget) async throws(Failure) -> any Remote {
    FakeRemote(host: target.host, stdout: "1795237833.500000000")
  }
}

/// A host in memory that always says the same.
private struct FakeRemote: Remote {
  var host: HostName = "server"
  var stdout = ""
  var stderr = ""
  var answer = ""
  var file = ""
  /// The digest that the host states; `right` for the true one.
  var stated: String? = "right"

  func run(
    _ command: ShellCommand, input: [UInt8], limit: Int, timeout: Duration
  ) async throws(Failure) -> CommandOutcome {
    let now = HostTime(nanoseconds: 5)
    return CommandOutcome(
      stdout: Array(stdout.utf8), stderr: Array(stderr.utf8), ending: .exited(0), started: now, ended: now)
  }

  func converse(_ command: ShellCommand) async throws(Failure) -> any Conversation { FakeConversation(answer: answer) }

  func push(_ bytes: [UInt8], to path: String, mode: UInt16) async throws(Failure) {}

  func fetch(_ path: String, to local: String) async throws(Failure) -> SourceFile {
    do {
      try AtomicFile.write(Array(file.utf8), to: local)
    } catch {
      throw Failure("fake", what: "could not write", cause: "\(error)")
    }
    let digest = stated == "right" ? SHA256.hex(of: Array(file.utf8)) : stated
    return SourceFile(bytes: Int64(file.utf8.count), sha256: digest)
  }

  func close() async {}
}

private struct FakeConversation: Conversation {
  let answer: String
  func ask(_ line: String, timeout: Duration) async throws(Failure) -> Exchange {
    let now = HostTime(nanoseconds: 5)
    return Exchange(sent: now, answer: answer, received: now)
  }
  func close() async {}
}
