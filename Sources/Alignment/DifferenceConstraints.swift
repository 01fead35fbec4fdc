/// Bounds on the differences of numbers, closed under the triangle rule: what `x[i] - x[j]` can be at most.
///
/// A difference-bound matrix, closed by Floyd-Warshall in O(n^3). A negative cycle says that no numbers fit at all.
public struct DifferenceConstraints: Sendable {
  public let count: Int
  private var most: [Double]

  public init(count: Int) {
    self.count = max(0, count)
    most = [Double](repeating: .infinity, count: self.count * self.count)
    for i in 0..<self.count { most[i * self.count + i] = 0 }
  }

  /// The greatest `x[i] - x[j]`, infinite where nothing is known.
  public subscript(i: Int, j: Int) -> Double { most[i * count + j] }

  /// Adds `x[i] - x[j] <= bound`; NaN is nothing known.
  public mutating func require(_ i: Int, minus j: Int, atMost bound: Double) {
    most[i * count + j] = Swift.min(most[i * count + j], bound.isNaN ? .infinity : bound)
  }

  /// Draws every conclusion.
  public mutating func close() {
    for k in 0..<count {
      for i in 0..<count {
        let throughK = most[i * count + k]
        guard throughK < .infinity else { continue }
        for j in 0..<count {
          let sum = throughK + most[k * count + j]
          if sum < most[i * count + j] { most[i * count + j] = sum }
        }
      }
    }
  }

  /// Adds `x[i] - x[j] <= bound` to what is closed, and draws the conclusions from that alone: O(n^2).
  public mutating func tighten(_ i: Int, minus j: Int, to bound: Double) {
    guard bound < self[i, j] else { return }
    let (toI, fromJ) = ((0..<count).map { self[$0, i] }, (0..<count).map { self[j, $0] })
    for p in 0..<count where toI[p] < .infinity {
      for q in 0..<count { most[p * count + q] = Swift.min(most[p * count + q], toI[p] + bound + fromJ[q]) }
    }
  }

  /// After `close()`: by how much the worst cycle contradicts itself; 0 where numbers fit.
  public var shortfall: Double { (0..<count).reduce(0) { Swift.max($0, -self[$1, $1]) } }

  /// After `close()`: whether any numbers fit. One unit (a nanosecond) of rounding is forgiven.
  public var isFeasible: Bool { shortfall <= 1 }
}
