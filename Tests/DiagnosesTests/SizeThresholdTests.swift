import Correlation
import Testing

@testable import Diagnoses

/// A size divides what passed from what did not, or none does.
struct SizeThresholdTests {
  /// Payload sizes in the order in which they set out, at positions of their own unless told; negative ones are lost.
  private func crossings(_ sizes: [Int64], at starts: [Int64]? = nil) -> [Crossing] {
    sizes.enumerated().map { index, size in
      let start = starts?[index] ?? Int64(index) * 10_000
      return Crossing(
        at: RecordReference(vantage: 0, index: index), start: start, end: start + abs(size),
        size: min(abs(size), 1_448), missing: size < 0 ? -size : 0,
        outcome: size < 0 ? .lost : .passed)
    }
  }

  @Test func nothingLostIsNoThreshold() { #expect(SizeThreshold(crossings([1_448, 100, 900])) == nil) }

  @Test func theLargestThatPassedAndTheSmallestThatDidNot() throws {
    let threshold = try #require(SizeThreshold(crossings([100, 900, -1_448, 40, -1_400, 700, -1_448])))
    #expect(threshold.largestPassed == 900)
    #expect(threshold.smallestLost == 1_400)
    #expect(threshold.passedBetween.count == 2)
    #expect(!threshold.largePassedBefore)
    // Of four small packets none was lost: the next one is with 1 in 6.
    #expect(abs(threshold.chance - 1.0 / 216) < 1e-12)
  }

  @Test func aLossAmongTheSmallMakesChanceLikelier() throws {
    let threshold = try #require(SizeThreshold(crossings([100, -200, 900, -1_448, 40, -1_448, 300])))
    #expect(threshold.smallestLost == 1_448)
    #expect(abs(threshold.chance - 4.0 / 49) < 1e-12)
  }

  @Test func aPieceThatTheCardCutsCountsAsItsSegments() throws {
    let sizes: [Int64] = [100, -7_017, 50, -1_448, -1_448]
    let threshold = try #require(SizeThreshold(crossings(sizes, at: [0, 100, 7_117, 100, 100])))
    #expect(threshold.smallestLost == 1_448)
    #expect(threshold.rounds == 3)
    #expect(threshold.segments == 4)
    #expect(threshold.repaired == nil)
  }

  @Test func theSameBytesInSmallerPacketsAreARepair() throws {
    let sizes: [Int64] = [100, -1_448, -1_448, -1_448, 500]
    let threshold = try #require(SizeThreshold(crossings(sizes, at: [0, 100, 100, 100, 100])))
    #expect(threshold.repaired?.at.index == 4)
  }

  @Test func largeOnesThatPassAfterwardsRefute() {
    #expect(SizeThreshold(crossings([100, -1_448, -1_448, -1_448, 1_448])) == nil)
  }

  @Test func largeOnesThatPassedBeforeAreSaid() throws {
    let threshold = try #require(SizeThreshold(crossings([1_448, 1_448, -1_448, 100, -1_448, 100, -1_448])))
    #expect(threshold.largePassedBefore)
    #expect(threshold.largestPassed == 100)
  }
}
