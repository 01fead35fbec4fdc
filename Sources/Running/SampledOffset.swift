internal import CaseModel

/// How far a host's clock is ahead of the controller's about a moment: the middle of what its samples allow together.
///
/// Each sample says that the offset lies in [remote - received, remote - sent]; intersecting the intervals beats averaging. Samples are
/// taken from the moment on to both sides, as far as they allow anything together: beyond that the clock was set, or has drifted.
struct SampledOffset {
  let nanoseconds: Int64

  /// nil without samples.
  /// - Parameter moment: by the host's clock.
  init?(_ log: ClockLog, about moment: HostTime) {
    let samples = log.samples
    guard
      let middle = samples.indices.min(by: {
        Self.distance(samples[$0].remote, moment) < Self.distance(samples[$1].remote, moment)
      })
    else { return nil }
    var allowed = Self.allowed(samples[middle])
    for side in [samples[middle...].dropFirst().map(Self.allowed), samples[..<middle].reversed().map(Self.allowed)] {
      for interval in side {
        let (low, high) = (max(allowed.low, interval.low), min(allowed.high, interval.high))
        guard low <= high else { break }
        allowed = (low, high)
      }
    }
    nanoseconds = allowed.low / 2 &+ allowed.high / 2
  }

  private static func allowed(_ sample: ClockSample) -> (low: Int64, high: Int64) {
    (sample.remote.nanoseconds &- sample.received.nanoseconds, sample.remote.nanoseconds &- sample.sent.nanoseconds)
  }

  private static func distance(_ a: HostTime, _ b: HostTime) -> UInt64 {
    (a.nanoseconds &- b.nanoseconds).magnitude
  }
}
