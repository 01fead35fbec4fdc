internal import Wire

extension FlowBook {
  /// Finds out where flows would have gone on that end before others with the same destination do.
  mutating func expectRoutes(_ clocks: VantageClocks, _ scopes: [CaptureScope]) {
    var routes = ExpectedRoutes()
    for flow in 0..<count {
      for fromOpener in [true, false] where !shape(flow).isAnswered[fromOpener] {
        if let way = way(flow, fromOpener) { routes.want(way) }
      }
    }
    guard !routes.isEmpty else { return }
    eachWay { _, way in routes.learn(way) }
    eachWay { flow, way in
      routes.unlearn(way) { place, passed in
        wouldShow(flow, way, passed, place.vantage, clocks, scopes)
      }
    }
    for flow in 0..<count {
      for fromOpener in [true, false] where !shape(flow).isAnswered[fromOpener] {
        guard let route = way(flow, fromOpener).flatMap(routes.route) else { continue }
        expect(route, flow, fromOpener)
      }
    }
  }

  private func eachWay(_ body: (_ flow: Int, _ way: Way) -> Void) {
    for flow in 0..<count {
      for fromOpener in [true, false] {
        if let way = way(flow, fromOpener) { body(flow, way) }
      }
    }
  }

  private func way(_ flow: Int, _ fromOpener: Bool) -> Way? {
    let shape = shape(flow)
    let path = shape.paths[fromOpener]
    guard !path.isEmpty else { return nil }
    let aliases = aliases(flow)
    return Way(
      transport: assembly.transport(of: flow), fromOpener: fromOpener, path: path,
      names: shape.names[fromOpener].map { aliases[Int($0)] }, isAnswered: shape.isAnswered[fromOpener])
  }

  /// Whether a vantage would have shown a flow that passed a place of its path: judged by when it was first seen there.
  private func wouldShow(
    _ flow: Int, _ way: Way, _ passed: Int, _ vantage: Int, _ clocks: VantageClocks, _ scopes: [CaptureScope]
  ) -> Bool {
    let name = Int(shape(flow).names[way.fromOpener][passed])
    let numbers = assembly.conversations[flow]
    guard numbers.indices.contains(name) else { return false }
    let (place, seen) = (way.path[passed].vantage, assembly.sightings[numbers[name]])
    guard let time = clocks.time(seen.first, at: place) else { return false }
    let bound = clocks.bound(place, vantage)
    return scopes[vantage].shows(seen.kinds) && scopes[vantage].ranBefore(time, bound)
      && scopes[vantage].ranAfter(time, bound)
  }
}
