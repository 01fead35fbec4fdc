import Foundation
import TestSupport
import Testing

/// One case, made once from captures of a real gateway, looked at in every way.
struct ShowTests {
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    let captures = "\(Program.root)/Tests/DiagnosesTests/Fixtures/ctinv-vip-dnat"
    let program = try Program.run(
      ["analyze", "-o", folder] + ["c", "g", "s"].flatMap { ["--capture", "\($0)=\(captures)/\($0).pcap"] })
    #expect(program.status == 1)
  }

  private func removingFolder(_ body: () throws -> Void) rethrows {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body()
  }

  @Test func showsAConnectionByFindingAndByName() throws {
    try removingFolder {
      let untold = try Program.run(["show", folder])
      #expect(untold.status == 0)
      #expect(untold.stdout.contains("flow-1"))
      #expect(untold.stdout.contains("[1216]"), "the RST to the unknown peer is cited")
      #expect(!untold.stdout.contains("\u{1b}"), "no colour without a terminal")
      #expect(try Program.run(["show", folder, "flow-1"]).stdout == untold.stdout)
      let narrow = try Program.run(["show", folder, "F1", "--width", "60"])
      #expect(narrow.stdout.split(separator: "\n").allSatisfy { $0.count <= 60 })
      let nonsense = try Program.run(["show", folder, "flow-99"])
      #expect(nonsense.status == 64)
      #expect(nonsense.stderr.contains("could not show `flow-99`"))
    }
  }

  @Test func exportsTablesAndAMergedCapture() throws {
    try removingFolder {
      let tables = try Program.run(["export", folder, "--format", "ndjson", "-o", "\(folder)/tables"])
      #expect(tables.status == 0, "\(tables.stderr)")
      let written = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/tables").sorted()
      #expect(written == ["events.ndjson", "findings.ndjson", "flows.ndjson", "hops.ndjson", "segments.ndjson"])
      let merged = "\(folder)/merged.pcapng"
      #expect(try Program.run(["export", folder, "--format", "pcapng", "-o", merged]).status == 0)
      #expect(FileManager.default.contentsEqual(atPath: merged, andPath: "\(folder)/analysis/merged.pcapng"))
    }
  }

  @Test func reportsWithoutWriting() throws {
    try removingFolder {
      let path = "\(folder)/postmortem.html"
      let written = try #require(FileManager.default.contents(atPath: path))
      try FileManager.default.removeItem(atPath: path)
      #expect(Data(try Program.run(["report", folder, "--format", "html"]).stdout.utf8) == written)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  /// What people added to a postmortem stays; the new one stands beside it.
  @Test(arguments: [("postmortem.html", "postmortem.new.html"), ("postmortem.md", "postmortem.new.md")])
  func anEditedPostmortemIsNeverOverwritten(name: String, beside: String) throws {
    try removingFolder {
      let written = try #require(FileManager.default.contents(atPath: "\(folder)/\(name)"))
      _ = try Program.run(["analyze", folder])
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/\(beside)"))
      let edited = written + Data("a line of ours".utf8)
      try edited.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      _ = try Program.run(["analyze", folder])
      #expect(FileManager.default.contents(atPath: "\(folder)/\(name)") == edited)
      #expect(FileManager.default.contents(atPath: "\(folder)/\(beside)") == written)
    }
  }

  @Test func listsCasesAsATable() throws {
    try removingFolder {
      let cases = folder + "-cases"
      try FileManager.default.createDirectory(atPath: cases, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(atPath: cases) }
      try FileManager.default.copyItem(atPath: folder, toPath: "\(cases)/one")
      let lines = try Program.run(["list", "cases", "--cases", cases]).stdout.split(separator: "\n").map(String.init)
      #expect(lines.count == 2)
      #expect(lines[0].hasPrefix("CASE "))
      #expect(lines[1].hasPrefix("one "))
      #expect(
        lines[1].contains("conntrack-invalid-reset (probable)") || lines[1].contains("conntrack-invalid-reset (proven)")
      )
      #expect(lines[1].contains("1 of 1"))
      #expect(lines[1].contains("at g"))
    }
  }
}
