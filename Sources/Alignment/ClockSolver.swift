internal import CaseModel

/// Solves a clock graph: a tree for the estimate, a closed matrix at every knot for the bound.
struct ClockSolver {
  let graph: StraightClocks
  let spans: [ClosedRange<Int64>?]
  private let tree: ClockTree

  init(_ graph: StraightClocks, spans: [ClosedRange<Int64>?]) {
    self.graph = graph
    self.spans = spans
    tree = ClockTree(graph)
  }

  func solve() -> [ClockSolution] {
    let knots = knots()
    let (matrices, rejected) = close(knots)
    let placed = (0..<graph.clocks).map { place($0, knots, matrices) }
    var solutions = (0..<graph.clocks).map { solution(of: $0, placed[$0], rejected) }
    let slack = solutions.map { $0.contradiction?.by ?? 0 }
    for clock in solutions.indices {
      solutions[clock].apart = solutions.indices.map { other in
        guard let one = placed[clock], let two = placed[other] else { return .infinity }
        return apart((clock, one), (other, two), matrices) + slack[clock] + slack[other]
      }
    }
    return solutions
  }

  // MARK: knots

  /// Instants by the reference's clock: each clock's own ends, and steps in between.
  private func knots() -> [Int64] {
    var ends: [Int64] = []
    for (clock, span) in spans.prefix(graph.clocks).enumerated() {
      guard let span, let map = tree.toReference[clock] else { continue }
      ends += [map(span.lowerBound), map(span.upperBound)]
    }
    guard let first = ends.min(), let last = ends.max() else { return [0] }
    let step = (last &- first) / 16
    let between = step > 0 ? (0...16).map { first &+ Int64($0) &* step } + [last] : [first]
    // Many clocks: their own ends would make the work cubic times many.
    let all = graph.clocks <= 64 ? between + ends : between
    return Set(all).sorted()
  }

  // MARK: constraints

  private func close(_ knots: [Int64]) -> (matrices: [DifferenceConstraints], rejected: [Rejected]) {
    let all = knots.map { closed(graph.edges.indices, at: $0) }
    guard !all.allSatisfy(\.isFeasible) else { return (all, []) }
    // Something contradicts: take the edges tightest first, and each only if it agrees with those before.
    var accepted = knots.map { _ in DifferenceConstraints(count: graph.clocks) }
    var rejected: [Rejected] = []
    for edge in graph.edges.indices.sorted(by: { (graph.edges[$0].width, $0) < (graph.edges[$1].width, $1) }) {
      let tried = zip(knots, accepted).map { constrained($1, by: edge, at: $0) }
      let worst = tried.map(\.shortfall).max() ?? 0
      if worst <= 1 { accepted = tried } else { rejected.append(Rejected(edge: edge, by: worst)) }
    }
    return (accepted, rejected)
  }

  private func constrained(_ closed: DifferenceConstraints, by edge: Int, at knot: Int64) -> DifferenceConstraints {
    var constraints = closed
    guard let (edge, least, most) = limits(edge, at: knot) else { return constraints }
    constraints.tighten(edge.b, minus: edge.a, to: most)
    constraints.tighten(edge.a, minus: edge.b, to: -least)
    return constraints
  }

  private func limits(_ index: Int, at knot: Int64) -> (edge: ClockEdge, least: Double, most: Double)? {
    let edge = graph.edges[index]
    guard let a = tree.fromReference[edge.a], let b = tree.fromReference[edge.b] else { return nil }
    let (least, most) = edge.limits(a(knot), b(knot))
    return (edge, least, most)
  }

  private struct Rejected {
    let edge: Int
    let by: Double
  }

  private func closed(_ edges: some Sequence<Int>, at knot: Int64) -> DifferenceConstraints {
    var constraints = DifferenceConstraints(count: graph.clocks)
    for index in edges {
      guard let (edge, least, most) = limits(index, at: knot) else { continue }
      constraints.require(edge.b, minus: edge.a, atMost: most)
      constraints.require(edge.a, minus: edge.b, atMost: -least)
    }
    constraints.close()
    return constraints
  }

  // MARK: solutions

  private func solution(of clock: Int, _ placed: PlacedClock?, _ rejected: [Rejected]) -> ClockSolution {
    var solution = ClockSolution(map: nil, method: tree.method(of: clock), isTrusted: true, isOneSided: false)
    if clock == graph.reference {
      solution.map = .identity
      return solution
    }
    guard let toReference = tree.toReference[clock] else {
      solution.method = .none
      return solution
    }
    guard let placed else {
      solution.method = .none
      solution.isOneSided = true
      return solution
    }
    let contradiction = contradiction(of: clock, rejected)
    solution.contradiction = contradiction
    solution.isTrusted = contradiction == nil
    solution.map = placed.map(toReference, slack: contradiction?.by ?? 0)
    return solution
  }

  /// nil for a clock that is not known on both sides all along.
  private func place(_ clock: Int, _ knots: [Int64], _ matrices: [DifferenceConstraints]) -> PlacedClock? {
    guard let toReference = tree.toReference[clock], let fromReference = tree.fromReference[clock] else { return nil }
    let own = ownKnots(of: clock, knots, toReference)
    let corridor = own.map { i in
      PlacedClock.Corridor(
        at: fromReference(knots[i]), most: matrices[i][clock, graph.reference],
        least: -matrices[i][graph.reference, clock])
    }
    return PlacedClock(knots: own, corridor: corridor)
  }

  /// How far the difference of two clocks' readings may be off where both are needed, nanoseconds: what ties them directly may tell it
  /// better than what ties either to the reference.
  private func apart(
    _ one: (clock: Int, placed: PlacedClock), _ other: (clock: Int, placed: PlacedClock),
    _ matrices: [DifferenceConstraints]
  ) -> Double {
    let both = one.placed.knots.clamped(to: other.placed.knots)
    guard !both.isEmpty else { return .infinity }
    return both.reduce(0) { worst, knot in
      let moved = one.placed.correction(at: knot) - other.placed.correction(at: knot)
      return max(
        worst, matrices[knot][one.clock, other.clock] - moved, moved + matrices[knot][other.clock, one.clock])
    }
  }

  /// The knots within a clock's span and one beyond at either end.
  private func ownKnots(of clock: Int, _ knots: [Int64], _ toReference: LinearClock) -> Range<Int> {
    guard clock < spans.count, let span = spans[clock] else { return knots.indices }
    let low = knots.lastIndex { $0 <= toReference(span.lowerBound) } ?? 0
    let high = knots.firstIndex { $0 >= toReference(span.upperBound) } ?? knots.count - 1
    return low..<max(low, high) + 1
  }

  /// The worst contradiction that this clock had a part in: a loop of evidence that does not close, or an edge on its way to the
  /// reference that does not agree with itself.
  private func contradiction(of clock: Int, _ rejected: [Rejected]) -> (with: Int, by: Double)? {
    var worst: (with: Int, by: Double)?
    for found in rejected where found.by > worst?.by ?? 0 {
      let edge = graph.edges[found.edge]
      let loop = tree.loop(closedBy: edge)
      guard loop.contains(clock) else { continue }
      let other = edge.a == clock ? edge.b : edge.b == clock ? edge.a : loop.first { $0 != clock } ?? clock
      worst = (other, found.by)
    }
    for index in tree.path(of: clock) {
      let edge = graph.edges[index]
      guard edge.loose != nil, -edge.line.gap > worst?.by ?? 0 else { continue }
      worst = (edge.a == clock ? edge.b : edge.a, -edge.line.gap)
    }
    return worst
  }
}
