import Testing

@testable import Diagnoses

/// Wilson's interval against values from other programs' tables.
struct ShareTests {
  @Test(arguments: [
    (0, 100, 0.0, 0.036_99), (5, 100, 0.021_54, 0.111_75), (18, 438, 0.026_15, 0.064_02), (100, 100, 0.963_01, 1.0),
    (1, 10_000, 0.000_017_7, 0.000_566_3),
  ])
  func holdsTheShare(count: Int, total: Int, low: Double, high: Double) {
    let share = Share(count, of: total)
    #expect(abs(share.low - low) < 0.000_02)
    #expect(abs(share.high - high) < 0.000_02)
  }

  @Test func nothingOfNothingIsUnknown() {
    #expect(Share(0, of: 0).low == 0)
    #expect(Share(0, of: 0).high > 0.7)
  }
}
