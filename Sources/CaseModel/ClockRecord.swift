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

  public init(vantage: VantageName, offset: Double?, drift: Double?, bound: Double?, method: Method) {
    self.vantage = vantage
    self.offset = offset
    self.drift = drift
    self.bound = bound
    self.method = method
  }

  private enum CodingKeys: String, CodingKey {
    case vantage, method
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
