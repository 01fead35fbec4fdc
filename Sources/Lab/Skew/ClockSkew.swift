public import CaseModel

/// How far one host's clock is from the controller's.
public struct ClockSkew: Hashable, Sendable {
  /// Positive: the host's clock is ahead.
  public let offset: Duration
  /// Positive: it gains.
  public let partsPerMillion: Double
  /// The true instant at which the clock was ahead by exactly `offset`, in nanoseconds since 1970.
  public let epoch: Int64

  public init(offset: Duration, partsPerMillion: Double = 0, epoch: Int64 = 0) {
    self.offset = offset
    self.partsPerMillion = partsPerMillion
    self.epoch = epoch
  }

  /// What the skewed clock showed at a true instant; order is kept for any drift above -1,000,000 ppm.
  public func shown(_ nanoseconds: Int64) -> Int64 {
    let (seconds, attoseconds) = offset.components
    let fixed = seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    let drift = Double(nanoseconds &- epoch) * partsPerMillion / 1_000_000
    return nanoseconds &+ fixed &+ (Int64(exactly: drift.rounded()) ?? 0)
  }

  /// A gateway that is ahead and a server that is behind.
  public static let standard: [HostName: ClockSkew] = [
    "gateway": ClockSkew(offset: .milliseconds(1200)),
    "server": ClockSkew(offset: .milliseconds(-400)),
  ]

  /// What the lab gives its hosts unless told otherwise: no two clocks agree, and most of them drift by 100 ppm.
  /// - Parameters:
  ///   - hosts: the first of them keeps true time; a gateway and a server are as in `standard`.
  ///   - now: the true instant from which clocks drift, in nanoseconds since 1970.
  public static func standard(_ hosts: [HostName], now: Int64) -> [HostName: ClockSkew] {
    var skews = standard
    for (number, host) in hosts.enumerated().dropFirst() where skews[host] == nil {
      let sign = number % 2 == 0 ? -1 : 1
      skews[host] = ClockSkew(
        offset: .milliseconds(sign * (500 + 700 * number)), partsPerMillion: Double(sign) * 100, epoch: now)
    }
    return skews
  }
}
