import CaseModel
import Foundation
import Remotes
import Testing

@Suite(.enabled(if: SSHServer.isUsable, "needs root and sshd"), .serialized, WithSSHServer())
struct SSHCommandTests {
  let server: SSHServer
  init() throws { server = try #require(WithSSHServer.server) }

  @Test(arguments: SSHServer.transports) func tellsOutputErrorsAndStatusApart(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let outcome = try await remote.run(ShellCommand(script: "echo out; echo err >&2; exit 3"))
    #expect(outcome.text == "out\n")
    #expect(outcome.errorText == "err\n")
    #expect(outcome.ending == .exited(3))
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func namesTheSignalThatEndedACommand(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    #expect(try await remote.run(ShellCommand(script: "kill -TERM $$")).ending == .signalled("TERM"))
    #expect(try await remote.run(ShellCommand(words: ["true"])).isSuccess)
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func everyByteOfACommandArrives(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let odd = "a'b\"c\\d!e$f`g\nh\ti%j*k?l~m\\n\\0101 ü#;&|<>(){}[]"
    let outcome = try await remote.run(ShellCommand(words: ["printf", "%s", odd]))
    #expect(outcome.text == odd)
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func takesBothStreamsWithoutDeadlock(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let script: StaticString = "head -c 3000000 /dev/zero >&2; head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"
    let outcome = try await remote.run(ShellCommand(script: script), input: [], limit: 8 << 20, timeout: .seconds(60))
    #expect(outcome.stdout.count == 3_000_000)
    #expect(outcome.stderr.count == 6_000_000)
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func feedsItsInputWhole(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let input = [UInt8](repeating: 7, count: 5_000_000)
    let counted = try await remote.run(
      ShellCommand(words: ["wc", "-c"]), input: input, limit: 100, timeout: .seconds(60))
    #expect(counted.text.filter(\.isNumber) == "5000000")
    let echoed = try await remote.run(ShellCommand(words: ["cat"]), input: input, limit: 8 << 20, timeout: .seconds(60))
    #expect(echoed.stdout == input)
    let ignored = try await remote.run(ShellCommand(words: ["true"]), input: input, limit: 100, timeout: .seconds(60))
    #expect(ignored.isSuccess)
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func keepsNoMoreThanTheLimit(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let outcome = try await remote.run(
      ShellCommand(script: "head -c 4000000 /dev/zero"), input: [], limit: 1_000, timeout: .seconds(30))
    #expect(outcome.stdout.count == 1_000)
    #expect(outcome.isTruncated)
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func aLostConnectionIsNeverAStatus(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let pid = try await SSHServer.process(of: remote)
    let seconds = "1000.\(pid)"
    let running = Task { try await remote.run(ShellCommand(words: ["sleep", seconds]), timeout: .seconds(100)) }
    var sleeper: pid_t?
    while sleeper == nil {
      await Task.yield()
      sleeper = pid_t(try await Shell.run("pgrep -xf 'sleep \(seconds)' || true"))
    }
    defer { if let sleeper { kill(sleeper, SIGKILL) } }
    kill(pid, SIGKILL)
    let failure = await #expect(throws: Failure.self) { try await running.value }
    #expect(failure?.code == "connection-lost")
    #expect(failure?.command?.ending == "no status: the connection was lost")
    let later = await #expect(throws: Failure.self) { try await remote.run(ShellCommand(words: ["true"])) }
    #expect(later?.code == "connection-lost")
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func aTimeoutClosesOnlyItsChannel(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let failure = await #expect(throws: Failure.self) {
      try await remote.run(ShellCommand(script: "read -r never"), input: [], limit: 10, timeout: .milliseconds(1))
    }
    #expect(failure?.code == "timeout")
    let blocked = await #expect(throws: Failure.self) {
      try await remote.run(ShellCommand(script: "cat /dev/zero"), input: [], limit: 10, timeout: .milliseconds(300))
    }
    #expect(blocked?.code == "timeout")
    #expect(try await remote.run(ShellCommand(words: ["true"])).isSuccess)
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func cancellationClosesOnlyItsChannel(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let task = Task { try await remote.run(ShellCommand(words: ["cat", "/dev/zero"]), timeout: .seconds(900)) }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    let failure = await #expect(throws: Failure.self) { try await task.value }
    #expect(failure?.code == "cancelled")
    #expect(try await remote.run(ShellCommand(words: ["true"])).isSuccess)
    await remote.close()
  }
}
