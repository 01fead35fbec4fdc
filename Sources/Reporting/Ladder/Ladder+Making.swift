internal import Alignment
internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Wire

extension Ladder {
  /// - Parameters:
  ///   - findings: whose citations are marked, those of this connection.
  ///   - most: packets drawn; the others are counted.
  init(_ story: FlowStory, _ scene: Scene, findings: [JudgedFinding], most: Int = 40) {
    let stops = PathStop.all(story, scene.timeline)
    let maker = LadderMaker(story, scene, stops: stops, findings: findings)
    var chosen = maker.chosen(most: most)
    var (folds, few) = maker.folds(around: chosen)
    if !few.isEmpty {
      chosen = maker.sorted(chosen + few)
      folds = maker.folds(around: chosen).folds
    }
    var rows: [Row] = []
    for (index, way) in chosen.enumerated() {
      if !folds[index].isEmpty || folds[index].isSilence { rows.append(.fold(folds[index])) }
      rows.append(.passage(way.passage))
    }
    if let last = folds.last, !last.isEmpty { rows.append(.fold(last)) }
    let first = chosen.first?.passage.sightings.first.map { stops[$0.stop].vantage }
    self.init(
      flow: story.flow.name, stops: stops, rows: rows,
      origin: chosen.lazy.compactMap { $0.time.map(CaseTime.init(nanoseconds:)) }.first,
      apart: stops.map { stop in
        first.flatMap { scene.timeline.vantages.bound($0, stop.vantage) }.map(Double.init) ?? 0
      })
  }
}

extension Ladder.Fold {
  /// A time without a packet that is worth a line of its own.
  fileprivate var isSilence: Bool { length.map { $0 >= 1_000_000_000 } ?? false }
}

/// A packet's way with what orders and chooses it.
private struct Way {
  var passage: Passage
  let root: RecordReference
  let end: RecordReference
  let rank: Int
  /// Case time of the first sighting that has one, nanoseconds.
  let time: Int64?
}

private struct LadderMaker {
  private let story: FlowStory
  private let timeline: Timeline
  private let stopOf: [Int: Int]
  private let notes: FrameNotes
  private let ways: PacketWays
  private let sendings: [[Sending]]
  private let isIPv6: Bool
  private let origins: DirectionPair<Int64>

  /// A fold takes the room of so many packets.
  private static let few = 2

  init(_ story: FlowStory, _ scene: Scene, stops: [PathStop], findings: [JudgedFinding]) {
    self.story = story
    timeline = scene.timeline
    stopOf = Dictionary(stops.enumerated().map { ($1.vantage, $0) }, uniquingKeysWith: { first, _ in first })
    notes = FrameNotes(findings, story, scene.timeline)
    ways = PacketWays(story)
    sendings = story.sendings()
    origins = DirectionPair(fromOpener: story.firstPosition(true), fromAcceptor: story.firstPosition(false))
    isIPv6 = story.flow.aliases.first?.opener.address.isIPv6 ?? false
  }

  // MARK: choosing

  /// In order of time.
  func chosen(most: Int) -> [Way] {
    let telling = TellingRecords(story, sendings, cited: notes.frames)
    var chosen: [Way] = []
    var places: [Key: Int] = [:]
    var others: [[RecordReference]] = []
    var isMore = false
    ways.each { chain in
      guard let rank = chain.lazy.compactMap({ telling.ranks[$0] }).min() else {
        if others.count < most { others.append(chain) } else { isMore = true }
        return
      }
      guard let way = way(chain, rank) else { return }
      // Pieces of one packet that fared alike, as the sender's card cut it up, are told once.
      let key = Key(root: way.root, ending: way.passage.ending, stop: way.end.vantage)
      if let known = places[key], !way.passage.isCited {
        chosen[known].passage.pieces += 1
      } else {
        places[key] = chosen.count
        chosen.append(way)
      }
    }
    // A short story is told whole.
    if !isMore, chosen.count + others.count <= most {
      chosen += others.compactMap { way($0, TellingRecords.least) }
    }
    guard chosen.count > most else { return sorted(chosen) }
    let best = chosen.indices.sorted { (chosen[$0].rank, $0) < (chosen[$1].rank, $1) }.prefix(most)
    return sorted(best.map { chosen[$0] })
  }

  private struct Key: Hashable {
    let root: RecordReference
    let ending: Passage.Ending
    let stop: Int
  }

  func sorted(_ ways: [Way]) -> [Way] {
    ways.sorted { a, b in (a.time ?? .max, a.root, a.end) < (b.time ?? .max, b.root, b.end) }
  }

  // MARK: counting

  /// What lies before each of these, and behind the last; and the packets of folds that hold one or two, which may as well be drawn.
  func folds(around chosen: [Way]) -> (folds: [Ladder.Fold], few: [Way]) {
    let times = chosen.map { $0.time ?? .max }
    let drawn = Set(chosen.map(\.root))
    var folds = [Ladder.Fold](repeating: Ladder.Fold(), count: chosen.count + 1)
    var held = [[[RecordReference]]](repeating: [], count: chosen.count + 1)
    ways.each { chain in
      guard let root = chain.first, let end = chain.last, !drawn.contains(root) else { return }
      let place = times.partitioningIndex { $0 > ways.time(chain) ?? .max }
      folds[place].packets[story[root].isFromOpener] += 1
      if held[place].count <= Self.few { held[place].append(chain) }
      switch story.tracks[end.vantage].fates[end.index] {
      case .lost: folds[place].lost += 1
      case .unknown: folds[place].unknown += 1
      case .delivered, .beyond: break
      }
    }
    for index in chosen.indices.dropFirst() {
      guard let start = chosen[index - 1].time, let stop = chosen[index].time else { continue }
      folds[index].length = max(0, stop &- start)
    }
    let few = held.filter { (1...Self.few).contains($0.count) }.flatMap { $0 }.prefix(Self.few * 8)
    return (folds, few.compactMap { way($0, TellingRecords.least) })
  }

  // MARK: telling

  private func way(_ chain: [RecordReference], _ rank: Int) -> Way? {
    guard let root = chain.first, let end = chain.last else { return nil }
    let record = story[root]
    let sending = sendings[root.vantage][root.index]
    let passage = Passage(
      fromOpener: record.isFromOpener, kind: PacketWords.kind(record),
      label: PacketWords.label(record, sending, isIPv6: isIPv6, from: origins), sightings: chain.compactMap(sighting),
      ending: ending(end), isRetransmission: sending.isRetransmission,
      header: PacketWords.header(record, scale: story.flow.windowScales?[record.isFromOpener]),
      original: original(of: root))
    return passage.sightings.isEmpty
      ? nil : Way(passage: passage, root: root, end: end, rank: rank, time: ways.time(chain))
  }

  /// `a copy of s 65, 4.00 s later`.
  private func original(of root: RecordReference) -> String? {
    ways.original(of: root).map { frame, delay in
      let name = timeline.vantages[frame.vantage].name
      return "a copy of \(name) \(story[frame].frame), \(Wording.duration(nanoseconds: delay)) later"
    }
  }

  private func sighting(_ reference: RecordReference) -> Sighting? {
    guard let stop = stopOf[reference.vantage] else { return nil }
    let record = story[reference]
    let vantage = timeline.vantages[reference.vantage]
    let alias = story.flow.aliases.indices.contains(Int(record.alias)) ? story.flow.aliases[Int(record.alias)] : nil
    let names = alias.map { record.isFromOpener ? ($0.opener, $0.acceptor) : ($0.acceptor, $0.opener) }
    return Sighting(
      stop: stop, frame: Int(record.frame),
      file: vantage.files.indices.contains(Int(record.file)) ? vantage.files[Int(record.file)] : vantage.name.text,
      time: story.tracks[reference.vantage].times[reference.index],
      bound: vantage.clock?.bound(unfolded: HostTime(nanoseconds: record.time)) ?? 0,
      source: names.map { "\($0.0)" } ?? "?", destination: names.map { "\($0.1)" } ?? "?",
      isStray: alias?.nature == .stray && !record.bits.contains(.icmpError),
      isInTunnel: record.bits.contains(.inTunnel), timeToLive: record.timeToLive, says: notes[reference])
  }

  private func ending(_ end: RecordReference) -> Passage.Ending {
    let fate = story.tracks[end.vantage].fates[end.index]
    guard fate == .lost || fate == .unknown, let next = nextStop(after: end) else { return .arrived }
    return fate == .lost ? .lost(toward: next) : .unknown(toward: next)
  }

  /// Where the path goes on after the place where a record was seen.
  private func nextStop(after end: RecordReference) -> Int? {
    let record = story[end]
    let path = story.paths[record.isFromOpener]
    let here = Place(record, at: end.vantage)
    guard let at = path.firstIndex(of: here) ?? path.lastIndex(where: { $0.vantage == end.vantage }) else { return nil }
    return path[(at + 1)...].lazy.compactMap { stopOf[$0.vantage] }.first
  }

}

extension FlowStory {
  /// Where a direction begins: its SYN has 0. What was taken up in the middle is counted from the lowest byte that was seen.
  fileprivate func firstPosition(_ fromOpener: Bool) -> Int64 {
    guard !flow.sawOpening else { return 0 }
    let positions = tracks.lazy.flatMap(\.records).filter {
      $0.isFromOpener == fromOpener && $0.isSegment && $0.length > 0
    }.map(\.position)
    return min(0, (positions.min() ?? 0) &- 1)
  }
}

extension [Int64] {
  /// The first place where a condition holds that holds for all behind it.
  fileprivate func partitioningIndex(where holds: (Int64) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
