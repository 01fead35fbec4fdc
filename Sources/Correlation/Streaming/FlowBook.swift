internal import Wire

/// What is kept of every flow while its records wait elsewhere.
struct FlowBook: Sendable {
  let assembly: FlowAssembly
  /// Distinct, in order of first appearance.
  private(set) var shapes: [FlowShape] = []
  private var numbers: [FlowShape: UInt32] = [:]
  private var shapeOf: [UInt32] = []
  /// Of the few flows that have any.
  private var strays: [UInt32: FlowStrays] = [:]
  /// Of flows that end before others with the same destination do.
  private var expected: [UInt32: DirectionPair<ExpectedRoute?>] = [:]

  init(_ assembly: FlowAssembly) {
    self.assembly = assembly
    shapeOf.reserveCapacity(assembly.count)
  }

  var count: Int { assembly.count }

  /// Adds the flows that follow those that are there.
  mutating func add(_ batch: FlowFacts) {
    let start = UInt32(truncatingIfNeeded: shapeOf.count)
    let renumbered = batch.shapes.map { number(of: $0) }
    shapeOf += batch.shapeOf.lazy.map { renumbered[Int($0)] }
    for (place, found) in batch.strays { strays[start &+ place] = found }
  }

  private mutating func number(of shape: FlowShape) -> UInt32 {
    if let known = numbers[shape] { return known }
    let number = UInt32(truncatingIfNeeded: shapes.count)
    shapes.append(shape)
    numbers[shape] = number
    return number
  }

  mutating func expect(_ route: ExpectedRoute, _ flow: Int, _ fromOpener: Bool) {
    expected[UInt32(truncatingIfNeeded: flow), default: .none][fromOpener] = route
  }

  func shape(_ flow: Int) -> FlowShape { shapes[Int(shapeOf[flow])] }
  func expected(_ flow: Int) -> DirectionPair<ExpectedRoute?> { expected[UInt32(truncatingIfNeeded: flow)] ?? .none }
  func strays(_ flow: Int) -> FlowStrays? { strays[UInt32(truncatingIfNeeded: flow)] }

  /// Every five-tuple that it wears, in the opener's direction.
  func aliases(_ flow: Int) -> [Alias] { strays(flow)?.aliases ?? assembly.aliases(flow) }
}

/// Records of a flow under names that belong to other places.
struct FlowStrays: Sendable {
  /// All of the flow's, those that say so among them.
  var aliases: [Alias]
  var named: [(at: RecordReference, alias: UInt16)]
}

/// What matching found out about some flows in a row.
struct FlowFacts: Sendable {
  private(set) var shapes: [FlowShape] = []
  private(set) var shapeOf: [UInt32] = []
  /// By place in the row.
  private(set) var strays: [(place: UInt32, found: FlowStrays)] = []
  private var numbers: [FlowShape: UInt32] = [:]

  mutating func add(_ match: FlowMatch, hasStrays: Bool) {
    if hasStrays {
      strays.append((UInt32(shapeOf.count), FlowStrays(aliases: match.aliases, named: match.strays)))
    }
    if let known = numbers[match.shape] { return shapeOf.append(known) }
    numbers[match.shape] = UInt32(shapes.count)
    shapeOf.append(UInt32(shapes.count))
    shapes.append(match.shape)
  }
}

extension DirectionPair<ExpectedRoute?> {
  fileprivate static var none: Self { DirectionPair(fromOpener: nil, fromAcceptor: nil) }
}

extension FlowAssembly {
  func aliases(_ flow: Int) -> [Alias] {
    conversations[flow].map { number in
      let tuple = sightings[number].tuple
      let (opener, acceptor) = members[number].openerIsLow ? (tuple.low, tuple.high) : (tuple.high, tuple.low)
      // An echo's identifier stood in for ports; there are none to show.
      let hasPorts = tuple.transport != 1 && tuple.transport != 58
      return Alias(
        vantage: Int(vantageOf[number]),
        opener: hasPorts ? opener : Endpoint(opener.address, 0),
        acceptor: hasPorts ? acceptor : Endpoint(acceptor.address, 0), nature: .regular)
    }
  }
}
