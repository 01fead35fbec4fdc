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
}
