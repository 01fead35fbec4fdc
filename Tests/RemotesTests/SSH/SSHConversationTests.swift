import CaseModel
import Foundation
import Remotes
import Testing

@Suite(.enabled(if: SSHServer.isUsable, "needs root and sshd"), .serialized, WithSSHServer())
struct SSHConversationTests {
  private static let echo = ShellCommand(script: "while read -r line; do echo \"<$line>\"; done")
  private static let clock = ShellCommand(script: "while read -r line; do date +%s.%N; done")
  let server: SSHServer
  init() throws { server = try #require(WithSSHServer.server) }

  @Test(arguments: SSHServer.transports) func samplesOfAClockLieBetweenTheirTimes(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let conversation = try await remote.converse(Self.clock)
    for _ in 0..<20 {
      let exchange = try await conversation.ask("now", timeout: .seconds(10))
      // Both ends are one machine here: the answer must lie in the interval.
      let told = try #require(Instant.nanoseconds(exchange.answer))
      #expect(exchange.sent.nanoseconds < told && told < exchange.received.nanoseconds)
    }
    await conversation.close()
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func twoConversationsAndARunShareAConnection(
    _ transport: Transport
  ) async throws {
    let remote = try await server.connect(by: transport)
    async let heavy = remote.run(
      ShellCommand(script: "head -c 20000000 /dev/zero"), input: [], limit: 32 << 20, timeout: .seconds(100))
    async let first: Void = talk(remote, "a")
    async let second: Void = talk(remote, "b")
    _ = try await (first, second)
    #expect(try await heavy.stdout.count == 20_000_000)
    await remote.close()
  }

  private func talk(_ remote: any Remote, _ name: String) async throws {
    let conversation = try await remote.converse(Self.echo)
    for number in 0..<200 {
      let line = "\(name)\(number)" + String(repeating: "x", count: number * 10)
      #expect(try await conversation.ask(line, timeout: .seconds(30)).answer == "<\(line)>")
    }
    await conversation.close()
  }

  @Test(arguments: SSHServer.transports) func aConversationThatEndsSaysWhy(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let conversation = try await remote.converse(ShellCommand(script: "read -r line; echo 'had enough' >&2; exit 4"))
    let failure = await #expect(throws: Failure.self) { try await conversation.ask("x", timeout: .seconds(10)) }
    #expect(failure?.code == "conversation-ended")
    #expect(failure?.command?.ending == "status 4")
    #expect(failure?.command?.stderr == "had enough\n")
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func aLateAnswerIsNotTakenForTheNext(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let conversation = try await remote.converse(ShellCommand(script: "read -r a; read -r b; echo late; read -r c"))
    let first = await #expect(throws: Failure.self) { try await conversation.ask("a", timeout: .milliseconds(50)) }
    #expect(first?.code == "no-answer")
    let second = await #expect(throws: Failure.self) { try await conversation.ask("b", timeout: .seconds(5)) }
    #expect(second?.code == "no-answer")
    await conversation.close()
    #expect(try await remote.run(ShellCommand(words: ["true"])).isSuccess)
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func aSilentPeerFailsEveryQuestion(_ transport: Transport) async throws {
    let connector = SSHConnector(silence: .seconds(5))
    var target = try server.target()
    target.transport = transport
    let remote = try await connector.connect(target)
    let pid = try await SSHServer.process(of: remote)
    let beat = try await remote.converse(Self.echo)
    let clock = try await remote.converse(Self.clock)
    // An idle connection whose peer lives is not given up.
    try await Task.sleep(for: .seconds(7))
    #expect(try await beat.ask("x", timeout: .seconds(5)).answer == "<x>")
    kill(pid, SIGSTOP)
    defer { kill(pid, SIGKILL) }
    for conversation in [beat, clock] {
      let failure = await #expect(throws: Failure.self) { try await conversation.ask("y", timeout: .seconds(60)) }
      #expect(failure?.code == "connection-lost")
    }
    await remote.close()
  }
}
