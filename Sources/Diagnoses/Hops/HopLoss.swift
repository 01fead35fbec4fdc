internal import Correlation
internal import Wire

/// What one flow lost on one hop, counted in packets as the wire has them.
struct HopLoss {
  /// What tells that it was lost.
  enum Witness: Equatable {
    /// Captures on both sides.
    case bothSides
    /// A capture behind it: gaps that a later transmission filled.
    case gaps
    /// A capture before it: what was sent again after the receiver had asked for it.
    case requests
  }

  let sees: Witness
  let fromOpener: Bool
  /// nil before the first captured place, and past the last.
  let near: Place?
  let far: Place?
  /// Packets that set out, and those of them that were lost.
  let sent: Int
  let lost: Int
  /// The pieces in which they set out: a stack hands its card several packets as one (TSO, GSO).
  let pieces: Int
  /// Ranges of bytes that were lost, however often.
  let ranges: Int
  /// Of the lost ones: whose bytes their sender sent again.
  let resent: Int
  /// Uninterrupted series of losses.
  let runs: Int
  /// Losses that followed a packet that was slower than three in four; nil where the hop's delay hardly varies.
  let afterSlow: Int?
  let examples: [RecordReference]
  /// The last of all, which the examples may not reach.
  let last: RecordReference?
  /// Where the bytes of the first example come again.
  let repair: RecordReference?
}

extension HopLoss {
  static let most = 10

  init?(_ crossings: HopCrossings, _ story: FlowStory) {
    let data = crossings.all.lazy.filter { $0.length > 0 }
    let lost = Array(data.filter { $0.outcome == .lost })
    guard let first = lost.first, let far = crossings.hop.far else { return nil }
    sees = .bothSides
    fromOpener = crossings.hop.fromOpener
    near = crossings.hop.near
    self.far = far
    let limit = max(1, crossings.limit ?? 1_460)
    let starts = Starts(data, within: lost)
    sent = data.filter { $0.outcome != .unknown }.reduce(0) { $0 + Self.packets($1.length, limit) }
    self.lost = lost.reduce(0) { $0 + max(1, Self.packets($1.missing, limit)) }
    pieces = lost.count
    ranges = Set(lost.map(\.start)).count
    resent = lost.filter(starts.isResent).count
    runs =
      data.reduce(into: (count: 0, isOpen: false)) { series, crossing in
        let isLost = crossing.outcome == .lost
        if isLost, !series.isOpen { series.count += 1 }
        series.isOpen = isLost
      }.count
    afterSlow = Self.afterSlow(data, crossings.hop, story)
    examples = lost.prefix(Self.most).map(\.at)
    last = lost.last?.at
    repair = data.first { $0.at > first.at && $0.carries(first.start) }?.at
  }

  private static func packets(_ bytes: Int64, _ limit: Int64) -> Int { Int((bytes + limit - 1) / limit) }

  /// A queue that is full drops its tail: what came just before it was let in waited longest.
  private static func afterSlow(_ data: some Collection<Crossing>, _ hop: Hop, _ story: FlowStory) -> Int? {
    guard let far = hop.far else { return nil }
    let never = Int64.max
    var arrived = [Int64](repeating: never, count: story.tracks[hop.near.vantage].records.count)
    let track = story.tracks[far.vantage]
    for (index, link) in track.upstream.enumerated() {
      guard let to = link.to, to.vantage == hop.near.vantage, arrived[to.index] == never else { continue }
      arrived[to.index] = track.records[index].time &- story[to].time
    }
    let delays = data.lazy.map { arrived[$0.at.index] }.filter { $0 != never }.sorted()
    guard delays.count >= 20, let least = delays.first else { return nil }
    let slow = delays[delays.count * 3 / 4]
    // Below, it is the noise of the stamps.
    guard slow &- least >= 1_000_000 else { return nil }
    var count = 0
    var latest: Int64?
    for crossing in data {
      if crossing.outcome == .lost, let latest, latest >= slow { count += 1 }
      let delay = arrived[crossing.at.index]
      if delay != never { latest = delay }
    }
    return count
  }

  /// Where the bytes of a direction set out, for telling what was sent again.
  private struct Starts {
    private let sorted: [(start: Int64, index: Int)]

    /// - Parameter lost: those that will be asked for.
    init(_ data: some Collection<Crossing>, within lost: [Crossing]) {
      let wanted = RangeSet(lost.map { $0.start..<$0.end })
      sorted = data.lazy.filter { wanted.contains($0.start) }.map { ($0.start, $0.at.index) }.sorted { $0 < $1 }
    }

    /// Whether a later segment begins within this one.
    func isResent(_ crossing: Crossing) -> Bool {
      var low = 0
      var high = sorted.count
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle].start < crossing.start { low = middle + 1 } else { high = middle }
      }
      return sorted[low...].prefix { $0.start < crossing.end }.contains { $0.index > crossing.at.index }
    }
  }
}
