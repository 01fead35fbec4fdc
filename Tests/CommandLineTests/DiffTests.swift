import Foundation
import TestSupport
import Testing

struct DiffTests {
  /// A request that was answered beside one that was not, of the same connection.
  @Test func showsWhereTwoDialoguesPart() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-diff-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let fixture = "Tests/DiagnosesTests/Fixtures/app-no-response-mml/s.pcap"
    #expect(try Program.run(["analyze", "--capture", "s=\(fixture)", "-o", folder]).status == 1)

    let same = try Program.run(["diff", "\(folder):flow-1", "\(folder):flow-1"])
    #expect(same.status == 0)
    #expect(same.stdout.contains("the two dialogues are the same"))

    let unknown = try Program.run(["diff", "\(folder):flow-999", folder])
    #expect(unknown.status == 3)
    #expect(unknown.stderr.contains("the case has no such connection"))
    #expect(try Program.run(["diff", "\(folder):nonsense", folder]).status == 64)
  }
}
