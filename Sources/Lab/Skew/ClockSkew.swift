public import CaseModel

/// How far one host's clock is from the controller's.
public struct ClockSkew: Hashable, Sendable {
  /// Positive: the host's clock is ahead.
  public let offset: Duration
  /// Positive: it gains.
  public let partsPerMillion: Double
  /// The true instant at which the clock was ahead by exactly `offset`, in nanoseconds since 1970.
  public let epoch: Int64
  /// Nil where nobody sets it.
  public var step: Step?

  /// Somebody sets the clock.
  public struct Step: Hashable, Sendable {
    /// The true instant, in nanoseconds since 1970.
    public let at: Int64
    /// Positive: forward.
    public let by: Duration

    public init(at: Int64, by: Duration) {
      self.at = at
      self.by = by
    }
  }

  public init(offset: Duration, partsPerMillion: Double = 0, epoch: Int64 = 0) {
    self.offset = offset
    self.partsPerMillion = partsPerMillion
    self.epoch = epoch
  }

  /// What the skewed clock showed at a true instant; order is kept for any drift above -1,000,000 ppm, unless it is set back.
  public func shown(_ nanoseconds: Int64) -> Int64 {
    let drift = Double(nanoseconds &- epoch) * partsPerMillion / 1_000_000
    let set = step.map { nanoseconds >= $0.at ? $0.by.wholeNanoseconds : 0 } ?? 0
    return nanoseconds &+ offset.wholeNanoseconds &+ (Int64(exactly: drift.rounded()) ?? 0) &+ set
  }

  /// The same clock, if nobody had set it.
  public var beforeAnybodySetIt: ClockSkew { ClockSkew(offset: offset, partsPerMillion: partsPerMillion, epoch: epoch) }

  /// What the lab gives its hosts: each clock is wrong by up to five seconds, and gains or loses up to 100 ppm.
  /// - Parameters:
  ///   - seed: the same one gives the same hosts the same clocks.
  ///   - now: the true instant from which clocks drift, in nanoseconds since 1970.
  public static func drawn(for hosts: [HostName], seed: UInt64, now: Int64) -> [HostName: ClockSkew] {
    // Apart from what the lab itself is drawn from.
    var random = SeededRandom(seed: ~seed)
    return hosts.reduce(into: [:]) { skews, host in
      skews[host] = ClockSkew(
        offset: .microseconds(Int.random(in: -5_000_000...5_000_000, using: &random)),
        partsPerMillion: Double(Int.random(in: -100...100, using: &random)), epoch: now)
    }
  }

  /// By how many seconds this clock is ahead of another at the moment when that one, before anybody sets it, shows an instant
  /// (nanoseconds since 1970).
  public func lead(over other: ClockSkew, when shown: Int64) -> Double {
    let sinceEpoch = Double(shown &- other.epoch) - other.offset / .nanoseconds(1)
    let moment = other.epoch &+ (Int64(exactly: (sinceEpoch / (1 + other.partsPerMillion / 1e6)).rounded()) ?? 0)
    return Double(self.shown(moment) &- shown) / 1e9
  }
}

extension Duration {
  fileprivate var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
  }
}
