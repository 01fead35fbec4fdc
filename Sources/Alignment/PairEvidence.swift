/// Inequalities between two clocks, A and B: things sent by one and received by the other, thinned as they come.
///
/// Of every 20 ms only the tightest of each direction is kept, so the memory is the capture's duration, not its packets; where
/// that is more than `mostWindows`, windows double until it is not. What is kept depends on what was offered alone, never on the
/// order in which it came or was merged.
public struct PairEvidence: Sendable {
  /// Nanoseconds of one window of thinning, at first.
  static let window: Int64 = 20_000_000
  /// Windows per direction: 44 minutes of them at 20 ms, two days at 1.3 s.
  static let mostWindows = 1 << 17

  private var forward = TightestSightings(keepsLeast: true)
  private var reverse = TightestSightings(keepsLeast: false)

  public init() {}

  /// How many inequalities were offered, from A to B and from B to A.
  public var counts: (forward: Int, reverse: Int) { (forward.offered, reverse.offered) }
  public var isEmpty: Bool { forward.offered == 0 && reverse.offered == 0 }

  /// Sent by A at `sent` on A's clock, received by B at `received` on B's.
  public mutating func addForward(sent: Int64, received: Int64) { forward.add(at: sent, difference: received &- sent) }

  /// Sent by B at `sent` on B's clock, received by A at `received` on A's.
  public mutating func addReverse(sent: Int64, received: Int64) {
    reverse.add(at: received, difference: sent &- received)
  }

  /// Takes over another's inequalities. The result does not depend on the order of merging.
  public mutating func merge(_ other: PairEvidence) {
    forward.merge(other.forward)
    reverse.merge(other.reverse)
  }

  /// The kept inequalities as points relative to exact bases.
  public func points() -> PairPoints {
    let (above, below) = (forward.sorted, reverse.sorted)
    let first = [above.first, below.first].compactMap(\.self).min { $0.at < $1.at }
    let base = (x: first?.at ?? 0, y: first?.difference ?? 0)
    return PairPoints(
      base: base, forward: above.map { $0.point(from: base) }, reverse: below.map { $0.point(from: base) })
  }
}

/// Thinned evidence as plain numbers around `base`, in ascending order of `x`.
public struct PairPoints: Sendable {
  /// A's clock at `x` = 0, and B's minus A's at `y` = 0.
  public let base: (x: Int64, y: Int64)
  public var forward: [Point]
  public var reverse: [Point]
}

extension TightestSightings.Sighting {
  fileprivate func point(from base: (x: Int64, y: Int64)) -> Point {
    Point(x: Double(at &- base.x), y: Double(difference &- base.y))
  }
}
