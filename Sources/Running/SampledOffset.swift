internal import CaseModel

/// How far a host's clock is ahead of the controller's: the middle of what all its samples allow together.
///
/// Each sample says that the offset lies in [remote - received, remote - sent]; intersecting the intervals beats averaging.
struct SampledOffset {
  let nanoseconds: Int64

  /// nil without samples.
  init?(_ log: ClockLog) {
    guard let low = log.samples.map({ $0.remote.nanoseconds &- $0.received.nanoseconds }).max(),
      let high = log.samples.map({ $0.remote.nanoseconds &- $0.sent.nanoseconds }).min()
    else { return nil }
    nanoseconds = low / 2 &+ high / 2
  }
}
