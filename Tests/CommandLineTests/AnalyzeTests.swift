import CaseModel
import Foundation
import TestSupport
import Testing

/// Captures taken by hand, judged by the built program.
struct AnalyzeTests {
  /// Vantages c, g, s of a case copied from a real gateway, with its evidence.
  private func arguments(_ name: String, vantages: [String] = ["c", "g", "s"]) -> [String] {
    let folder = "\(Program.root)/Tests/DiagnosesTests/Fixtures/\(name)"
    return ["analyze", "--role", "\(vantages[0])=client"]
      + vantages.flatMap {
        ["--capture", "\($0)=\(folder)/\($0).pcap", "--evidence", "\($0)=\(folder)/evidence/\($0)"]
      }
  }

  private func findings(_ program: Program) throws -> FindingsDocument {
    try JSONText.decode(FindingsDocument.self, from: Array(program.stdout.utf8))
  }

  @Test func namesTheUntranslatedSegmentAtTheGateway() throws {
    let program = try Program.run(arguments("ctinv-vip-dnat") + ["--json"])
    let findings = try findings(program)
    #expect(program.status == 1)
    let root = try #require(findings.findings.first)
    #expect(root.kind == .conntrackInvalidReset)
    #expect(root.standing == .rootCause)
    #expect(root.certainty == .proven)
    #expect(root.location == Location(from: "g", to: "g"))
    #expect(Set(findings.hypotheses.map(\.kind)) == Set(FindingKind.hypotheses))
  }

  @Test func theMendedGatewayIsHealthy() throws {
    let program = try Program.run(arguments("healthy-ctinv-vip-liberal") + ["--json"])
    #expect(program.status == 0, "\(program.stdout)")
    #expect(try findings(program).verdict == .healthy)
  }

  /// The card number that its owner complained about.
  @Test func `a text that is looked for leads to its request`() throws {
    let program = try Program.run(
      arguments("app-no-response-mml") + ["--look-for", "bad=516683732190530573", "--json"])
    let root = try #require(try findings(program).findings.first)
    #expect(root.kind == .noApplicationResponse)
    #expect(root.explanation.hasPrefix("The text that was looked for is in a request without an answer."))
  }

  @Test func `a text that shows nowhere leaves the case open`() throws {
    let program = try Program.run(
      arguments("healthy-short-nat", vantages: ["c", "s"]) + ["--look-for", "bad=no such number", "--json"])
    #expect(program.status == 2)
    let doubts = try findings(program).doubts.map(\.says)
    #expect(doubts.contains { $0.hasPrefix("the text that was looked for shows in no payload") })
  }

  @Test func theSameInputGivesTheSameBytes() throws {
    let once = try Program.run(arguments("ctinv-vip-dnat") + ["--json"])
    let again = try Program.run(arguments("ctinv-vip-dnat") + ["--json"])
    #expect(once.stdout == again.stdout)
  }

  @Test func mergesWithoutMakingACase() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let program = try Program.run(arguments("ctinv-vip-dnat") + ["--merged", "\(folder)/merged.pcapng"])
    #expect(program.status == 1)
    #expect(
      FileManager.default.contents(atPath: "\(folder)/merged.pcapng")?.prefix(4) == Data([0x0a, 0x0d, 0x0d, 0x0a]))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["merged.pcapng"])
  }

  @Test func neverMergesOverACapture() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let original = "\(Program.root)/Tests/DiagnosesTests/Fixtures/ctinv-vip-dnat/c.pcap"
    try FileManager.default.copyItem(atPath: original, toPath: "\(folder)/c.pcap")
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/other", withDestinationPath: "c.pcap")
    let program = try Program.run(["analyze", "--capture", "c=\(folder)/c.pcap", "--merged", "\(folder)/other"])
    #expect(program.status == 3)
    #expect(program.stderr.contains("that is the capture"))
    #expect(FileManager.default.contentsEqual(atPath: original, andPath: "\(folder)/c.pcap"))
  }

  @Test func writesACaseOnlyWhereToldTo() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let program = try Program.run(arguments("ctinv-vip-dnat") + ["-o", folder])
    #expect(program.status == 1)
    for path in [
      "analysis/findings.json", "analysis/flows.json", "analysis/clocks.json", "analysis/merged.pcapng",
      "postmortem.md", "postmortem.html",
    ] {
      #expect(FileManager.default.fileExists(atPath: "\(folder)/\(path)"), "no \(path)")
    }
    #expect(program.stdout.contains("\(folder)/postmortem.md"))
    let again = try Program.run(["analyze", folder, "--json"])
    #expect(again.status == 1)
    #expect(try findings(again).findings.first?.kind == .conntrackInvalidReset)
    #expect(try Program.run(arguments("ctinv-vip-dnat") + ["-o", folder]).status == 3, "a case is not overwritten")
  }

  @Test func aFileThatIsNoCaptureIsReadAsFarAsItIsGood() throws {
    let program = try Program.run(["analyze", "--capture", "c=\(Program.root)/README.md", "--json"])
    #expect(program.status == 3)
    #expect(try findings(program).verdict == .inconclusive)
  }
}
