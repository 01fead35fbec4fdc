/// One vantage's clock against the reference: add `offset + drift * 1e-6 * (t - t0)` to its timestamps.
public struct ClockRecord: Hashable, Sendable, Codable {
  public enum Method: String, Sendable, Codable {
    case packets, ssh, none
    case packetsAndSSH = "packets+ssh"
    case sameHost = "same-host"
  }

  public var vantage: VantageName
  /// Seconds at `t0`; a clock that is 1.2 s fast has -1.2. nil when unaligned.
  public var offset: Double?
  /// Parts per million; a clock that gains 3 ppm has -3.
  public var drift: Double?
  /// The worst half-width in seconds.
  public var bound: Double?
  public var method: Method
  /// Where the clock was set meanwhile, in order of time; nil where it was not. `offset` and `drift` hold at `t0`, before them.
  public var steps: [Step]?

  /// A clock that was set.
  public struct Step: Hashable, Sendable, Codable {
    public var at: CaseTime
    /// Seconds: positive where it was set forward.
    public var by: Double
    /// Half-width of `by` in seconds.
    public var bound: Double

    public init(at: CaseTime, by: Double, bound: Double) {
      self.at = at
      self.by = by
      self.bound = bound
    }

    private enum CodingKeys: String, CodingKey {
      case at
      case by = "by_s"
      case bound = "bound_s"
    }
  }

  public init(
    vantage: VantageName, offset: Double?, drift: Double?, bound: Double?, method: Method, steps: [Step]? = nil
  ) {
    self.vantage = vantage
    self.offset = offset
    self.drift = drift
    self.bound = bound
    self.method = method
    self.steps = steps
  }

  private enum CodingKeys: String, CodingKey {
    case vantage, method, steps
    case offset = "offset_s"
    case drift = "drift_ppm"
    case bound = "bound_s"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(vantage, forKey: .vantage)
    try container.encode(offset, forKey: .offset)
    try container.encode(drift, forKey: .drift)
    try container.encode(bound, forKey: .bound)
    try container.encode(method, forKey: .method)
    try container.encodeIfPresent(steps, forKey: .steps)
  }
}

/// `clocks.json`.
public struct ClocksDocument: Hashable, Sendable, Codable {
  public var schema = "stakeout.clocks/1"
  public var reference: VantageName?
  public var t0: CaseTime?
  public var clocks: [ClockRecord]

  public init(reference: VantageName?, t0: CaseTime?, clocks: [ClockRecord]) {
    self.reference = reference
    self.t0 = t0
    self.clocks = clocks
  }
}
