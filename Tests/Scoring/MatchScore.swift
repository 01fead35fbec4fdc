internal import Correlation
internal import Traffic
internal import Wire

/// How well packets were matched, against the truth.
public struct MatchScore: Sendable {
  /// Records whose first byte was seen at a place before, by that place's capture. Tunnels' own packets do not count: offload cuts
  /// and merges those, too, and they have no numbers of their own.
  public var matchable = 0
  public var matched = 0
  public var matchableBytes: Int64 = 0
  public var matchedBytes: Int64 = 0
  /// Links, and wrong ones among them, by class: unique, ordinal, probable.
  public var links = [0, 0, 0]
  public var wrong = [0, 0, 0]
  /// Links to the right packet, but not at the nearest place that shows it.
  public var farther = 0
  /// Times by which something arrives no later than it was sent, by links of the classes unique and ordinal.
  public var violations = 0
  /// The first few wrong ones, in words.
  public var examples: [String] = []

  /// The first few that were not matched though they could be, in words.
  public var missed: [String] = []

  public init() {}

  public var allWrong: Int { wrong.reduce(0, +) }
  public var wrongShare: Double { share(allWrong, links.reduce(0, +)) }
  public var wrongUniqueShare: Double { share(wrong[0], links[0]) }
  public var matchedShare: Double { share(matched, matchable) }
  public var matchedBytesShare: Double { matchableBytes == 0 ? 1 : Double(matchedBytes) / Double(matchableBytes) }

  private func share(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

  public static func += (sum: inout Self, other: Self) {
    sum.matchable += other.matchable
    sum.matched += other.matched
    sum.matchableBytes += other.matchableBytes
    sum.matchedBytes += other.matchedBytes
    for place in 0..<3 {
      sum.links[place] += other.links[place]
      sum.wrong[place] += other.wrong[place]
    }
    sum.farther += other.farther
    sum.violations += other.violations
    sum.examples = Array((sum.examples + other.examples).prefix(8))
    sum.missed = Array((sum.missed + other.missed).prefix(8))
  }
}

extension CapturedCase {
  /// - Parameter counts: which connections count; the others' wrong links count all the same.
  public func matchScore(counts: (Int) -> Bool = { _ in true }) -> MatchScore {
    var score = MatchScore()
    for story in stories {
      for vantage in story.tracks.indices { add(story, vantage, &score, counts) }
    }
    return score
  }

  private func add(_ story: FlowStory, _ vantage: Int, _ score: inout MatchScore, _ counts: (Int) -> Bool) {
    let track = story.tracks[vantage]
    for (index, record) in track.records.enumerated() {
      guard let sighting = sighting(record, at: vantage) else { continue }
      let isOuter = isOuter(story, sighting)
      let truth = trueUpstream(sighting, isOuter: isOuter)
      let link = track.upstream[index]
      let isCounted = counts(Int(recording.sightings[Int(sighting)].connection))
      if truth != nil, isCounted, !isOuter {
        score.matchable += 1
        score.matchableBytes += Int64(record.length)
      }
      if truth != nil, link.to == nil, isCounted, !isOuter, score.missed.count < 8 {
        score.missed.append(words(story, vantage, record, link, nil, truth))
      }
      guard let to = link.to, let place = Self.place(link.match) else { continue }
      score.links[place] += 1
      let linked = self.sighting(story[to], at: to.vantage)
      if let linked, linked == truth || recording.isAncestor(linked, of: sighting) {
        if linked != truth { score.farther += 1 }
        if isCounted, truth != nil, !isOuter {
          score.matched += 1
          score.matchedBytes += Int64(record.length)
        }
      } else {
        score.wrong[place] += 1
        if score.examples.count < 8 { score.examples.append(words(story, vantage, record, link, linked, truth)) }
      }
      if place < 2, let sent = story.tracks[to.vantage].times[to.index], let seen = track.times[index], sent >= seen {
        score.violations += 1
      }
    }
  }

  /// A frame in a tunnel may be told twice: as what the nodes sent each other, and as what is inside.
  private func isOuter(_ story: FlowStory, _ sighting: Int32) -> Bool {
    guard recording.tap(sighting).tunnel != nil, story.flow.transport == 17 else { return false }
    let connection = recording.connections[Int(recording.sightings[Int(sighting)].connection)]
    if case .tcp = connection.traffic { return true }
    return story.flow.aliases.contains { $0.acceptor.port == 4_789 || $0.opener.port == 4_789 }
  }

  private func trueUpstream(_ sighting: Int32, isOuter: Bool) -> Int32? {
    guard let upstream = recording.upstream(of: sighting) else { return nil }
    return isOuter && recording.tap(upstream).tunnel == nil ? nil : upstream
  }

  private static func place(_ match: MatchClass) -> Int? {
    switch match {
    case .none: nil
    case .unique: 0
    case .ordinal: 1
    case .probable: 2
    }
  }

  private func words(
    _ story: FlowStory, _ vantage: Int, _ record: Record, _ link: Link, _ linked: Int32?, _ truth: Int32?
  ) -> String {
    func told(_ sighting: Int32?) -> String {
      guard let sighting else { return "nothing" }
      let seen = recording.sightings[Int(sighting)]
      return
        "connection \(seen.connection) tap \(seen.tap) start \(seen.start) length \(seen.length) at \((seen.time - Recording.epoch) / 1_000) us"
    }
    let place = timeline.vantages[vantage].name
    return
      "\(story.flow.name) \(place) frame \(record.frame) flags \(record.flags.rawValue) (\(told(sighting(record, at: vantage)))) \(link.match): is \(told(linked)), should be \(told(truth))"
  }
}
