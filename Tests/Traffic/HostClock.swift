/// What a host's clock reads, by true time.
public struct HostClock: Sendable {
  /// Nanoseconds that it is ahead at the start.
  public var offset: Int64
  /// Parts per million by which it gains.
  public var drift: Double
  /// Set by so many nanoseconds at an instant (nanoseconds since the start), in order.
  public var steps: [(at: Int64, by: Int64)] = []
  /// Gains so many parts per million more for a while, as a time daemon has it.
  public var slews: [(at: Int64, for: Int64, by: Double)] = []

  public init(
    offset: Int64 = 0, drift: Double = 0, steps: [(at: Int64, by: Int64)] = [],
    slews: [(at: Int64, for: Int64, by: Double)] = []
  ) {
    self.offset = offset
    self.drift = drift
    self.steps = steps
    self.slews = slews
  }

  /// - Parameters:
  ///   - time: true, nanoseconds since 1970.
  ///   - epoch: the start.
  public func reading(_ time: Int64, epoch: Int64) -> Int64 {
    let since = time - epoch
    var gained = drift * 1e-6 * Double(since)
    for slew in slews { gained += slew.by * 1e-6 * Double(min(max(0, since - slew.at), slew.for)) }
    let set = steps.reduce(0) { $0 + (since >= $1.at ? $1.by : 0) }
    return time + offset + set + Int64(gained.rounded())
  }
}
