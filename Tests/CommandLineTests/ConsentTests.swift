import Foundation
import TestSupport
import Testing

/// What is asked on a terminal before a run starts: nothing is touched until somebody says yes.
@Suite(
  .enabled(
    if: TerminalProgram.isPossible, "there is no `script` to give a terminal"))
struct ConsentTests {
  private static let headers = "name: x\nroles: { a: {} }\ncaptures: [{ name: one, on: a }]"
  private static let whole = "name: x\nroles: { a: {} }\ncaptures: [{ name: one, on: a, payload: true }]"
  /// Nobody listens there: a run that starts ends at once, with a case.
  private static let inventory = "hosts: { h: { address: 127.0.0.1, port: 1, roles: [a] } }"

  @Test(arguments: [
    (headers, "n", "start? [Y/n]"), (headers, "what", "start? [Y/n]"), (whole, "", "go on? [y/N]"),
    (whole, "no", "go on? [y/N]"),
  ]) func whatIsRefusedTouchesNothing(_ playbook: String, _ answer: String, _ question: String) throws {
    try onTerminal(playbook, answer) { said, status, hasCase in
      #expect(said.contains("captures take at most 100 MB on 1 host\r\n"))
      #expect(said.contains(question))
      #expect(said.contains("did not start"))
      #expect(status == 64)
      #expect(!hasCase)
    }
  }

  @Test(arguments: [(headers, ""), (headers, "y"), (whole, "yes")])
  func whatIsAllowedStarts(_ playbook: String, _ answer: String) throws {
    try onTerminal(playbook, answer) { said, status, hasCase in
      #expect(!said.contains("did not start"), "\(said)")
      #expect(hasCase)
    }
  }

  @Test(arguments: [headers, whole]) func withYesNothingIsAsked(_ playbook: String) throws {
    try onTerminal(playbook, "", "-y") { said, _, hasCase in
      #expect(!said.contains("?"), "\(said)")
      #expect(hasCase)
    }
  }

  /// Runs it with a terminal of its own, on which somebody types a line.
  private func onTerminal(
    _ playbook: String, _ answer: String, _ options: String = "",
    _ body: (_ said: String, _ status: Int32, _ hasCase: Bool) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(playbook.utf8).write(to: folder.appendingPathComponent("p.yaml"))
    try Data(Self.inventory.utf8).write(to: folder.appendingPathComponent("i.yaml"))
    let program = try TerminalProgram("run p.yaml -i i.yaml \(options)", in: folder.path)
    try program.type(answer)
    let status = try program.end()
    try body(program.said, status, FileManager.default.fileExists(atPath: folder.path + "/cases/latest"))
  }
}
