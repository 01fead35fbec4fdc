internal import Wire

extension FlowPass {
  /// Finds out where flows would have gone on that end before others with the same destination do.
  mutating func expectRoutes(_ clocks: VantageClocks, _ scopes: [CaptureScope]) {
    var routes = ExpectedRoutes()
    for flow in matches.indices {
      for fromOpener in [true, false] where !matches[flow].isAnswered[fromOpener] {
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
    for flow in matches.indices {
      for fromOpener in [true, false] {
        guard let route = way(flow, fromOpener).flatMap(routes.route) else { continue }
        expect(route, flow, fromOpener)
      }
    }
  }

  private func eachWay(_ body: (_ flow: Int, _ way: Way) -> Void) {
    for flow in matches.indices {
      for fromOpener in [true, false] {
        if let way = way(flow, fromOpener) { body(flow, way) }
      }
    }
  }

  private func way(_ flow: Int, _ fromOpener: Bool) -> Way? {
    let match = matches[flow]
    let path = match.paths[fromOpener]
    guard !path.isEmpty else { return nil }
    return Way(
      transport: assembly.transport(of: flow), fromOpener: fromOpener, path: path,
      names: match.names[fromOpener].map { match.aliases[Int($0)] }, isAnswered: match.isAnswered[fromOpener])
  }

  /// Whether a vantage would have shown a flow whose packets passed a place of its path: judged by the first of them.
  private func wouldShow(
    _ flow: Int, _ way: Way, _ passed: Int, _ vantage: Int, _ clocks: VantageClocks, _ scopes: [CaptureScope]
  ) -> Bool {
    let place = way.path[passed]
    let records = columns[place.vantage].records
    let first = records.records[records.range(of: flow)].first {
      $0.isFromOpener == way.fromOpener && Place($0, at: place.vantage) == place && !$0.bits.contains(.icmpError)
    }
    guard let first, let time = clocks.time(first, at: place.vantage) else { return false }
    let bound = clocks.bound(place.vantage, vantage)
    return scopes[vantage].shows(first) && scopes[vantage].ranBefore(time, bound)
      && scopes[vantage].ranAfter(time, bound)
  }
}

extension FlowMatch {
  /// Whether either end showed that it got anything of what the other sent: by acknowledging, resetting or, without
  /// acknowledgments, sending.
  static func answers(_ tracks: [[Record]]) -> DirectionPair<Bool> {
    var firsts = DirectionPair<Int64>(fromOpener: .max, fromAcceptor: .max)
    for track in tracks {
      for record in track where record.isSegment && !record.flags.contains(.rst) {
        firsts[record.isFromOpener] = min(firsts[record.isFromOpener], record.position)
      }
    }
    var answers = DirectionPair(fromOpener: false, fromAcceptor: false)
    for track in tracks {
      for record in track where !record.bits.contains(.icmpError) {
        let acknowledges = record.flags.contains(.ack) && record.acknowledged > firsts[!record.isFromOpener]
        if !record.isSegment || record.flags.contains(.rst) || acknowledges { answers[!record.isFromOpener] = true }
        if answers.fromOpener && answers.fromAcceptor { return answers }
      }
    }
    return answers
  }
}
