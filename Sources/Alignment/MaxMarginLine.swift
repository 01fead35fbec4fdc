/// The line that parts two clouds of clock evidence with the greatest vertical margin, and what else could be true.
///
/// Every packet is an inequality: received after sent. With `y` = clock B minus clock A at A's time `x`, packets from A to B
/// lie above the true line (`forward`), packets from B to A below it (`reverse`). The slope with the widest gap between the
/// two hulls is the estimate (the hard-margin line of Huygens, NSDI 18, solved exactly on two hulls as in
/// Zhang, Liu and Xia, INFOCOM 02); every slope with a gap at all is possible, and gives the bound.
public struct MaxMarginLine: Sendable {
  /// Clocks are believed to gain or lose at most this much against each other.
  public static let prior = 300e-6

  public let forward: Hull
  public let reverse: Hull
  /// Nanoseconds that a stamp may be off by its resolution alone.
  public let quantum: Double
  /// Nanoseconds per nanosecond.
  public let slope: Double
  /// `y` at `x` = 0, in the middle of the gap; where one side is missing, on the side that is there.
  public let intercept: Double
  /// The margin's width in nanoseconds, about the least round-trip time; infinite with one side only, negative where the
  /// evidence contradicts itself.
  public let gap: Double
  /// Slopes that contradict nothing; nil where there is none.
  public let slopes: ClosedRange<Double>?

  public var isTwoSided: Bool { gap.isFinite }
  public var isFeasible: Bool { slopes != nil }

  /// - Parameters:
  ///   - forward: evidence from A to B in ascending order of `x`.
  ///   - reverse: evidence from B to A in ascending order of `x`.
  ///   - quantum: resolution of the coarser clock's stamps in nanoseconds.
  public init(forward: [Point], reverse: [Point], quantum: Double) {
    let hulls = Margin(forward: Hull(.lower, of: forward), reverse: Hull(.upper, of: reverse), quantum: quantum)
    self.forward = hulls.forward
    self.reverse = hulls.reverse
    self.quantum = quantum
    slope = hulls.widestSlope(span: Self.span(forward, reverse))
    gap = hulls.gap(slope)
    slopes = hulls.feasibleSlopes(around: slope)
    let (above, below) = (hulls.forward.intercept(slope: slope), hulls.reverse.intercept(slope: slope))
    intercept = above.isFinite ? (below.isFinite ? (above + below) / 2 : above) : (below.isFinite ? below : 0)
  }

  public func value(at x: Double) -> Double { intercept + slope * x }

  /// The greatest `y` at `x` that contradicts no evidence; infinite without evidence from A to B.
  public func upper(at x: Double) -> Double {
    guard let slopes, !forward.corners.isEmpty else { return .infinity }
    let value = { (s: Double) in s * x + forward.intercept(slope: s) + quantum }
    return value(Search.argmax(in: slopes, value))
  }

  /// The least `y` at `x` that contradicts no evidence; infinite without evidence from B to A.
  public func lower(at x: Double) -> Double {
    guard let slopes, !reverse.corners.isEmpty else { return -.infinity }
    let value = { (s: Double) in s * x + reverse.intercept(slope: s) - quantum }
    return value(Search.argmax(in: slopes) { -value($0) })
  }

  private static func span(_ forward: [Point], _ reverse: [Point]) -> Double {
    let first = min(forward.first?.x ?? .infinity, reverse.first?.x ?? .infinity)
    let last = max(forward.last?.x ?? -.infinity, reverse.last?.x ?? -.infinity)
    return max(0, last - first)
  }
}

/// The gap between two hulls as a function of slope: concave, so that its peak and its zeros are found by search.
struct Margin {
  var forward: Hull
  var reverse: Hull
  let quantum: Double

  func gap(_ slope: Double) -> Double {
    forward.intercept(slope: slope) - reverse.intercept(slope: slope) + 2 * quantum
  }

  /// The slope with the widest gap. No slope is claimed where the evidence does not carry one: one side only, a gap that is wider
  /// by no more than what stamps may be off, a span under a second that a slope of 0 explains nearly as well, or a gap that still
  /// widens at the edge of belief.
  func widestSlope(span: Double) -> Double {
    guard gap(0).isFinite else { return 0 }
    let best = Search.argmax(in: -MaxMarginLine.prior...MaxMarginLine.prior, gap)
    let (widest, flat) = (gap(best), gap(0))
    if flat >= widest - 2 * max(1, quantum) { return 0 }
    if flat >= 0, span < 1e9, flat > 0.9 * widest { return 0 }
    if flat >= 0, abs(best) > 0.99 * MaxMarginLine.prior { return 0 }
    return best
  }

  func feasibleSlopes(around slope: Double) -> ClosedRange<Double>? {
    let prior = MaxMarginLine.prior
    guard gap(slope) >= 0 else { return nil }
    let low = gap(-prior) >= 0 ? -prior : Search.zero(from: slope, to: -prior, gap)
    let high = gap(prior) >= 0 ? prior : Search.zero(from: slope, to: prior, gap)
    return min(low, slope)...max(high, slope)
  }
}

/// Searches on functions of one number.
enum Search {
  /// Where a concave function is greatest: ternary search, to a 10^-11 of the range.
  static func argmax(in range: ClosedRange<Double>, _ value: (Double) -> Double) -> Double {
    var low = range.lowerBound
    var high = range.upperBound
    for _ in 0..<64 {
      let third = (high - low) / 3
      if value(low + third) < value(high - third) { low += third } else { high -= third }
    }
    return (low + high) / 2
  }

  /// Between a place where the function is not negative and one where it is: the last place where it is not.
  static func zero(from good: Double, to bad: Double, _ value: (Double) -> Double) -> Double {
    var (good, bad) = (good, bad)
    for _ in 0..<60 {
      let middle = (good + bad) / 2
      if value(middle) >= 0 { good = middle } else { bad = middle }
    }
    return good
  }
}
