import Lab
import Testing

@testable import struct Lab.ShiftedText

@Suite
struct ShiftedTextTests {
  private let skew = ClockSkew(offset: .milliseconds(1200))

  @Test(
    "every instant is shifted in its own form",
    arguments: [
      ("1795237833.123456789 reset", "1795237834.323456789 reset"),
      ("[1795237833.900001]", "[1795237835.100001]"),
      ("a 1795237833.1234567 b 1795237833.12345678", "a 1795237834.3234567 b 1795237834.32345678"),
      ("2026-11-21T05:10:33.123456789Z x", "2026-11-21T05:10:34.323456789Z x"),
      ("2026-12-31T23:59:59,900000+00:00 kernel", "2027-01-01T00:00:01,100000+00:00 kernel"),
      ("2026-11-21T05:10:33Z", "2026-11-21T05:10:34Z"),
    ])
  func shifted(_ before: String, _ after: String) {
    #expect(String(decoding: ShiftedText(skew).shift(Array(before.utf8)), as: UTF8.self) == after)
  }

  @Test(
    "anything else stays",
    arguments: [
      "1795237833", "1795237833.12345", "1795237833.1234567890", "11795237833.123456", "1.1795237833.123456",
      "[12345.678901] tcp", "2026-11-21 05:10:33.5", "10.1.2.3:4444", "1795237833.", "2026-11-21T05:10", "", "2026-1",
    ])
  func untouched(_ text: String) {
    #expect(String(decoding: ShiftedText(skew).shift(Array(text.utf8)), as: UTF8.self) == text)
  }

  @Test("drift counts from the epoch of the skew")
  func drift() {
    let epoch: Int64 = 1_795_237_833_000_000_000
    let skew = ClockSkew(offset: .milliseconds(-400), partsPerMillion: 100, epoch: epoch)
    #expect(skew.shown(epoch) == epoch - 400_000_000)
    #expect(skew.shown(epoch + 10_000_000_000) == epoch + 10_000_000_000 - 400_000_000 + 1_000_000)
  }
}
