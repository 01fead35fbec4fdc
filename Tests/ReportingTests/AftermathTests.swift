import CaseModel
import Correlation
import Diagnoses
import Testing

@testable import Reporting

/// Whether the fault ended, or only the captures did.
struct AftermathTests {
  @Test func aLossThatGoesOnIsStillThereAtTheEnd() throws {
    let sample = try SampleCase.named("loss-gs-down")
    let aftermath = try #require(Aftermath(sample.judgement, sample.scene))
    #expect(!aftermath.isMoment)
    #expect(aftermath.later == 0)
    #expect(aftermath.text?.hasPrefix("still there when the captures ended") == true)
  }

  /// Eighteen were lost, ten are cited: the last sign is the eighteenth.
  @Test func theLastSignMayLieBehindWhatIsCited() throws {
    let sample = try SampleCase.named("loss-gs-down")
    let cited = try #require(sample.judgement.rootCauses.first).finding.packets.compactMap(\.time).max()
    let last = try #require(sample.judgement.impact.last)
    #expect(try last > #require(cited))
  }

  /// A reset is over when it has struck: nobody can say that it is still there.
  @Test func aResetDoesNotLast() throws {
    let sample = try SampleCase.named("ctinv-vip-dnat")
    let aftermath = try #require(Aftermath(sample.judgement, sample.scene))
    #expect(aftermath.isMoment)
    #expect(aftermath.text?.hasSuffix("they do not show whether it happens again") == true)
  }

  /// Whoever began later and was well is counted, and is none of the affected.
  @Test(arguments: SampleCase.incidents + SampleCase.goldens)
  func laterOnesAreSpared(name: String) throws {
    let sample = try SampleCase.named(name)
    let (judgement, flows) = (sample.judgement, sample.scene.timeline.flows)
    guard let aftermath = Aftermath(judgement, sample.scene) else { return }
    #expect(aftermath.seen.upperBound == judgement.impact.last)
    let affected = Set(judgement.rootCauses.flatMap(\.finding.flows))
    let after = flows.indices.filter { index in flows[index].first.map { $0 > aftermath.seen.upperBound } ?? false }
    #expect(aftermath.later <= after.filter { !affected.contains($0) }.count)
  }
}
