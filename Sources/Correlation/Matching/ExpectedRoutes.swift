internal import Wire

/// One direction of one flow, as far as it was seen.
struct Way {
  let transport: UInt8
  let fromOpener: Bool
  let path: [Place]
  /// Per place: the five-tuple worn there.
  let names: [Alias]
  /// Whether the receiver showed that it got anything.
  let isAnswered: Bool
}

/// Where packets go that the next capture never shows: where others with the same destination go from the place that showed them
/// last.
///
/// Every flow teaches for each of its places what comes after. Where flows part (several gateways, several servers behind one
/// address) only what all have in common is left; one that is answered without passing a capture that was watching takes it out.
struct ExpectedRoutes {
  private var lessons: [RouteKey: Lesson] = [:]

  /// Flows of one destination part in no more ways than this, or nothing is learned.
  fileprivate static let mostTails = 16

  private struct Lesson {
    /// Distinct, in order of the flows.
    var tails: [[Place]] = []
    /// All that stand in the tails.
    var places: [Place] = []
    /// Places that some flow did without.
    var avoided: Set<Place> = []
    var openers: Set<IPAddress> = []

    mutating func add(_ tail: [Place], _ opener: IPAddress) {
      if openers.count < 2 { openers.insert(opener) }
      guard tails.count <= ExpectedRoutes.mostTails, !tails.contains(tail) else { return }
      tails.append(tail)
      places += tail.filter { !places.contains($0) }
    }
  }

  var isEmpty: Bool { lessons.isEmpty }

  /// Makes room for what is to be learned: only of the places where some flow is seen last.
  mutating func want(_ way: Way) {
    guard let last = way.path.indices.last, !way.isAnswered else { return }
    for key in RouteKey.keys(way, at: last) { lessons[key] = Lesson() }
  }

  mutating func learn(_ way: Way) {
    for place in way.path.indices.dropLast() {
      for key in RouteKey.keys(way, at: place) {
        guard let index = lessons.index(forKey: key) else { continue }
        lessons.values[index].add(Array(way.path[(place + 1)...]), way.names[place].opener.address)
      }
    }
  }

  /// Takes out what an answered flow did without, once all have been learned.
  /// - Parameter wouldShow: whether the capture at a place would have shown the packets that passed at another (an index into the
  ///   way's path).
  mutating func unlearn(_ way: Way, wouldShow: (_ place: Place, _ passed: Int) -> Bool) {
    guard way.isAnswered else { return }
    for place in way.path.indices {
      for key in RouteKey.keys(way, at: place) {
        guard let index = lessons.index(forKey: key) else { continue }
        let lesson = lessons.values[index]
        for other in lesson.places where !way.path.contains(other) && !lesson.avoided.contains(other) {
          if wouldShow(other, place) { lessons.values[index].avoided.insert(other) }
        }
      }
    }
  }

  /// Where the packets of a way would have gone on from the last place that showed them; nil where nobody knows.
  func route(_ way: Way) -> ExpectedRoute? {
    guard let last = way.path.indices.last, !way.isAnswered else { return nil }
    let keys = RouteKey.keys(way, at: last)
    for (key, isExact) in zip(keys, [true, false]) {
      guard let lesson = lessons[key], !lesson.tails.isEmpty else { continue }
      guard lesson.tails.count <= Self.mostTails else { return nil }
      let tails = lesson.tails.map { $0.filter { !lesson.avoided.contains($0) && !way.path.contains($0) } }
      // The first of the longest: the order is the flows' own.
      guard let longest = tails.max(by: { $0.count < $1.count })?.count, longest > 0,
        let places = tails.first(where: { $0.count == longest })
      else { return nil }
      // What a capture lets in at one of its places it lets in at another.
      let passesFilter =
        lesson.openers.count > 1 || lesson.openers.contains(way.names[last].opener.address)
        || places.first?.vantage == way.path[last].vantage
      return ExpectedRoute(places: places, isCertain: isExact && passesFilter)
    }
    return nil
  }
}

/// The places after the last one that showed a direction of a flow.
struct ExpectedRoute: Sendable {
  let places: [Place]
  /// Whether the captures there show such packets for sure: they show this service, and not only one client of it.
  let isCertain: Bool
}

/// What decides where packets go from a place: where they are going to.
private struct RouteKey: Hashable {
  let place: Place
  let fromOpener: Bool
  /// 255 (reserved) for any: then both are hosts, and ports do not count.
  let transport: UInt8
  /// nil for anyone.
  let opener: IPAddress?
  let acceptor: Endpoint

  /// By service (and, on the way back, client), then by hosts.
  static func keys(_ way: Way, at index: Int) -> [Self] {
    let (place, name) = (way.path[index], way.names[index])
    let byService = Self(
      place: place, fromOpener: way.fromOpener, transport: way.transport,
      opener: way.fromOpener ? nil : name.opener.address, acceptor: name.acceptor)
    let byHosts = Self(
      place: place, fromOpener: way.fromOpener, transport: .max, opener: name.opener.address,
      acceptor: Endpoint(name.acceptor.address, 0))
    return [byService, byHosts]
  }
}
