internal import CaseModel

/// The tightest way from the reference to every clock (Prim), and the lines composed along it.
struct ClockTree {
  private(set) var toReference: [LinearClock?]
  private(set) var fromReference: [LinearClock?]
  /// Per clock: the edge that ties it to the tree.
  private var tie: [Int?]
  private var parent: [Int]
  private let byPackets: [Bool]
  private let bySamples: [Bool]

  init(_ graph: StraightClocks) {
    let n = graph.clocks
    toReference = [LinearClock?](repeating: nil, count: n)
    fromReference = toReference
    tie = [Int?](repeating: nil, count: n)
    parent = Array(0..<n)
    byPackets = Self.reachable(graph) { $0.kind == .packets }
    bySamples = Self.reachable(graph) { $0.kind == .samples }
    guard (0..<n).contains(graph.reference) else { return }
    toReference[graph.reference] = .identity
    fromReference[graph.reference] = .identity
    // Two-sided edges first, then those that only limit one side: they place a clock roughly, the bound decides.
    while let next = nextEdge(graph) { attach(graph, next) }
  }

  func method(of clock: Int) -> ClockRecord.Method {
    guard clock < toReference.count, toReference[clock] != nil else { return .none }
    return switch (byPackets[clock], bySamples[clock]) {
    case (true, false): .packets
    case (false, true): .ssh
    default: .packetsAndSSH
    }
  }

  /// The edges from a clock to the reference.
  func path(of clock: Int) -> [Int] {
    var edges: [Int] = []
    var at = clock
    while let edge = tie[at] {
      edges.append(edge)
      at = parent[at]
    }
    return edges
  }

  /// The clocks on the loop that an edge beside the tree closes.
  func loop(closedBy edge: ClockEdge) -> [Int] {
    let (a, b) = (ancestors(of: edge.a), ancestors(of: edge.b))
    let common = a.first { b.contains($0) }
    return a.prefix { $0 != common } + b.prefix { $0 != common } + [common].compactMap(\.self)
  }

  private func ancestors(of clock: Int) -> [Int] {
    var line = [clock]
    while tie[line[line.count - 1]] != nil { line.append(parent[line[line.count - 1]]) }
    return line
  }

  private func nextEdge(_ graph: StraightClocks) -> Int? {
    var best: Int?
    for (index, edge) in graph.edges.enumerated() {
      guard (toReference[edge.a] == nil) != (toReference[edge.b] == nil) else { continue }
      if let other = best, graph.edges[other].width <= edge.width { continue }
      best = index
    }
    return best
  }

  private mutating func attach(_ graph: StraightClocks, _ index: Int) {
    let edge = graph.edges[index]
    let (known, new) = toReference[edge.a] != nil ? (edge.a, edge.b) : (edge.b, edge.a)
    tie[new] = index
    parent[new] = known
    toReference[new] = toReference[known].map { edge.clock(from: new).then($0) }
    fromReference[new] = fromReference[known].map { $0.then(edge.clock(from: known)) }
  }

  private static func reachable(_ graph: StraightClocks, _ counts: (ClockEdge) -> Bool) -> [Bool] {
    var reached = [Bool](repeating: false, count: graph.clocks)
    guard reached.indices.contains(graph.reference) else { return reached }
    reached[graph.reference] = true
    var grew = true
    while grew {
      grew = false
      for edge in graph.edges where counts(edge) && reached[edge.a] != reached[edge.b] {
        reached[edge.a] = true
        reached[edge.b] = true
        grew = true
      }
    }
    return reached
  }
}
