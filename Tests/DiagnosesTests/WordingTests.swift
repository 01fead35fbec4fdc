import Testing

@testable import Diagnoses

struct WordingTests {
  @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (1_242_896, "1,242,896"), (-12_345, "-12,345")])
  func groups(number: Int, text: String) { #expect(Wording.grouped(Int64(number)) == text) }

  @Test(arguments: [(12, "12.0 ns"), (41_000, "41.0 us"), (2_921_000_000, "2.92 s"), (158_715_000, "159 ms")])
  func durations(nanoseconds: Int, text: String) {
    #expect(Wording.duration(nanoseconds: Int64(nanoseconds)) == text)
  }

  @Test(arguments: [(1.25, 1, "1.3"), (-0.004, 2, "0.00"), (-1.2, 3, "-1.200"), (3.0, 0, "3"), (1e300, 2, "1e+300")])
  func decimals(value: Double, digits: Int, text: String) {
    #expect(Wording.decimal(value, digits: digits) == text)
  }

  @Test func lists() {
    #expect(Wording.list([]) == "")
    #expect(Wording.list(["a"]) == "a")
    #expect(Wording.list(["a", "b", "c"]) == "a, b and c")
  }
}
