import CaseModel
import Foundation
import Remotes
import Synchronization
import Testing

struct RecordingTests {
  private final class Journal: Sendable {
    private let entries = Mutex<[JournalEntry]>([])
    var all: [JournalEntry] { entries.withLock { $0 } }
    func record(_ entry: JournalEntry) { entries.withLock { $0.append(entry) } }
  }

  private let journal = Journal()

  private func connect() async throws -> any Remote {
    let connector = RecordingConnector(LocalConnector()) { [journal] in journal.record($0) }
    return try await connector.connect(ConnectionTarget(host: "desk", address: "localhost", isLocal: true))
  }

  @Test func commandsAreRecordedWithoutTheirInput() async throws {
    let remote = try await connect()
    let command = ShellCommand(script: "cat >/dev/null; echo oops >&2; exit 7")
    _ = try await remote.run(command, input: Array("s3cret".utf8), limit: 100, timeout: .seconds(30))
    #expect(journal.all.map(\.event) == ["connect", "command"])
    let entry = try #require(journal.all.last)
    #expect(entry.host == "desk")
    #expect(entry.command == command.text)
    #expect(entry.ending == "status 7")
    #expect(entry.stderr == "oops\n")
    #expect(entry.seconds != nil)
    #expect(!"\(journal.all)".contains("s3cret"))
  }

  @Test func failuresAreRecordedAndThrown() async throws {
    let remote = try await connect()
    await #expect(throws: Failure.self) {
      try await remote.fetch("/nonexistent", to: "/tmp/stakeout-never-\(UUID().uuidString)")
    }
    #expect(journal.all.last?.event == "failure")
    #expect(journal.all.last?.says.contains("/nonexistent") == true)
  }

  @Test func aConversationIsRecordedOnceAndItsFailures() async throws {
    let remote = try await connect()
    let conversation = try await remote.converse(ShellCommand(script: "read -r a; echo s3cret"))
    _ = try await conversation.ask("s3cret", timeout: .seconds(30))
    await #expect(throws: Failure.self) { try await conversation.ask("again", timeout: .seconds(30)) }
    await remote.close()
    #expect(journal.all.map(\.event) == ["connect", "command", "failure"])
    #expect(!"\(journal.all.map(\.says))".contains("s3cret"))
  }
}
