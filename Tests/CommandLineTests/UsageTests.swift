import Foundation
import TestSupport
import Testing

struct UsageTests {
  @Test(arguments: [["frobnicate"], ["analyze"], ["run"], ["analyze", "--capture", "nonsense"], ["run", "x.yaml"]])
  func badUsageIs64(arguments: [String]) throws {
    let program = try Program.run(arguments)
    #expect(program.status == 64)
    #expect(program.stdout.isEmpty)
    #expect(!program.stderr.isEmpty)
  }

  @Test func helpTellsTheExitStatuses() throws {
    let program = try Program.run(["--help"])
    #expect(program.status == 0)
    let words = program.stdout.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("0 healthy, 1 root cause found, 2 inconclusive, 3 no verdict possible, 64 bad usage"))
  }

  @Test func aCaptureThatIsNotThereGivesNoVerdict() throws {
    let program = try Program.run(["analyze", "--capture", "c=/nowhere.pcap"])
    #expect(program.status == 3)
    #expect(program.stderr == "error: could not read `/nowhere.pcap` (--capture c): no such file or directory\n")
  }

  @Test func aFolderThatIsNoCaseGivesNoVerdict() throws {
    let program = try Program.run(["analyze", "/var"])
    #expect(program.status == 3)
    #expect(program.stderr.contains("could not open case `/var`"))
  }

  @Test func wholePacketsAreNotCapturedWithoutAYes() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID()).yaml").path
    let text = """
      name: Payload
      roles: { client: {} }
      captures: [{ name: here, on: client, payload: true, interface: [lo] }]
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let program = try Program.run(["run", path, "--host", "client=localhost", "--cases", "/nonexistent/cases"])
    #expect(program.status == 64)
    #expect(program.stderr.contains("here would keep whole packets"))
    #expect(program.stderr.contains("hint: say yes with -y"))
  }

  @Test func listsAndExplainsWhatItKnows() throws {
    #expect(try Program.run(["list", "diagnoses"]).stdout.contains("conntrack-invalid-reset  "))
    #expect(try Program.run(["list", "checks"]).stdout.contains("sysctl  "))
    #expect(try Program.run(["list", "cases", "--cases", "/nonexistent"]).stdout.isEmpty)
    #expect(try Program.run(["explain", "conntrack-invalid-reset"]).stdout.contains("INVALID"))
    #expect(try Program.run(["explain", "nonsense"]).status == 64)
  }

  @Test(arguments: ["diagnoses", "checks"])
  func everyKindAndCheckIsExplained(subject: String) throws {
    let rows = try Program.run(["list", subject]).stdout.split(separator: "\n")
    #expect(rows.count >= 5)
    for row in rows {
      let columns = row.split(separator: " ", maxSplits: 1)
      let title = try #require(columns.last).trimmingCharacters(in: .whitespaces)
      #expect(columns.count == 2 && !title.isEmpty && title.count < 100, "\(row)")
      let text = try Program.run(["explain", String(columns[0])])
      #expect(text.status == 0 && text.stdout.contains(title))
      #expect(text.stdout.split(separator: "\n").allSatisfy { $0.count <= 400 }, "\(columns[0])")
    }
  }

  @Test func aLimitThatMatchesNothingIsBadUsage() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID()).yaml").path
    try Data("hosts: { web1: { roles: [client, gateway, server] } }".utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let program = try Program.run(
      ["plan", "Playbooks/reset-through-nat.yaml", "-i", path, "-l", "web2", "-e", "vip=192.0.2.1", "-e", "port=80"])
    #expect(program.status == 64)
    #expect(program.stderr.contains("is called `web2`"))
  }
}
