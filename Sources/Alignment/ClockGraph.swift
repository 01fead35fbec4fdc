public import CaseModel

/// All clocks of a case and what is known between them: packets that passed from host to host, and clock samples, for which
/// the controller is one more clock. Every bit of it is an inequality, so all of it is solved together.
public struct ClockGraph: Sendable {
  public enum Kind: Sendable { case packets, samples }

  public let clocks: Int
  public let reference: Int
  private var relations: [ClockRelation] = []
  private var folds: ClockBreaks

  /// - Parameters:
  ///   - clocks: how many there are, the controller's included.
  ///   - reference: the one that the others are mapped to.
  public init(clocks: Int, reference: Int) {
    self.clocks = max(0, clocks)
    self.reference = reference
    folds = ClockBreaks(clocks: self.clocks)
  }

  /// States what is known between clocks `a` and `b`; nothing is done with empty evidence or unknown clocks.
  /// - Parameter quantum: resolution of the coarser of both clocks' stamps in nanoseconds.
  public mutating func relate(_ a: Int, _ b: Int, by kind: Kind, _ evidence: PairEvidence, quantum: Double) {
    guard a != b, (0..<clocks).contains(a), (0..<clocks).contains(b), !evidence.isEmpty else { return }
    let counts = evidence.counts
    relations.append(
      ClockRelation(
        a: a, b: b, kind: kind, points: evidence.points(), offered: counts.forward + counts.reverse, quantum: quantum))
  }

  /// States that a clock was set back, as its own capture shows: by about `back`, and at that instant of its time, which everywhere
  /// here is its time unfolded (`TimeFold`).
  /// - Parameter spacing: how far apart frames stand there, nanoseconds.
  public mutating func fold(_ clock: Int, at instant: Int64, back: Int64, spacing: Int64) {
    folds.add(
      ClockBreak(nature: .fold, from: instant, to: instant, jump: -Double(back), spacing: max(0, spacing)), to: clock)
  }

  /// Maps every clock to the reference.
  ///
  /// Clocks that were set or slewed are parted there into stretches, each a clock of its own that runs straight. The tightest
  /// edges between them make a tree and its lines the estimate (max margin); at knots over the capture all inequalities close to
  /// the bound. An estimate outside its bound is moved into the middle of it. Evidence that contradicts what is tighter is left
  /// out and told as a doubt.
  /// - Parameter spans: per clock, the first and last instant that a bound must hold for, by that clock; nil where it has none.
  public func solve(spans: [ClosedRange<Int64>?]) -> [ClockSolution] {
    let breaks = BreakRounds(relations, reference: reference).find(from: folds)
    let stretches = StretchedClocks(self, relations, breaks, spans: spans)
    return stretches.join(ClockSolver(stretches.straight, spans: stretches.spans).solve())
  }
}

/// Clocks that all run straight, and what is known between them.
struct StraightClocks: Sendable {
  let clocks: Int
  let reference: Int
  let edges: [ClockEdge]
}

/// What came out for one clock.
public struct ClockSolution: Sendable {
  /// nil where nothing bounds it on both sides.
  public var map: ClockMap?
  public var method: ClockRecord.Method
  /// False where evidence about it contradicts itself: its times carry a bound that covers the contradiction, no more.
  public var isTrusted: Bool
  /// The clock whose evidence contradicts this one's, and by how many nanoseconds.
  public var contradiction: (with: Int, by: Double)?
  /// There is evidence, but in one direction only: order within a flow is known, time is not.
  public var isOneSided: Bool
  /// Where it was set, in order of time.
  public var steps: [ClockStep] = []
  /// Per clock: how far the difference of that one's and this one's case times may be off, half-width in nanoseconds, at worst over
  /// the time of both but for what lies around steps; infinite where it is not known.
  public internal(set) var apart: [Double] = []
}

/// What is known between two clocks, fitted.
struct ClockEdge: Sendable {
  let a: Int
  let b: Int
  let kind: ClockGraph.Kind
  let base: (x: Int64, y: Int64)
  let line: MaxMarginLine
  /// For evidence that contradicts itself (a clock was stepped, say): how far on either side of the line it reaches.
  let loose: Double?

  /// - Parameters:
  ///   - a: straight clock A's number.
  ///   - b: straight clock B's number.
  init(a: Int, b: Int, _ relation: ClockRelation) {
    let (points, quantum) = (relation.points, relation.quantum)
    let (line, _) = OutlierPeel.fit(points, offered: relation.offered, quantum: quantum)
    self.a = a
    self.b = b
    kind = relation.kind
    self.line = line
    base = points.base
    loose = line.isFeasible ? nil : Self.reach(points, line) + quantum
  }

  /// How wide it leaves the offset, nanoseconds; infinite where one direction is missing.
  var width: Double { loose.map { 2 * $0 } ?? line.gap }

  /// The greatest and least `t_b - t_a - (pb - pa)` when clock A reads `pa`.
  func limits(_ pa: Int64, _ pb: Int64) -> (least: Double, most: Double) {
    let x = Double(pa &- base.x)
    let predicted = Double(pb &- pa &- base.y)
    if let loose { return (line.value(at: x) - loose - predicted, line.value(at: x) + loose - predicted) }
    return (line.lower(at: x) - predicted, line.upper(at: x) - predicted)
  }

  /// Clock B as a function of clock A, or the other way round.
  func clock(from clock: Int) -> LinearClock {
    let line = LinearClock(line, base: base)
    return clock == a ? line : line.inverse
  }

  /// How far the tightest evidence of each second lies from the line: within a second clocks are believed, over longer they
  /// have been seen to jump.
  private static func reach(_ points: PairPoints, _ line: MaxMarginLine) -> Double {
    let second = 1e9
    var least: [Int64: Double] = [:]
    for point in points.forward {
      let bucket = Int64(saturating: point.x / second)
      least[bucket] = min(least[bucket] ?? .infinity, point.y - line.value(at: point.x))
    }
    var most: [Int64: Double] = [:]
    for point in points.reverse {
      let bucket = Int64(saturating: point.x / second)
      most[bucket] = max(most[bucket] ?? -.infinity, point.y - line.value(at: point.x))
    }
    var reach = -line.gap
    for (bucket, value) in least { if let other = most[bucket] { reach = max(reach, abs(value), abs(other)) } }
    return reach
  }
}
