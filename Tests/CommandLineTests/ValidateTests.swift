import Foundation
import TestSupport
import Testing

/// A wrong playbook: every problem at once, each with its place, and 64.
struct ValidateTests {
  private static let wrong = """
    name: Wrong in many ways
    roles:
      client: {}
    capturse: []
    captures:
      - { name: a, on: client, filter: "tcp prt 80" }
      - { name: b, on: sever, limits: { duration: 5 minutes } }
    until:
      - duration: soon
    """

  private func playbook(_ text: String, _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID()).yaml").path
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func printsEveryProblemWithItsPlace() throws {
    try playbook(Self.wrong) { path in
      let program = try Program.run(["validate", path])
      #expect(program.status == 64)
      #expect(program.stdout.isEmpty)
      for place in ["4:1", "6:", "7:", "9:"] {
        #expect(program.stderr.contains("\(path):\(place)"), "no problem at \(place) in:\n\(program.stderr)")
      }
      #expect(program.stderr.contains("did you mean `captures`?"))
      #expect(program.stderr.contains("`sever`"))
    }
  }

  @Test(arguments: ["run", "plan"])
  func neitherRunsNorPlansIt(verb: String) throws {
    try playbook(Self.wrong) { path in
      let program = try Program.run([verb, path, "--host", "client=localhost"])
      #expect(program.status == 64)
      #expect(program.stderr.contains("\(path):4:1: error:"))
    }
  }

  @Test func everyShippedPlaybookIsFine() throws {
    let folder = "\(Program.root)/Playbooks"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted()
    #expect(!names.isEmpty)
    let program = try Program.run(["validate"] + names.map { "\(folder)/\($0)" })
    #expect(program.status == 0, "\(program.stderr)")
    #expect(!program.stderr.contains("error:"))
  }

  @Test func aPlaybookThatIsNotThereIsBadUsage() throws {
    let program = try Program.run(["validate", "/nowhere.yaml"])
    #expect(program.status == 64)
    #expect(program.stderr == "error: could not read playbook `/nowhere.yaml`: no such file or directory\n")
  }
}
