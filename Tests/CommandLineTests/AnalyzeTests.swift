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

  @Test func theSameInputGivesTheSameBytes() throws {
    let once = try Program.run(arguments("ctinv-vip-dnat") + ["--json"])
    let again = try Program.run(arguments("ctinv-vip-dnat") + ["--json"])
    #expect(once.stdout == again.stdout)
  }

  @Test func writesACaseOnlyWhereToldTo() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let program = try Program.run(arguments("ctinv-vip-dnat") + ["-o", folder])
    #expect(program.status == 1)
    for path in [
      "analysis/findings.json", "analysis/flows.json", "analysis/clocks.json", "analysis/merged.pcapng",
      "postmortem.md",
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
