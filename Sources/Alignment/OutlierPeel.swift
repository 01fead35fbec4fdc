/// Frees pair evidence from the few inequalities that are false: wrong matches, a frame stamped late by a stalled capture.
///
/// Evidence that agrees is left alone. Otherwise points on the wrong side of a robust middle line go first, then single
/// corners without company. What still contradicts itself afterwards is not noise but a clock that was changed.
enum OutlierPeel {
  /// The share of inequalities that may be false before the clock is suspected instead.
  static let budget = 0.001

  static func fit(_ points: PairPoints, offered: Int, quantum: Double) -> (line: MaxMarginLine, dropped: Int) {
    let whole = MaxMarginLine(forward: points.forward, reverse: points.reverse, quantum: quantum)
    guard !whole.isFeasible else { return (whole, 0) }
    let allowed = max(2, Int(Double(offered) * budget))
    var kept = points
    var dropped = 0
    if let sided = withoutWrongSides(points, allowed: allowed) {
      dropped = points.forward.count + points.reverse.count - sided.forward.count - sided.reverse.count
      kept = sided
    }
    var line = MaxMarginLine(forward: kept.forward, reverse: kept.reverse, quantum: quantum)
    // Each round costs a pass over the points: bounded, since hostile evidence may be false throughout.
    for _ in 0..<min(64, allowed) where !line.isFeasible && dropped < allowed {
      guard removeLoneCorner(&kept, line) else { break }
      dropped += 1
      line = MaxMarginLine(forward: kept.forward, reverse: kept.reverse, quantum: quantum)
    }
    return line.isFeasible ? (line, dropped) : (whole, 0)
  }

  /// The points on their own side of a middle line; nil where more than `allowed` are not.
  private static func withoutWrongSides(_ points: PairPoints, allowed: Int) -> PairPoints? {
    guard let middle = MiddleLine(points) else { return nil }
    var kept = points
    kept.forward.removeAll { $0.y < middle.value(at: $0.x) }
    kept.reverse.removeAll { $0.y > middle.value(at: $0.x) }
    let lost = points.forward.count + points.reverse.count - kept.forward.count - kept.reverse.count
    return lost <= allowed && !kept.forward.isEmpty && !kept.reverse.isEmpty ? kept : nil
  }

  /// Removes the more lonely of the two points that hold the gap shut, if it is lonely at all.
  private static func removeLoneCorner(_ points: inout PairPoints, _ line: MaxMarginLine) -> Bool {
    let near = 0.05 * abs(line.gap) + 2_000
    let low = extreme(points.forward, line) { $0 < $1 }
    let high = extreme(points.reverse, line) { $0 > $1 }
    guard let low, let high else { return false }
    let company = (
      low: neighbours(points.forward, of: low, line, within: near),
      high: neighbours(points.reverse, of: high, line, within: near)
    )
    guard min(company.low, company.high) < 2 else { return false }
    if company.low <= company.high { points.forward.remove(at: low) } else { points.reverse.remove(at: high) }
    return true
  }

  private static func extreme(_ points: [Point], _ line: MaxMarginLine, _ better: (Double, Double) -> Bool) -> Int? {
    var best: (index: Int, value: Double)?
    for (index, point) in points.enumerated() {
      let value = point.y - line.value(at: point.x)
      if best.map({ better(value, $0.value) }) ?? true { best = (index, value) }
    }
    return best?.index
  }

  private static func neighbours(_ points: [Point], of index: Int, _ line: MaxMarginLine, within near: Double) -> Int {
    let value = points[index].y - line.value(at: points[index].x)
    return points.count { abs($0.y - line.value(at: $0.x) - value) <= near } - 1
  }
}

/// A line through the middle of both clouds that a few false points cannot move: Theil-Sen over stretches of the capture, each
/// stretch's middle taken between the 10 % quantile of one cloud and the 90 % quantile of the other.
struct MiddleLine {
  let slope: Double
  let intercept: Double

  /// nil where no stretch has points of both clouds.
  init?(_ points: PairPoints, stretches: Int = 40) {
    guard let start = [points.forward.first, points.reverse.first].compactMap(\.self?.x).min(),
      let end = [points.forward.last, points.reverse.last].compactMap(\.self?.x).max()
    else { return nil }
    let width = max(1, (end - start) / Double(stretches))
    let low = Self.quantiles(points.forward, 0.1, start, width, stretches)
    let high = Self.quantiles(points.reverse, 0.9, start, width, stretches)
    let middles = (0..<stretches).compactMap { i -> Point? in
      guard let a = low[i], let b = high[i] else { return nil }
      return Point(x: start + (Double(i) + 0.5) * width, y: (a + b) / 2)
    }
    guard !middles.isEmpty else { return nil }
    var slopes: [Double] = []
    for (i, a) in middles.enumerated() { for b in middles[(i + 1)...] { slopes.append((b.y - a.y) / (b.x - a.x)) } }
    let slope = min(MaxMarginLine.prior, max(-MaxMarginLine.prior, Self.median(slopes) ?? 0))
    self.slope = slope
    intercept = Self.median(middles.map { $0.y - slope * $0.x }) ?? 0
  }

  func value(at x: Double) -> Double { intercept + slope * x }

  private static func quantiles(
    _ points: [Point], _ share: Double, _ start: Double, _ width: Double, _ stretches: Int
  ) -> [Double?] {
    var values = [[Double]](repeating: [], count: stretches)
    for point in points {
      let stretch = Int64(saturating: (point.x - start) / width)
      values[Int(clamping: min(Int64(stretches) - 1, max(0, stretch)))].append(point.y)
    }
    return values.map { $0.isEmpty ? nil : $0.sorted()[Int(share * Double($0.count - 1))] }
  }

  private static func median(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
  }
}
