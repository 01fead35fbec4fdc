/// A straight clock that is known on both sides: what it may be beside its predicted reading, and where in that it is taken to be.
struct PlacedClock {
  /// What a clock's reading may be beside its predicted one, at an instant of its own.
  struct Corridor {
    let at: Int64
    let most: Double
    let least: Double
  }

  /// Numbers of the instants at which it is known.
  let knots: Range<Int>
  private let corridor: [Corridor]
  /// What is added to the prediction: a line around `base`.
  private let base: Int64
  private var correction = (value: 0.0, slope: 0.0)

  /// A prediction outside the corridor is moved into the middle of it; nil where the corridor is open.
  /// - Parameter corridor: at each of `knots`.
  init?(knots: Range<Int>, corridor: [Corridor]) {
    guard corridor.allSatisfy({ $0.most.isFinite && $0.least.isFinite }) else { return nil }
    self.knots = knots
    self.corridor = corridor
    base = corridor.first?.at ?? 0
    guard corridor.contains(where: { $0.most < 0 || $0.least > 0 }) else { return }
    let line = MaxMarginLine(
      forward: corridor.map { Point(x: Double($0.at &- base), y: $0.most) },
      reverse: corridor.map { Point(x: Double($0.at &- base), y: $0.least) }, quantum: 0)
    correction = (line.intercept, line.slope)
  }

  /// How far its reading is taken to run ahead of its predicted one, nanoseconds.
  func correction(at knot: Int) -> Double {
    correction.value + correction.slope * Double(corridor[knot - knots.lowerBound].at &- base)
  }

  /// The map to case time takes away what the clock runs ahead.
  /// - Parameter slack: nanoseconds of doubt beside the corridor.
  func map(_ prediction: LinearClock, slack: Double) -> ClockMap {
    let marks = zip(knots, corridor).map { knot, here in
      let moved = correction(at: knot)
      return BoundCourse.Mark(at: here.at, bound: max(0, here.most - moved, moved - here.least) + slack)
    }
    return prediction.corrected(by: -correction.value, slope: -correction.slope, around: base)
      .map(BoundCourse(marks: marks))
  }
}
