public import CaseModel
internal import Glibc

/// The controller's own wall clock: the one that stamps the journal and brackets the questions to other clocks.
public enum ControllerClock {
  public static func now() -> HostTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return HostTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
