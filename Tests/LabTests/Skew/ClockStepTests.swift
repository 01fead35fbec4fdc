import CaseModel
import Foundation
import Lab
import TestSupport
import Testing

/// One host's clock is set while it records. Namespaces share one wall clock, so whatever the host states from then on is shifted on its
/// way, captured stamps among it.
@Suite(.serialized)
struct ClockStepTests {
  @Test(.needsLab) func aClockSetForwardByAnHourChangesNoVerdict() throws { try expectRightVerdicts(setBy: 3600) }

  @Test(.needsLab, .isLong) func norDoesOneSetBack() throws { try expectRightVerdicts(setBy: -3600) }

  /// The program compares what is said of the clocks with what was done to them.
  private func expectRightVerdicts(setBy seconds: Int) throws {
    try RunTests().withCases { cases in
      let program = try Program.run(
        ["lab", "run", "reset-through-nat", "--cases", cases, "--step-clock=\(seconds)"])
      #expect(program.status == 0, "\(program.stdout)\n\(program.stderr)")
      let runs = try FileManager.default.contentsOfDirectory(atPath: cases).filter { $0.hasSuffix("-fault") }
      let fault = try SolvedCase("\(cases)/\(#require(runs.first))")
      let clock = try #require(fault.findings.clocks.first { $0.vantage == "server" })
      #expect(abs((clock.steps?.first?.by ?? 0) - Double(seconds)) < 0.01, "\(clock)")
      #expect((fault.manifest.armedSpread ?? 9999) < 1)
      #expect(fault.findings.doubts.contains { $0.vantage == "server" && $0.says.contains("its clock was set") })
    }
  }
}
