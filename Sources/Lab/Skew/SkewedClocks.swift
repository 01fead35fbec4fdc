public import CaseModel
internal import Synchronization

/// The wrong clocks of a lab's hosts, which somebody may set while everything runs.
public final class SkewedClocks: Sendable {
  private let skews: Mutex<[HostName: ClockSkew]>

  public init(_ skews: [HostName: ClockSkew]) { self.skews = Mutex(skews) }

  /// As they have been until now.
  public var all: [HostName: ClockSkew] { skews.withLock(\.self) }

  /// Nil for one that keeps true time.
  public subscript(_ host: HostName) -> ClockSkew? { skews.withLock { $0[host] } }

  /// - Parameter now: the true instant, in nanoseconds since 1970.
  public func set(_ host: HostName, by duration: Duration, now: Int64) {
    skews.withLock { $0[host, default: ClockSkew(offset: .zero)].step = ClockSkew.Step(at: now, by: duration) }
  }
}
