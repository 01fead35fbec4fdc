import CaseModel
import Testing

@testable import Running

struct SampledOffsetTests {
  private func log(_ samples: [(sent: Int64, remote: Int64, received: Int64)]) -> ClockLog {
    ClockLog(
      host: "h", method: "bash", quantum: 1000,
      samples: samples.map {
        ClockSample(
          sent: HostTime(nanoseconds: $0.sent), remote: HostTime(nanoseconds: $0.remote),
          received: HostTime(nanoseconds: $0.received))
      })
  }

  @Test func intersectsWhatTheSamplesAllow() {
    // [900, 1000] and [960, 1060] leave [960, 1000].
    #expect(offset(log([(0, 1000, 100), (100, 1160, 200)]), about: 1000) == 980)
  }

  /// Set forward by 5,000 between the second and the third.
  @Test(arguments: [(1000, 980), (1160, 980), (4000, 5930), (6280, 5930), (9999, 5930)] as [(Int64, Int64)])
  func aClockThatWasSetHasTwo(about moment: Int64, is expected: Int64) {
    let set = log([(0, 1000, 100), (100, 1160, 200), (300, 6280, 400), (400, 6380, 500)])
    #expect(offset(set, about: moment) == expected)
  }

  @Test func knowsNothingWithoutSamples() { #expect(offset(log([]), about: 0) == nil) }

  @Test func doesNotOverflowOnAbsurdClocks() {
    #expect(offset(log([(0, .max, 1), (1, .min, 2)]), about: .min) != nil)
  }

  private func offset(_ log: ClockLog, about moment: Int64) -> Int64? {
    SampledOffset(log, about: HostTime(nanoseconds: moment))?.nanoseconds
  }
}
