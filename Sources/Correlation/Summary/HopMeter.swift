internal import Alignment
internal import CaseModel

/// What each place of a flow's paths shows, and what became of it on the way to the next.
struct HopMeter {
  private let paths: DirectionPair<[PlaceSummary]>

  init(_ story: FlowStory, _ places: PathPlaces, _ sendings: [[Sending]], _ vantages: [Vantage]) {
    var paths = DirectionPair(
      fromOpener: story.paths.fromOpener.map { PlaceSummary($0) },
      fromAcceptor: story.paths.fromAcceptor.map { PlaceSummary($0) })
    // Delays into each place, by its index.
    var delays = DirectionPair(
      fromOpener: [DelaySampler](repeating: DelaySampler(), count: paths.fromOpener.count),
      fromAcceptor: [DelaySampler](repeating: DelaySampler(), count: paths.fromAcceptor.count))
    for (vantage, track) in story.tracks.enumerated() {
      for index in track.records.indices {
        let place = Int(places.at[vantage][index])
        let fromOpener = track.records[index].isFromOpener
        guard place < paths[fromOpener].count else { continue }
        paths[fromOpener][place].count(sendings[vantage][index], track.fates[index])
        if track.fates[index] == .lost, paths[fromOpener][place].firstLost == nil {
          paths[fromOpener][place].firstLost = RecordReference(vantage: vantage, index: index)
        }
        let link = track.upstream[index]
        guard let up = link.to, link.match == .unique || link.match == .ordinal,
          Int(places.at[up.vantage][up.index]) == place - 1
        else { continue }
        let sent = story.tracks[up.vantage].times[up.index]?.nanoseconds
        let seen = track.times[index]?.nanoseconds
        if let sent, let seen {
          delays[fromOpener][place].add(seen &- sent)
        } else if vantages[vantage].host == vantages[up.vantage].host {
          delays[fromOpener][place].add(track.records[index].time &- story[up].time)
        }
      }
    }
    for fromOpener in [true, false] {
      for place in delays[fromOpener].indices.dropFirst() {
        guard let spread = delays[fromOpener][place].spread else { continue }
        let (here, there) = (paths[fromOpener][place - 1].place, paths[fromOpener][place].place)
        paths[fromOpener][place - 1].delay = spread
        paths[fromOpener][place - 1].delayBound = vantages.bound(here.vantage, there.vantage)
      }
    }
    self.paths = paths
  }

  func summaries(_ fromOpener: Bool) -> [PlaceSummary] { paths[fromOpener] }
}

extension [Vantage] {
  /// How far a delay between two vantages may be off, nanoseconds; nil where either is unaligned.
  public func bound(_ a: Int, _ b: Int) -> Int64? {
    if self[a].host == self[b].host { return 0 }
    guard self[a].clock != nil, self[b].clock != nil, self[a].apart.indices.contains(b) else { return nil }
    return Int64(exactly: self[a].apart[b].rounded(.up)) ?? .max
  }
}

extension PlaceSummary {
  @inline(__always)
  fileprivate mutating func count(_ sending: Sending, _ fate: Fate) {
    frames += 1
    switch sending {
    case .none, .first: break
    case .again: again += 1
    case .replacement: replacements += 1
    case .reordered: reordered += 1
    case .keepAlive: keepAlives += 1
    case .windowProbe: windowProbes += 1
    }
    switch fate {
    case .delivered: delivered += 1
    case .lost: lost += 1
    case .unknown: unknown += 1
    case .beyond: beyond += 1
    }
  }
}
