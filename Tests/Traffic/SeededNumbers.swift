/// Numbers from a seed (SplitMix64; Steele, Lea and Flood, 2014): the same in every run.
public struct SeededNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(_ seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mix(state)
  }

  /// The same number for the same input, with nothing of the input to be seen in it.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform in 0..<1.
  public mutating func share() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// True with that probability.
  public mutating func happens(_ probability: Double) -> Bool { probability > 0 && share() < probability }

  /// About exponentially distributed: a geometric number of half-lives and a uniform part of one. Near zero, where the fastest
  /// packets are, it is as dense as an exponential one.
  public mutating func exponential(mean: Double) -> Double {
    let bits = next()
    let lives = Double((bits | 1).trailingZeroBitCount) + Double(bits >> 12) * 0x1p-52
    return mean * 0.6931 * lives
  }

  public mutating func uniform(_ range: Range<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * share()
  }
}
