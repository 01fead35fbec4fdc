/// Ties what numbers alone could not tell apart, by time: each to the latest sender's copy that could have arrived by then, in
/// order. Those that follow each other closely leave enough copies for the rest, and stay as they are where their number says it
/// all; those that stand far apart are known by their times alone. What would have been under way for much longer than others is tied to
/// nothing: its sender's copy was not captured.
struct Settlement {
  let tracks: [Records]
  let clocks: VantageClocks
  /// Nanoseconds by which a packet may seem faster than the fastest: two clocks wander within the capture.
  private func slack(_ from: Int, _ to: Int) -> Int64 { clocks.hosts[from] == clocks.hosts[to] ? 0 : 20_000 }

  func settle(_ match: inout FlowMatch) {
    var ranges: [UInt64: DelayRange] = [:]
    for group in match.unsettled {
      let key = Mix.pair(UInt32(group.from), UInt32(group.to))
      let range = ranges[key] ?? DelayRange(delays(match, group.from, group.to) { $0 == .unique })
      ranges[key] = range
      tie(group, least: range.least ?? -clocks.bound(group.from, group.to), &match)
    }
    match.unsettled = []
    for to in match.links.indices {
      untieImplausible(&match, to)
      doubtUnstamped(&match, to)
    }
  }

  /// Without timestamps a copy that one capture missed and the next one, which the other missed, look like one packet. What came
  /// before it was sent is none; what would have been held up for very long is probable at best.
  private func doubtUnstamped(_ match: inout FlowMatch, _ to: Int) {
    var latest: [UInt16: Int64] = [:]
    for (index, link) in match.links[to].enumerated() where link.match == .unique {
      let record = tracks[to][index]
      guard record.isSegment, !record.bits.contains(.hasTimestamps), let delay = delay(link, index, to) else {
        continue
      }
      let from = Int(link.vantage)
      let most = latest[link.vantage] ?? usualDelay(match, from, to) &+ DelayRange.patience
      latest[link.vantage] = most
      if delay < -clocks.bound(from, to) &- slack(from, to) {
        match.links[to][index] = .none
      } else if delay > most {
        match.links[to][index].match = .probable
      }
    }
  }

  /// The median over a thousand packets that were told apart without the clocks.
  private func usualDelay(_ match: FlowMatch, _ from: Int, _ to: Int) -> Int64 {
    let links = match.links[to]
    let some = stride(from: 0, to: links.count, by: max(1, links.count / 1_024)).compactMap { index in
      links[index].match == .unique && Int(links[index].vantage) == from ? delay(links[index], index, to) : nil
    }.sorted()
    return some.isEmpty ? .max / 2 : some[some.count / 2]
  }

  /// Of the links between two vantages with such matches; none where clocks are not known to each other.
  private func delays(
    _ match: FlowMatch, _ from: Int, _ to: Int, of isMeant: @escaping (MatchClass) -> Bool
  ) -> some Sequence<Int64> {
    match.links[to].lazy.enumerated().compactMap { index, link in
      guard Int(link.vantage) == from, isMeant(link.match) else { return nil }
      return delay(link, index, to)
    }
  }

  private func delay(_ link: StoredLink, _ index: Int, _ to: Int) -> Int64? {
    guard !tracks[to][index].bits.contains(.icmpError) else { return nil }
    let from = Int(link.vantage)
    return clocks.delay(tracks[from][Int(link.index)], at: from, tracks[to][index], at: to)
  }

  /// Equal packets whose copies were missed at either end are counted wrong: what was under way for much longer than others, or
  /// shorter than the fastest, is not what it was tied to. But bytes that came before and come once more, though they were sent
  /// once, may have been held up for ever so long.
  private func untieImplausible(_ match: inout FlowMatch, _ to: Int) {
    var ranges: [UInt16: DelayRange] = [:]
    var claimed: ClaimedTwice?
    for (index, link) in match.links[to].enumerated() where link.match.isDoubtful {
      guard let delay = delay(link, index, to) else { continue }
      let from = Int(link.vantage)
      let range =
        ranges[link.vantage]
        ?? DelayRange(
          delays(match, from, to) { $0 == .unique }, all: Array(delays(match, from, to) { $0 != .none }))
      ranges[link.vantage] = range
      if range.allows(delay, slack: slack(from, to)) { continue }
      let known = claimed ?? ClaimedTwice(match.links[to], tracks)
      claimed = known
      if tracks[to][index].isDivisible, known.holds(link) { continue }
      match.links[to][index] = .none
    }
  }

  private func tie(_ group: FlowMatch.Unsettled, least: Int64, _ match: inout FlowMatch) {
    let (ups, downs) = (group.records.ups, group.records.downs)
    let isSparse = isSparse(group)
    if ups.count == downs.count, !isSparse { return }
    let slack = slack(group.from, group.to)
    func fits(_ up: Int, _ down: Int32) -> Bool {
      let (sent, seen) = (tracks[group.from][Int(ups[up])], tracks[group.to][Int(down)])
      guard let delay = clocks.delay(sent, at: group.from, seen, at: group.to) else { return false }
      return delay >= least &- slack
    }
    var next = 0
    for (number, down) in downs.enumerated() {
      let last = isSparse ? ups.count - 1 : max(next, ups.count - (downs.count - number))
      var chosen: Int?
      var at = next
      while at < ups.count, at <= last, fits(at, down) {
        chosen = at
        at += 1
      }
      if let chosen {
        next = chosen + 1
      } else if ups.count < downs.count, next > 0, fits(next - 1, down) {
        // More arrived than were sent: the network, or the sender's capture, made the difference.
        chosen = next - 1
      }
      let before = match.links[group.to][Int(down)]
      match.links[group.to][Int(down)] = .none
      guard let chosen else { continue }
      let up = UInt32(bitPattern: ups[chosen])
      match.links[group.to][Int(down)] = StoredLink(
        index: up, vantage: UInt16(clamping: group.from),
        match: before.match == .ordinal && before.index == up ? .ordinal : .probable)
    }
  }

  /// Whether most of the sender's copies stand so far apart that no two could be taken for each other by the clocks.
  private func isSparse(_ group: FlowMatch.Unsettled) -> Bool {
    let bound = clocks.bound(group.from, group.to)
    let ups = group.records.ups
    guard ups.count > 1, bound < 1 << 40, let down = group.records.downs.first,
      clocks.delay(tracks[group.from][Int(ups[0])], at: group.from, tracks[group.to][Int(down)], at: group.to) != nil
    else { return false }
    let apart = 4 &* (bound &+ DelayRange.leastSpread)
    let far = zip(ups, ups.dropFirst()).count {
      tracks[group.from][Int($1)].time &- tracks[group.from][Int($0)].time > apart
    }
    return far * 2 > ups.count - 1
  }
}

/// Which records several others are tied to in the same way.
private struct ClaimedTwice {
  /// Per vantage, per record: a bit for each class that it is tied in, and another one where that is so again.
  private var marks: [[UInt8]]

  init(_ links: [StoredLink], _ tracks: [Records]) {
    marks = tracks.map { _ in [] }
    for link in links where link.match != .none {
      let (vantage, index, once) = (Int(link.vantage), Int(link.index), Self.once(link))
      if marks[vantage].isEmpty { marks[vantage] = [UInt8](repeating: 0, count: tracks[vantage].count) }
      marks[vantage][index] |= marks[vantage][index] & once != 0 ? once << 4 : once
    }
  }

  func holds(_ link: StoredLink) -> Bool {
    marks[Int(link.vantage)][Int(link.index)] & Self.once(link) << 4 != 0
  }

  private static func once(_ link: StoredLink) -> UInt8 { 1 << link.match.rawValue }
}

/// How long packets of a flow take from one place to another, nanoseconds.
private struct DelayRange {
  private(set) var least: Int64?
  private var most: Int64?

  /// Fewer than these do not tell how long a packet may take.
  private static let enough = 8
  /// Queues hold a packet up for no longer than this, where nothing tells how long they do.
  static let patience: Int64 = 100_000_000
  static let leastSpread: Int64 = 2_000_000

  /// - Parameters:
  ///   - certain: of packets that were told apart without the clocks.
  ///   - all: of others, too; asked for only where those are few.
  init(_ certain: some Sequence<Int64>, all: @autoclosure () -> [Int64] = []) {
    var (count, shortest, longest) = (0, Int64.max, Int64.min)
    for delay in certain {
      count += 1
      (shortest, longest) = (min(shortest, delay), max(longest, delay))
    }
    guard count < Self.enough else {
      least = shortest
      most = longest &+ max(Self.leastSpread, longest &- shortest)
      return
    }
    // A few do not show the fastest.
    if count > 0 { least = shortest &- Self.leastSpread }
    let all = all()
    if !all.isEmpty { most = all.sorted()[all.count / 4] &+ Self.patience }
  }

  func allows(_ delay: Int64, slack: Int64) -> Bool {
    if let least, delay < least &- slack { return false }
    return most.map { delay <= $0 } ?? true
  }
}
