import CaseModel
import Correlation
import Testing
import Wire

@testable import Diagnoses

/// The rule alone, on connections written by hand.
struct ConntrackInvalidResetTests {
  /// A segment far behind the stream passes the gateway untranslated and draws the RST that kills the connection.
  private func guilty(vantages: [Int] = [0, 1, 2], position: Int64 = 1) -> StoryBuilder {
    var builder = StoryBuilder(vantages: vantages)
    builder.open()
    builder.packet(
      at: 2, fromOpener: false, .ack, position: position, length: 1_000, acknowledged: 101,
      spots: [.gatewayOut, .gatewayIn, .client], untranslated: true)
    builder.packet(at: 2.01, fromOpener: true, .rst, position: 101, acknowledged: -1, untranslated: true)
    builder.packet(at: 3, fromOpener: true, [.psh, .ack], position: 101, length: 6, acknowledged: 1_000_001)
    builder.packet(at: 3.01, fromOpener: false, .rst, position: 1_000_001, acknowledged: -1)
    return builder
  }

  private func judged(_ builder: StoryBuilder, gateway: ((inout SceneBuilder) -> Void)? = nil) throws -> Judgement {
    var scene = SceneBuilder()
    scene.stories = [builder.story()]
    gateway?(&scene)
    return try judge(scene.scene, workers: InlineWorkers())
  }

  @Test func isProvenByPacketsAlone() throws {
    let judgement = try judged(guilty())
    #expect(judgement.verdict == .rootCause)
    let finding = try #require(judgement.rootCauses.first?.finding)
    #expect(finding.kind == .conntrackInvalidReset)
    #expect(finding.certainty == .proven)
    #expect(finding.location == Location(from: "g", to: "g"))
    print(finding.explanation)
    for citation in finding.citations { print(citation) }
    #expect(judgement.findings.map(\.finding.kind) == [.conntrackInvalidReset, .endpointReset])
    #expect(judgement.findings[0].explains == ["F2"])
    #expect(judgement.findings[1].finding.standing == .symptom)
  }
}
