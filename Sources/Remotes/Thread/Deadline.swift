internal import CaseModel
internal import Glibc

/// A point on the monotonic clock, which no step of the wall clock moves.
struct Deadline: Comparable, Sendable {
  let nanoseconds: Int64

  static var now: Deadline { Deadline(nanoseconds: read(CLOCK_MONOTONIC)) }
  static func after(_ duration: Duration) -> Deadline { now.advanced(by: duration) }
  static func < (a: Deadline, b: Deadline) -> Bool { a.nanoseconds < b.nanoseconds }

  var hasPassed: Bool { self <= .now }

  func advanced(by duration: Duration) -> Deadline {
    let sum = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
    return Deadline(nanoseconds: sum.overflow ? .max : sum.partialValue)
  }

  /// How long until then; zero if it has passed.
  var left: Duration { .nanoseconds(max(0, nanoseconds &- Deadline.now.nanoseconds)) }

  /// For poll(2): whole milliseconds, rounded up so that the wait never ends a moment too early.
  var pollMilliseconds: Int32 {
    let left = nanoseconds &- Deadline.now.nanoseconds
    return left <= 0 ? 0 : Int32(clamping: left / 1_000_000 + 1)
  }

  fileprivate static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

extension HostTime {
  /// The controller's wall clock.
  static var now: HostTime { HostTime(nanoseconds: Deadline.read(CLOCK_REALTIME)) }
}

extension Duration {
  /// Saturates rather than traps; a negative duration is none.
  var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max : product.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
  }

  /// `10 s`, `1.5 s`, `250 ms`: for messages.
  var brief: String {
    let milliseconds = wholeNanoseconds / 1_000_000
    if milliseconds < 1_000 { return "\(milliseconds) ms" }
    let tenths = milliseconds % 1_000 / 100
    return tenths == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds / 1_000).\(tenths) s"
  }

  var inSeconds: Double { Double(wholeNanoseconds) / 1e9 }
}
