import CaseModel
import Remotes
import Testing

struct LocalRemoteTests {
  let local = LocalRemote()

  @Test func tellsOutputErrorsAndStatusApart() async throws {
    let outcome = try await local.run(ShellCommand(script: "echo out; echo err >&2; exit 3"))
    #expect(outcome.text == "out\n")
    #expect(outcome.errorText == "err\n")
    #expect(outcome.ending == .exited(3))
    #expect(outcome.ended.since(outcome.started) > 0)
  }

  @Test func namesTheSignalThatEndedACommand() async throws {
    let outcome = try await local.run(ShellCommand(script: "kill -TERM $$"))
    #expect(outcome.ending == .signalled("TERM"))
  }

  @Test func takesBothStreamsWithoutDeadlock() async throws {
    let script: StaticString = "head -c 3000000 /dev/zero >&2; head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"
    let outcome = try await local.run(ShellCommand(script: script), input: [], limit: 8 << 20, timeout: .seconds(30))
    #expect(outcome.stdout.count == 3_000_000)
    #expect(outcome.stderr.count == 6_000_000)
  }

  @Test func feedsItsInputWhole() async throws {
    let outcome = try await local.run(
      ShellCommand(words: ["wc", "-c"]), input: [UInt8](repeating: 7, count: 5_000_000), limit: 100,
      timeout: .seconds(30))
    #expect(outcome.text.filter(\.isNumber) == "5000000")
  }

  @Test func aCommandMayIgnoreItsInput() async throws {
    let outcome = try await local.run(
      ShellCommand(words: ["true"]), input: [UInt8](repeating: 7, count: 5_000_000), limit: 100, timeout: .seconds(30))
    #expect(outcome.isSuccess)
  }

  @Test func keepsNoMoreThanTheLimit() async throws {
    let outcome = try await local.run(
      ShellCommand(script: "head -c 100000 /dev/zero"), input: [], limit: 1_000, timeout: .seconds(30))
    #expect(outcome.stdout.count == 1_000)
    #expect(outcome.isTruncated)
    #expect(outcome.isSuccess)
  }

  @Test func endsACommandThatTakesTooLong() async throws {
    let failure = await #expect(throws: Failure.self) {
      try await local.run(ShellCommand(script: "echo $$ >&2; sleep 1000"), timeout: .milliseconds(300))
    }
    #expect(failure?.code == "timeout")
    let pid = try #require(failure?.command?.stderr.split(separator: "\n").first)
    let alive = try await local.run(ShellCommand(words: ["kill", "-0", String(pid)]))
    #expect(!alive.isSuccess)
  }

  @Test func cancellationEndsACommand() async throws {
    let task = Task { try await local.run(ShellCommand(words: ["sleep", "1000"]), timeout: .seconds(900)) }
    task.cancel()
    let failure = await #expect(throws: Failure.self) { try await task.value }
    #expect(failure?.code == "cancelled")
  }

  @Test func answersLineByLine() async throws {
    let conversation = try await local.converse(
      ShellCommand(script: "while read -r line; do echo \"<$line>\"; done"))
    for number in 1...20 {
      let exchange = try await conversation.ask("\(number)", timeout: .seconds(5))
      #expect(exchange.answer == "<\(number)>")
      #expect(exchange.received.since(exchange.sent) > 0)
    }
    await conversation.close()
  }

  @Test func aConversationThatEndsSaysWhy() async throws {
    let conversation = try await local.converse(ShellCommand(script: "read -r line; echo 'had enough' >&2; exit 4"))
    let failure = await #expect(throws: Failure.self) { try await conversation.ask("x", timeout: .seconds(5)) }
    #expect(failure?.code == "conversation-ended")
    #expect(failure?.command?.ending == "status 4")
    #expect(failure?.command?.stderr == "had enough\n")
    await conversation.close()
  }

  @Test func aLateAnswerIsNotTakenForTheNext() async throws {
    let conversation = try await local.converse(ShellCommand(script: "read -r a; read -r b; echo late; read -r c"))
    let first = await #expect(throws: Failure.self) { try await conversation.ask("a", timeout: .milliseconds(50)) }
    #expect(first?.code == "no-answer")
    let second = await #expect(throws: Failure.self) { try await conversation.ask("b", timeout: .seconds(5)) }
    #expect(second?.code == "no-answer")
    await local.close()
  }
}
