internal import Alignment
internal import Wire

/// One flow, matched as far as numbers and content go; what only time can tell waits in `unsettled`.
struct FlowMatch: Sendable {
  var aliases: [Alias]
  /// Records that wear another name than their place's, and the alias that says so.
  var strays: [(at: RecordReference, alias: UInt16)] = []
  var shape = FlowShape()
  /// Per direction: where its packets would have gone on.
  var expected = DirectionPair<ExpectedRoute?>(fromOpener: nil, fromAcceptor: nil)
  /// Per vantage, per record.
  var links: [[StoredLink]] = []
  /// Per vantage, per record: how many places lie further on; 0 at the last one, and where the place is not known.
  var ahead: [[UInt8]] = []
  var unsettled: [Unsettled] = []

  /// With what comes after the last place that shows it, as far as other flows tell.
  var wholePaths: DirectionPair<[Place]> {
    DirectionPair(
      fromOpener: shape.paths.fromOpener + (expected.fromOpener?.places ?? []),
      fromAcceptor: shape.paths.fromAcceptor + (expected.fromAcceptor?.places ?? []))
  }

  struct Unsettled: Sendable {
    let from: Int
    let to: Int
    let records: SpotMatch.Unsettled
  }
}

/// Matches one flow and gathers what its packets say about the clocks.
struct FlowMatcher {
  let flow: FlowTracks
  let addresses: HostAddresses
  private(set) var match: FlowMatch
  /// Unique matches as inequalities, by pair of hosts.
  private var spots: DirectionPair<SpotMap>

  /// Whether any record wears another name than its place's.
  var hasStrays: Bool { match.aliases.contains { $0.nature == .stray } }

  init(_ flow: FlowTracks, aliases: [Alias], addresses: HostAddresses) {
    self.flow = flow
    self.addresses = addresses
    spots = DirectionPair(
      fromOpener: SpotMap(flow, fromOpener: true), fromAcceptor: SpotMap(flow, fromOpener: false))
    match = FlowMatch(
      aliases: aliases,
      links: flow.tracks.map { [StoredLink](repeating: .none, count: $0.count) },
      ahead: flow.tracks.map { [UInt8](repeating: 0, count: $0.count) })
    match.shape.isAnswered = FlowMatch.answers(flow.tracks)
    nameStrays()
  }

  mutating func run(_ evidence: inout HostEvidence) {
    for fromOpener in [true, false] {
      let order = PathOrder(flow: flow, spots: spots, aliases: match.aliases, addresses: addresses)
      let path = order.path(fromOpener: fromOpener)
      match.shape.paths[fromOpener] = path.map { spots[fromOpener].spots[$0].place }
      match.shape.names[fromOpener] = path.map { spots[fromOpener].spots[$0].alias }
      let map = spots[fromOpener]
      let stations = path.map { Station(vantage: map.spots[$0].place.vantage, records: map.records(at: $0)) }
      matchAlong(stations, &evidence) { order.isGuess(path[$0], path[$1], fromOpener) }
    }
    guard spots.fromOpener.sawErrors else { return }
    // Of the clocks errors tell nothing: equal ones abound.
    var unused = HostEvidence()
    for fromOpener in [true, false] { matchAlong(errors(fromOpener), &unused) { _, _ in false } }
  }

  /// What one place of a path shows, file order.
  private struct Station {
    let vantage: Int
    var records: [Int32] = []
  }

  private func errors(_ fromOpener: Bool) -> [Station] {
    let route = ErrorRoute(match, fromOpener: fromOpener)
    var stations = route.places.map { Station(vantage: $0.vantage) }
    for (vantage, track) in flow.tracks.enumerated() {
      for (index, record) in track.enumerated()
      where record.bits.contains(.icmpError) && record.isFromOpener == fromOpener {
        guard let place = route.index(of: record, at: vantage) else { continue }
        stations[place].records.append(Int32(truncatingIfNeeded: index))
      }
    }
    return stations
  }

  /// Ties the records of each place to the nearest place before where they were seen. What is tied in an order that is only a
  /// guess says nothing about clocks, and is probable at best.
  private mutating func matchAlong(
    _ path: [Station], _ evidence: inout HostEvidence, isGuess: (_ before: Int, _ place: Int) -> Bool
  ) {
    for (place, station) in path.enumerated() {
      let to = station.vantage
      for index in station.records { match.ahead[to][Int(index)] = UInt8(clamping: path.count - 1 - place) }
      var rest = station.records
      for before in (0..<place).reversed() where !rest.isEmpty {
        let from = path[before].vantage
        let found = SpotMatch(flow.tracks[from], path[before].records, flow.tracks[to], rest, of: station.records)
        let isGuess = flow.hosts[from] != flow.hosts[to] && !found.ties.isEmpty && isGuess(before, place)
        take(found, from: from, to: to, atBest: isGuess ? .probable : .unique)
        if flow.hosts[from] != flow.hosts[to], !isGuess { note(found, from, to, &evidence) }
        rest = found.rest
      }
    }
  }

  private func note(_ found: SpotMatch, _ from: Int, _ to: Int, _ evidence: inout HostEvidence) {
    let (ups, downs) = (flow.tracks[from], flow.tracks[to])
    evidence.add(
      from: flow.hosts[from], to: flow.hosts[to],
      found.ties.lazy.filter { $0.match == .unique }.map { (ups[Int($0.up)].time, downs[Int($0.down)].time) })
  }

  private mutating func take(_ found: SpotMatch, from: Int, to: Int, atBest: MatchClass) {
    for tie in found.ties {
      match.links[to][Int(tie.down)] = StoredLink(
        index: UInt32(bitPattern: tie.up), vantage: UInt16(clamping: from),
        match: atBest == .probable ? .probable : tie.match)
    }
    match.unsettled += found.unsettled.map { FlowMatch.Unsettled(from: from, to: to, records: $0) }
  }

  /// Gives records under a foreign name an alias that says so; a name that is foreign wherever its vantage shows it just says so.
  private mutating func nameStrays() {
    let strays = spots.fromOpener.strays + spots.fromAcceptor.strays
    guard !strays.isEmpty else { return }
    var usual = [Int](repeating: 0, count: match.aliases.count)
    for track in flow.tracks { for record in track { usual[Int(record.alias)] += 1 } }
    for reference in strays { usual[Int(flow.tracks[reference.vantage][reference.index].alias)] -= 1 }
    for reference in strays {
      let number = Int(flow.tracks[reference.vantage][reference.index].alias)
      let stray = match.aliases[number].asStray
      if usual[number] == 0 {
        match.aliases[number] = stray
      } else {
        let named = match.aliases.firstIndex(of: stray) ?? match.aliases.count
        if named == match.aliases.count { match.aliases.append(stray) }
        match.strays.append((reference, UInt16(clamping: named)))
      }
    }
  }
}

extension Alias {
  fileprivate var asStray: Alias { Alias(vantage: vantage, opener: opener, acceptor: acceptor, nature: .stray) }
}

/// What packets say about the hosts' clocks, by pair of hosts.
struct HostEvidence: Sendable {
  /// By the smaller host's number times 2^32 plus the other's.
  private(set) var pairs: [UInt64: PairEvidence] = [:]

  mutating func add(from: Int, to: Int, _ sightings: some Sequence<(sent: Int64, received: Int64)>) {
    let key = Mix.pair(UInt32(min(from, to)), UInt32(max(from, to)))
    Self.add(sightings, to: &pairs[key, default: PairEvidence()], isForward: from < to)
  }

  private static func add(
    _ sightings: some Sequence<(sent: Int64, received: Int64)>, to pair: inout PairEvidence, isForward: Bool
  ) {
    for (sent, received) in sightings {
      if isForward {
        pair.addForward(sent: sent, received: received)
      } else {
        pair.addReverse(sent: sent, received: received)
      }
    }
  }

  mutating func merge(_ other: HostEvidence) {
    for (key, evidence) in other.pairs { pairs[key, default: PairEvidence()].merge(evidence) }
  }
}
