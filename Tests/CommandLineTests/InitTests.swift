import Foundation
import TestSupport
import Testing

/// What a new user begins with.
struct InitTests {
  private func inEmptyFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func files(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func whatItWritesCanBePlanned() throws {
    try inEmptyFolder { folder in
      let made = try Program.run(["init"], in: folder)
      #expect(made.status == 0, "\(made.stderr)")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
          "inventory.yaml", "what-is-wrong.yaml",
        ])
      let plan = try Program.run(["plan", "what-is-wrong.yaml", "-i", "inventory.yaml", "-e", "port=8080"], in: folder)
      #expect(plan.status == 0, "\(plan.stderr)")
      for host in ["web1", "node3", "db1"] { #expect(plan.stdout.contains(host)) }
    }
  }

  @Test func takesAnotherPlaybookByName() throws {
    try inEmptyFolder { folder in
      let made = try Program.run(["init", "idle-reset"], in: folder)
      #expect(made.status == 0, "\(made.stderr)")
      #expect(FileManager.default.fileExists(atPath: "\(folder)/idle-reset.yaml"))
    }
  }

  @Test func overwritesNothing() throws {
    try inEmptyFolder { folder in
      let inventory = "\(folder)/inventory.yaml"
      try Data("mine".utf8).write(to: URL(fileURLWithPath: inventory))
      let program = try Program.run(["init"], in: folder)
      #expect(program.status != 0)
      #expect(program.stderr.contains("`inventory.yaml`"))
      let names = try files(folder)
      #expect(names == ["inventory.yaml"])
      let kept = try String(contentsOfFile: inventory, encoding: .utf8)
      #expect(kept == "mine")
    }
  }

  @Test func anUnknownPlaybookIsNamedBesideThoseThatAre() throws {
    try inEmptyFolder { folder in
      let program = try Program.run(["init", "no-such"], in: folder)
      #expect(program.status != 0)
      #expect(program.stderr.contains("`no-such.yaml`") && program.stderr.contains("list playbooks"))
      let names = try files(folder)
      #expect(names.isEmpty)
    }
  }

  @Test func listsThePlaybooksThatItHas() throws {
    let listed = try Program.run(["list", "playbooks"])
    #expect(listed.status == 0)
    let names = listed.stdout.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(Program.root)/Playbooks")
    #expect(names == files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted())
    let validated = try Program.run(["validate"] + names, in: "/")
    #expect(validated.status == 0, "a name alone does as well as a path: \(validated.stderr)")
  }
}
