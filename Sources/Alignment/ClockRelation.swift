/// What is known between two clocks, as it was stated.
struct ClockRelation: Sendable {
  let a: Int
  let b: Int
  let kind: ClockGraph.Kind
  var points: PairPoints
  /// How many inequalities the points stand for.
  var offered: Int
  /// Nanoseconds.
  let quantum: Double

  /// Clock A's reading at a point.
  func timeOfA(_ x: Double) -> Int64 { points.base.x &+ Int64(saturating: x.rounded()) }

  /// Clock B's reading where A's is `x` and B is `y` ahead.
  func timeOfB(_ x: Double, _ y: Double) -> Int64 { timeOfA(x) &+ points.base.y &+ Int64(saturating: y.rounded()) }

  /// The points of either clock's stretches between breaks, by stretch of A and stretch of B.
  func split(by breaks: ClockBreaks) -> [(stretches: (a: Int, b: Int), relation: ClockRelation)] {
    guard !breaks.ofClock[a].isEmpty || !breaks.ofClock[b].isEmpty else { return [((0, 0), self)] }
    var parts: [UInt64: ClockRelation] = [:]
    var empty = self
    empty.points.forward = []
    empty.points.reverse = []
    for isForward in [true, false] {
      for point in isForward ? points.forward : points.reverse {
        guard let inA = breaks.stretch(of: a, at: timeOfA(point.x)),
          let inB = breaks.stretch(of: b, at: timeOfB(point.x, point.y))
        else { continue }
        let key = UInt64(inA) << 32 | UInt64(inB)
        if isForward {
          parts[key, default: empty].points.forward.append(point)
        } else {
          parts[key, default: empty].points.reverse.append(point)
        }
      }
    }
    let share = Double(offered) / Double(max(1, points.forward.count + points.reverse.count))
    return parts.sorted { $0.key < $1.key }.map { key, part in
      var part = part
      part.offered = Int(share * Double(part.points.forward.count + part.points.reverse.count))
      return ((Int(key >> 32), Int(key & 0xffff_ffff)), part)
    }
  }
}
