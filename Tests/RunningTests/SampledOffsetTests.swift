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
    #expect(SampledOffset(log([(0, 1000, 100), (100, 1160, 200)]))?.nanoseconds == 980)
  }

  @Test func knowsNothingWithoutSamples() { #expect(SampledOffset(log([])) == nil) }

  @Test func doesNotOverflowOnAbsurdClocks() {
    #expect(SampledOffset(log([(0, .max, 1), (1, .min, 2)])) != nil)
  }
}
