import CaseModel
import Testing

struct InstantTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000000000Z"),
    (1_795_237_833_000_000_001, "2026-11-21T05:10:33.000000001Z"),
    (951_827_696_000_000_000, "2000-02-29T12:34:56.000000000Z"),
    (-1, "1969-12-31T23:59:59.999999999Z"),
  ])
  func writesAndReadsRFC3339(nanoseconds: Int, text: String) {
    #expect(Instant.text(Int64(nanoseconds)) == text)
    #expect(Instant.nanoseconds(text) == Int64(nanoseconds))
  }

  @Test func readsWhatAShellPrints() {
    #expect(Instant.nanoseconds("1795237833.123456") == 1_795_237_833_123_456_000)
    #expect(Instant.nanoseconds("1795237833") == 1_795_237_833_000_000_000)
    #expect(Instant.epochText(1_795_237_833_000_000_007) == "1795237833.000000007")
    #expect(Instant.compact(1_795_237_833_000_000_000) == "20261121T051033Z")
  }

  @Test(arguments: [
    "", "x", "1.2.3", "99999999999999999999", "2026-13-01T00:00:00Z", "2026-11-21T05:10:33", "1.", "-5",
  ])
  func refusesWhatIsNoInstant(text: String) { #expect(Instant.nanoseconds(text) == nil) }
}
