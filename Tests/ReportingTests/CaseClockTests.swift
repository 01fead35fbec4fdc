import Testing

@testable import Reporting

struct CaseClockTests {
  /// Never finer than the bound, never finer than captures are stamped.
  @Test(arguments: [
    (0.0, 6), (999, 6), (1_000, 6), (1_001, 5), (41_000, 4), (100_000, 4), (100_001, 3), (4_000_000, 2),
    (158_000_000, 0), (5e9, 0),
  ])
  func digitsFollowTheBound(bound: Double, digits: Int) {
    #expect(CaseClock.digits(bound) == digits)
  }
}
