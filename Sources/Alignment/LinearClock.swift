internal import CaseModel

/// One clock against another as a straight line, on exact bases: `y = x + whole + fraction + drift * (x - anchor)`.
///
/// An epoch's nanoseconds do not fit a Double; what is added to them does, once the whole part is kept apart.
struct LinearClock: Hashable, Sendable {
  var anchor: Int64
  var whole: Int64
  var fraction: Double
  var drift: Double

  static let identity = LinearClock(anchor: 0, whole: 0, fraction: 0, drift: 0)

  init(anchor: Int64, whole: Int64, fraction: Double, drift: Double) {
    self.anchor = anchor
    self.whole = whole
    self.fraction = fraction
    self.drift = drift
  }

  /// B's clock as a function of A's, from the line through their evidence.
  init(_ line: MaxMarginLine, base: (x: Int64, y: Int64)) {
    self.init(anchor: base.x, shift: base.y, fraction: line.intercept, drift: line.slope)
  }

  private init(anchor: Int64, shift: Int64, fraction: Double, drift: Double) {
    let whole = Int64(saturating: fraction.rounded())
    self.init(anchor: anchor, whole: shift &+ whole, fraction: fraction - Double(whole), drift: drift)
  }

  func callAsFunction(_ x: Int64) -> Int64 {
    x &+ whole &+ Int64(saturating: (fraction + drift * Double(x &- anchor)).rounded())
  }

  /// The other way round: A's clock as a function of B's.
  var inverse: LinearClock {
    LinearClock(
      anchor: anchor &+ whole, shift: 0 &- whole, fraction: -fraction / (1 + drift), drift: 1 / (1 + drift) - 1)
  }

  /// First this one, then `next`.
  func then(_ next: LinearClock) -> LinearClock {
    LinearClock(
      anchor: anchor, shift: whole &+ next.whole,
      fraction: fraction + next.fraction + next.drift * (Double(anchor &+ whole &- next.anchor) + fraction),
      drift: (1 + drift) * (1 + next.drift) - 1)
  }

  /// The same line moved and turned: `fraction` and `drift` grow by a correction given around `base`.
  func corrected(by value: Double, slope: Double, around base: Int64) -> LinearClock {
    LinearClock(
      anchor: anchor, shift: whole, fraction: fraction + value + slope * Double(anchor &- base), drift: drift + slope)
  }

  /// As the map of a host's clock to the case's.
  func map(_ course: BoundCourse) -> ClockMap {
    let rounding = Double(whole).ulp / 2
    var course = course
    for mark in course.marks.indices { course.marks[mark].bound += rounding }
    return ClockMap(
      pieces: [
        ClockMap.Piece(
          from: HostTime(nanoseconds: .min), anchor: HostTime(nanoseconds: anchor), offset: Double(whole) + fraction,
          drift: drift, bound: course.marks.reduce(rounding) { max($0, $1.bound) })
      ], courses: [course])
  }
}

extension Int64 {
  /// The nearest integer that fits; 0 for what is not a number.
  @inlinable
  init(saturating value: Double) {
    self = value.isNaN ? 0 : value >= 0x1p63 ? .max : value < -0x1p63 ? .min : Int64(value)
  }

  /// The nearest integer, halves away from zero: what `rounded` says, which is a call where the processor may not know how, of all
  /// but odd numbers from 2^52 on.
  @inlinable
  init(nearest value: Double) { self.init(saturating: value + (value < 0 ? -0.5 : 0.5)) }
}
