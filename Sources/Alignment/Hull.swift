/// A point of clock evidence: when (by one clock) and how far the other clock's reading lay from it, both in nanoseconds
/// from bases that the evidence keeps, so that a Double holds them exactly.
public struct Point: Hashable, Sendable {
  public var x: Double
  public var y: Double

  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// One side of the convex hull of points that arrive in order of `x`, kept as they come.
///
/// Andrew's monotone chain: every append is O(1) amortised. Of a million packets some twenty corners remain, and they are all
/// that a line under (or above) the points can touch.
public struct Hull: Sendable {
  public enum Side: Sendable { case lower, upper }

  public let side: Side
  public private(set) var corners: [Point] = []

  public init(_ side: Side) { self.side = side }

  /// - Parameter points: in ascending order of `x`.
  public init(_ side: Side, of points: some Sequence<Point>) {
    self.side = side
    for point in points { append(point) }
  }

  /// Adds a point; one that lies before the last corner is not the chain's to take and is left out.
  public mutating func append(_ point: Point) {
    if let last = corners.last, point.x <= last.x {
      guard point.x == last.x, outside(point.y, last.y) else { return }
      corners.removeLast()
    }
    while corners.count >= 2, !turnsOutward(corners[corners.count - 2], corners[corners.count - 1], point) {
      corners.removeLast()
    }
    corners.append(point)
  }

  /// The extreme intercept of a line of that slope that touches the hull: the least `y - slope * x` of a lower hull, the
  /// greatest of an upper one; infinite where there is no point.
  public func intercept(slope: Double) -> Double {
    guard !corners.isEmpty else { return side == .lower ? .infinity : -.infinity }
    let corner = corners[corner(touching: slope)]
    return corner.y - slope * corner.x
  }

  /// The corner that a line of that slope touches. Binary search: the slopes between corners are ordered.
  private func corner(touching slope: Double) -> Int {
    var low = 0
    var high = corners.count - 1
    while low < high {
      let middle = (low + high) / 2
      let rise = corners[middle + 1].y - corners[middle].y
      let along = slope * (corners[middle + 1].x - corners[middle].x)
      let pastIt = side == .lower ? rise >= along : rise <= along
      if pastIt { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func outside(_ y: Double, _ other: Double) -> Bool { side == .lower ? y < other : y > other }

  private func turnsOutward(_ a: Point, _ b: Point, _ c: Point) -> Bool {
    let cross = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    return side == .lower ? cross > 0 : cross < 0
  }
}
