internal import Alignment
internal import Wire

/// Puts the spots of both directions into the order that packets pass them.
///
/// Routers lower the time-to-live: the higher one is nearer the sender. Between routers the way across the interface tells: what
/// goes out of one comes into the next. Where a host shows packets at several places with one time-to-live (bridges, containers)
/// its clock orders those, and it lies as a whole before or after other hosts. Hosts that nothing else tells apart are ordered by
/// whose addresses they have, then by the sign of the delays: a packet arrives later than it was sent, so A lies before B where B
/// minus A is greater in this direction than in the other.
final class PathOrder {
  // A class, since sorting copies what it compares by, again and again.
  private let flow: FlowTracks
  private let spots: DirectionPair<SpotMap>
  private let aliases: [Alias]
  private let addresses: HostAddresses

  init(flow: FlowTracks, spots: DirectionPair<SpotMap>, aliases: [Alias], addresses: HostAddresses) {
    self.flow = flow
    self.spots = spots
    self.aliases = aliases
    self.addresses = addresses
  }

  func path(fromOpener: Bool) -> [Int] {
    let all = spots[fromOpener].spots
    var path: [Int] = []
    var equal: [Int] = []
    for spot in all.indices.sorted(by: { roughly(all[$0], all[$1], fromOpener) }) {
      if let first = equal.first, all[first].timeToLive != all[spot].timeToLive {
        path += ordered(equal, fromOpener)
        equal = []
      }
      equal.append(spot)
    }
    return path + ordered(equal, fromOpener)
  }

  /// Spots of one time-to-live.
  private func ordered(_ equal: [Int], _ fromOpener: Bool) -> [Int] {
    let all = spots[fromOpener].spots
    var groups: [[Int]] = []
    for spot in equal {
      let host = self.host(all[spot])
      if let group = groups.firstIndex(where: { self.host(all[$0[0]]) == host }) {
        groups[group].append(spot)
      } else {
        groups.append([spot])
      }
    }
    let isRouted = groups.count == equal.count
    if !isRouted {
      for group in groups.indices { groups[group] = orderedByClock(groups[group], fromOpener) }
      groups.sort { inOwnOrder(all[$0[0]], all[$1[0]], fromOpener) }
    }
    return Self.inserted(groups) { one, other in
      guard !isRouted || all[one[0]].rank == all[other[0]].rank else { return false }
      return precedes(one[0], other[0], fromOpener)
    }.flatMap(\.self)
  }

  private func orderedByClock(_ spots: [Int], _ fromOpener: Bool) -> [Int] {
    let all = self.spots[fromOpener].spots
    let sorted = spots.sorted { inOwnOrder(all[$0], all[$1], fromOpener) }
    return Self.inserted(sorted) { one, other in
      guard let lag = lag(one, other, fromOpener) else { return false }
      if lag.time != 0 { return lag.time > 0 }
      guard all[one].place.vantage != all[other].place.vantage else { return lag.frames > 0 }
      return all[one].rank < all[other].rank
    }
  }

  /// Insertion: whatever the comparisons say, it ends.
  private static func inserted<Element>(
    _ elements: [Element], precedes: (Element, Element) -> Bool
  ) -> [Element] {
    var order: [Element] = []
    for element in elements {
      var at = order.count
      while at > 0, precedes(element, order[at - 1]) { at -= 1 }
      order.insert(element, at: at)
    }
    return order
  }

  /// Whether nothing but the vantages' own order says that one spot lies before another: traffic of one direction alone, with
  /// nothing in it that tells where it came from.
  func isGuess(_ a: Int, _ b: Int, _ fromOpener: Bool) -> Bool {
    let all = spots[fromOpener].spots
    let (one, other) = (all[a], all[b])
    guard one.timeToLive == other.timeToLive, host(one) != host(other) else { return false }
    let equal = all.filter { $0.timeToLive == one.timeToLive }
    let isRouted = Set(equal.map(host)).count == equal.count
    if isRouted, one.rank != other.rank { return false }
    return isNearerSender(one, other, fromOpener) == nil && isOneWay(a, b, fromOpener)
  }

  private func isOneWay(_ a: Int, _ b: Int, _ fromOpener: Bool) -> Bool {
    let all = spots[fromOpener].spots
    guard let back = spotsBack(all[a], all[b], fromOpener) else { return true }
    return ties(back.a, back.b, !fromOpener).isEmpty
  }

  private func host(_ spot: Spot) -> Int { flow.hosts[spot.place.vantage] }

  private func roughly(_ a: Spot, _ b: Spot, _ fromOpener: Bool) -> Bool {
    if a.timeToLive != b.timeToLive { return a.timeToLive > b.timeToLive }
    return a.rank != b.rank ? a.rank < b.rank : inOwnOrder(a, b, fromOpener)
  }

  /// The vantages' own order: clients are named first.
  private func inOwnOrder(_ a: Spot, _ b: Spot, _ fromOpener: Bool) -> Bool {
    if a.place.vantage != b.place.vantage { return (a.place.vantage < b.place.vantage) == fromOpener }
    return (a.first, a.place.interface) < (b.first, b.place.interface)
  }

  private func precedes(_ a: Int, _ b: Int, _ fromOpener: Bool) -> Bool {
    let (one, other) = (spots[fromOpener].spots[a], spots[fromOpener].spots[b])
    if let byAddress = isNearerSender(one, other, fromOpener) { return byAddress }
    guard let back = spotsBack(one, other, fromOpener) else { return false }
    return isLater(
      lags(commonRecords(a, b, fromOpener)), than: lags(commonRecords(back.a, back.b, !fromOpener)))
  }

  /// A packet at both of two spots: when by A's clock, and B's stamp minus A's.
  private typealias Lag = (at: Int64, lag: Int64)

  private func lags(_ common: [(a: Record, b: Record)]) -> [Lag] {
    let whole = common.filter { $0.a.position == $0.b.position && $0.a.length == $0.b.length }
    return (whole.isEmpty ? common : whole).map { ($0.a.time, $0.b.time &- $0.a.time) }
  }

  /// Compares each with the nearest in time of the other direction: clocks that drift apart, by 100 us in a second, would tell
  /// more than the way between two hosts of one network. Where some are so near that no drift explains the difference, only those
  /// count; of the nearest pairs, a quarter, the median.
  private func isLater(_ there: [Lag], than back: [Lag]) -> Bool {
    let back = back.sorted { $0.at < $1.at }
    guard !back.isEmpty else { return false }
    let pairs = there.map { one -> (apart: Int64, by: Int64) in
      var (low, high) = (0, back.count)
      while low < high {
        let middle = (low + high) / 2
        if back[middle].at < one.at { low = middle + 1 } else { high = middle }
      }
      let near = [back[max(0, low - 1)], back[min(back.count - 1, low)]]
        .map { (apart: distance($0.at, one.at), by: one.lag &- $0.lag) }
      return near[0].apart <= near[1].apart ? near[0] : near[1]
    }.sorted { ($0.apart, $0.by) < ($1.apart, $1.by) }
    let certain = pairs.filter { Double($0.apart) * MaxMarginLine.prior < Double($0.by.magnitude) }
    let nearest = certain.isEmpty ? pairs : certain
    let differences = nearest.prefix(max(1, nearest.count / 4)).map(\.by).sorted()
    return !differences.isEmpty && differences[differences.count / 2] > 0
  }

  private func distance(_ a: Int64, _ b: Int64) -> Int64 { a > b ? a &- b : b &- a }

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

  /// The same two vantages' spots in the other direction.
  private func spotsBack(_ a: Spot, _ b: Spot, _ fromOpener: Bool) -> (a: Int, b: Int)? {
    let back = spots[!fromOpener].spots
    guard let here = back.firstIndex(where: { $0.place.vantage == a.place.vantage && $0.timeToLive > 0 }),
      let there = back.firstIndex(where: { $0.place.vantage == b.place.vantage })
    else { return nil }
    return (here, there)
  }

  /// Of the first few dozen packets: those that both spots show.
  private func commonRecords(_ a: Int, _ b: Int, _ fromOpener: Bool) -> [(a: Record, b: Record)] {
    let map = spots[fromOpener]
    let (from, to) = (map.spots[a].place.vantage, map.spots[b].place.vantage)
    return ties(a, b, fromOpener).map { (flow.tracks[from][Int($0.up)], flow.tracks[to][Int($0.down)]) }
  }

  private func ties(_ a: Int, _ b: Int, _ fromOpener: Bool) -> [SpotMatch.Tie] {
    let map = spots[fromOpener]
    let (from, to) = (map.spots[a].place.vantage, map.spots[b].place.vantage)
    let (ups, downs) = (map.records(at: a, atMost: 128), map.records(at: b, atMost: 128))
    return SpotMatch(flow.tracks[from], ups, flow.tracks[to], downs).ties
  }

  /// The medians of B's stamp minus A's, and of B's place in its file minus A's in its.
  private func lag(_ a: Int, _ b: Int, _ fromOpener: Bool) -> (time: Int64, frames: Int32)? {
    let common = commonRecords(a, b, fromOpener)
    guard !common.isEmpty else { return nil }
    let times = common.map { $0.b.time &- $0.a.time }.sorted()
    let frames = ties(a, b, fromOpener).map { $0.down &- $0.up }.sorted()
    return (times[times.count / 2], frames[frames.count / 2])
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
