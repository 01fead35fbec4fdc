/// The spread of some delays, nanoseconds.
public struct DelaySpread: Hashable, Sendable {
  public var count: Int
  public var minimum: Int64
  /// Of all where there are few, else of every n-th.
  public var median: Int64
  public var maximum: Int64
}

/// Gathers delays in bounded memory, the same from the same delays: of many, every n-th is kept for the median.
struct DelaySampler {
  private var kept: [Int64] = []
  private var stride = 1
  private var count = 0
  private var minimum = Int64.max
  private var maximum = Int64.min

  private static let most = 2_048

  mutating func add(_ delay: Int64) {
    minimum = min(minimum, delay)
    maximum = max(maximum, delay)
    if count.isMultiple(of: stride) {
      if kept.count == Self.most {
        kept = Swift.stride(from: 0, to: kept.count, by: 2).map { kept[$0] }
        stride *= 2
      }
      if count.isMultiple(of: stride) { kept.append(delay) }
    }
    count += 1
  }

  /// nil without a delay.
  var spread: DelaySpread? {
    guard count > 0 else { return nil }
    let sorted = kept.sorted()
    // The lower of two middle ones: a delay that was measured.
    return DelaySpread(
      count: count, minimum: minimum, median: sorted[(sorted.count - 1) / 2], maximum: maximum)
  }
}
