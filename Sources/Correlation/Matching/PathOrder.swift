internal import Wire

/// Puts the spots of both directions into the order that packets pass them.
///
/// Routers lower the time-to-live: the higher one is nearer the sender. Between routers the way across the interface tells, then
/// on one host the clock, then whose addresses they are, then the sign of the delays: a packet arrives later than it was sent,
/// so A lies before B where B minus A is greater in this direction than in the other.
struct PathOrder {
  let flow: FlowTracks
  let spots: DirectionPair<SpotMap>
  let aliases: [Alias]
  let addresses: HostAddresses

  func path(fromOpener: Bool) -> [Int] {
    let all = spots[fromOpener].spots
    var path: [Int] = []
    // Insertion: whatever the comparisons say, it ends.
    for spot in all.indices.sorted(by: { roughly(all[$0], all[$1], fromOpener) }) {
      var at = path.count
      while at > 0, isTied(all[path[at - 1]], all[spot]), precedes(spot, path[at - 1], fromOpener) { at -= 1 }
      path.insert(spot, at: at)
    }
    return path
  }

  /// Whether nothing but the vantages' own order says that one spot lies before another: traffic of one direction alone, with
  /// nothing in it that tells where it came from.
  func isGuess(_ a: Int, _ b: Int, _ fromOpener: Bool) -> Bool {
    let (one, other) = (spots[fromOpener].spots[a], spots[fromOpener].spots[b])
    guard isTied(one, other), flow.hosts[one.place.vantage] != flow.hosts[other.place.vantage] else { return false }
    return isNearerSender(one, other, fromOpener) == nil && lagBack(one, other, fromOpener) == nil
  }

  /// Time-to-live, way, then the vantages' own order: clients are named first.
  private func roughly(_ a: Spot, _ b: Spot, _ fromOpener: Bool) -> Bool {
    if a.timeToLive != b.timeToLive { return a.timeToLive > b.timeToLive }
    if a.rank != b.rank { return a.rank < b.rank }
    if a.place.vantage != b.place.vantage { return (a.place.vantage < b.place.vantage) == fromOpener }
    return (a.first, a.place.interface) < (b.first, b.place.interface)
  }

  private func isTied(_ a: Spot, _ b: Spot) -> Bool { a.timeToLive == b.timeToLive && a.rank == b.rank }

  private func precedes(_ a: Int, _ b: Int, _ fromOpener: Bool) -> Bool {
    let (one, other) = (spots[fromOpener].spots[a], spots[fromOpener].spots[b])
    let (from, to) = (one.place.vantage, other.place.vantage)
    if flow.hosts[from] == flow.hosts[to] { return (lag(a, b, fromOpener) ?? 0) > 0 }
    if let byAddress = isNearerSender(one, other, fromOpener) { return byAddress }
    guard let there = lag(a, b, fromOpener), let back = lagBack(one, other, fromOpener) else { return false }
    return there > back
  }

  /// Whether one of two vantages is where the sender or the receiver lives.
  private func isNearerSender(_ a: Spot, _ b: Spot, _ fromOpener: Bool) -> Bool? {
    let senders = [a, b].map { addresses.has(end(of: $0, sender: true, fromOpener), at: $0.place.vantage) }
    if senders[0] != senders[1] { return senders[0] }
    let receivers = [a, b].map { addresses.has(end(of: $0, sender: false, fromOpener), at: $0.place.vantage) }
    return receivers[0] != receivers[1] ? receivers[1] : nil
  }

  private func end(of spot: Spot, sender: Bool, _ fromOpener: Bool) -> IPAddress {
    let alias = aliases[min(aliases.count - 1, Int(spot.alias))]
    return (sender == fromOpener ? alias.opener : alias.acceptor).address
  }

  /// The same two vantages' lag in the other direction.
  private func lagBack(_ a: Spot, _ b: Spot, _ fromOpener: Bool) -> Int64? {
    let back = spots[!fromOpener].spots
    guard let here = back.firstIndex(where: { $0.place.vantage == a.place.vantage && $0.timeToLive > 0 }),
      let there = back.firstIndex(where: { $0.place.vantage == b.place.vantage })
    else { return nil }
    return lag(here, there, !fromOpener)
  }

  /// The median of B's stamp minus A's over packets that both have, from the first few dozen.
  private func lag(_ a: Int, _ b: Int, _ fromOpener: Bool) -> Int64? {
    let map = spots[fromOpener]
    let (from, to) = (map.spots[a].place.vantage, map.spots[b].place.vantage)
    let ups = Array(map.records(at: a).prefix(128))
    let downs = Array(map.records(at: b).prefix(128))
    let ties = SpotMatch(flow.tracks[from], ups, flow.tracks[to], downs).ties
    let lags = ties.map { flow.tracks[to][Int($0.down)].time &- flow.tracks[from][Int($0.up)].time }.sorted()
    return lags.isEmpty ? nil : lags[lags.count / 2]
  }
}

extension Spot {
  /// At one time-to-live: what goes out of a host comes before what comes into the next.
  fileprivate var rank: Int {
    switch place.direction {
    case .outbound: 0
    case .unknown: 1
    case .inbound: 2
    }
  }
}
