/// Ties what numbers alone could not tell apart, by time: each to the latest sender's copy that could have arrived by then, in
/// order, leaving enough copies for those that follow.
struct Settlement {
  let tracks: [[Record]]
  let clocks: VantageClocks
  /// Nanoseconds by which a packet may seem faster than the fastest: clocks wander within the capture.
  private static let slack: Int64 = 20_000

  func settle(_ match: inout FlowMatch) {
    var fastest: [UInt64: Int64?] = [:]
    for group in match.unsettled {
      let key = Mix.pair(UInt32(group.from), UInt32(group.to))
      if fastest[key] == nil { fastest[key] = leastDelay(match, group.from, group.to) }
      tie(group, least: (fastest[key] ?? nil) ?? -clocks.bound(group.from, group.to), &match)
    }
    match.unsettled = []
  }

  private func leastDelay(_ match: FlowMatch, _ from: Int, _ to: Int) -> Int64? {
    var least: Int64?
    for (index, link) in match.links[to].enumerated() where link.match == .unique && Int(link.vantage) == from {
      guard !tracks[to][index].bits.contains(.icmpError) else { continue }
      guard let delay = clocks.delay(tracks[from][Int(link.index)], at: from, tracks[to][index], at: to) else {
        return nil
      }
      least = min(least ?? delay, delay)
    }
    return least
  }

  private func tie(_ group: FlowMatch.Unsettled, least: Int64, _ match: inout FlowMatch) {
    let (ups, downs) = (group.records.ups, group.records.downs)
    func fits(_ up: Int, _ down: Int32) -> Bool {
      let (sent, seen) = (tracks[group.from][Int(ups[up])], tracks[group.to][Int(down)])
      guard let delay = clocks.delay(sent, at: group.from, seen, at: group.to) else { return false }
      return delay >= least &- Self.slack
    }
    var next = 0
    for (number, down) in downs.enumerated() {
      let last = max(next, ups.count - (downs.count - number))
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
      guard let chosen else { continue }
      match.links[group.to][Int(down)] = StoredLink(
        index: UInt32(bitPattern: ups[chosen]), vantage: UInt16(clamping: group.from), match: .probable)
    }
  }
}
