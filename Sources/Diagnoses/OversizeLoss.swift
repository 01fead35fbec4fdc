internal import CaseModel
internal import Correlation
internal import Wire

/// Whether a story can hold lost bytes at all: what most stories are asked first.
enum UnrepairedData {
  /// Data that did not reach the next place, or that no vantage shows acknowledged.
  static func isSuspected(_ story: FlowStory) -> Bool {
    var sent = DirectionPair<Int64>(fromOpener: 0, fromAcceptor: 0)
    var acknowledged = DirectionPair<Int64>(fromOpener: 0, fromAcceptor: 0)
    for track in story.tracks {
      for (index, record) in track.records.enumerated() where record.isSegment && !record.flags.contains(.rst) {
        if record.length > 0, track.fates[index] == .lost { return true }
        if record.length > 0 {
          sent[record.isFromOpener] = max(sent[record.isFromOpener], record.position &+ record.sequenceLength)
        }
        acknowledged[!record.isFromOpener] = max(acknowledged[!record.isFromOpener], record.acknowledged)
      }
    }
    return sent.fromOpener > acknowledged.fromOpener || sent.fromAcceptor > acknowledged.fromAcceptor
  }
}

/// What one direction of a flow lost for its size alone, and where.
struct OversizeLoss {
  /// What tells that it was lost.
  enum Witness: Equatable {
    /// Captures on both sides of the hop.
    case bothSides
    /// A capture before it, and what the receiver acknowledged.
    case acknowledgments
    /// A capture behind it: bytes that never came, of a stream that went on.
    case hole
  }

  let fromOpener: Bool
  let sees: Witness
  let near: Place?
  let far: Place?
  /// Payload bytes.
  let largestPassed: Int64
  let smallestLost: Int64
  /// Bytes of IP and TCP header in front of that payload.
  let headers: Int64
  let lost: [RecordReference]
  let rounds: Int
  let largest: RecordReference?
  let passedBetween: [RecordReference]
  let repaired: RecordReference?
  /// The receiver's maximum segment size.
  let offered: UInt16?
  /// The SYN that offered it, where it set out.
  let offer: RecordReference?
  let isIPv6: Bool
  /// The frame that shows most plainly what was lost.
  let witness: RecordReference
  let mayBeFragmented: Bool
  let errors: [RecordReference]
  let toldMTU: UInt32?
  let toldSender: Bool
  /// The receiver did not answer to what came behind the missing bytes; it was only heard from, still waiting for them.
  let isOnlyHeard: Bool
  let certainty: FindingRecord.Certainty

  var isInTunnel: Bool { near?.isInTunnel ?? far?.isInTunnel ?? false }

  func location(_ scene: Scene) -> Location {
    Location(
      from: near.map { scene.timeline.vantages[$0.vantage].name },
      to: far.map { scene.timeline.vantages[$0.vantage].name })
  }

  /// Packets of this size pass every link (RFC 8200, 5) or nearly every one (RFC 1122, 3.3.3): what is lost below is lost for
  /// another reason.
  private static func least(_ isIPv6: Bool) -> Int64 { isIPv6 ? 1_280 : 576 }
}

extension OversizeLoss {
  init?(_ story: FlowStory, _ places: PathPlaces, fromOpener: Bool) {
    let hops = Hop.all(story).filter { $0.fromOpener == fromOpener }
    let seen = hops.filter { $0.far != nil }.compactMap { Self(story, HopCrossings($0, story, places), .bothSides) }
    let best = seen.max { ($0.certainty, $0.lost.count) < ($1.certainty, $1.lost.count) }
    if let best {
      self = best
      return
    }
    guard let first = hops.first, let last = hops.last else { return nil }
    if let beyond = Self(story, HopCrossings(last, story, places).judgedByAcknowledgments(story), .acknowledgments) {
      self = beyond
    } else if let hole = UnfilledHole(story, first, places), let loss = Self(story, hole) {
      self = loss
    } else {
      return nil
    }
  }

  private init?(_ story: FlowStory, _ crossings: HopCrossings, _ sees: Witness) {
    guard let threshold = SizeThreshold(crossings.all), let first = threshold.lost.first else { return nil }
    let record = story[first.at]
    let errors = Self.errors(story, fromOpener: crossings.hop.fromOpener)
    isIPv6 = Self.isIPv6(story, record)
    headers = Self.headers(record, isIPv6)
    guard threshold.smallestLost + headers > Self.least(isIPv6) else { return nil }
    // Path MTU discovery that works: told, and then through.
    if threshold.repaired != nil, !errors.isEmpty { return nil }
    let answers = sees == .acknowledgments ? Self.duplicateAcknowledgments(story, crossings, threshold) : []
    let heard = sees == .acknowledgments && answers.isEmpty ? Self.laterSegments(story, crossings, threshold) : []
    guard let certainty = Self.certainty(threshold, sees, answers: answers.count, heard: heard.count) else {
      return nil
    }
    self.certainty = certainty
    isOnlyHeard = !heard.isEmpty
    self.sees = sees
    self.errors = errors
    fromOpener = crossings.hop.fromOpener
    near = crossings.hop.near
    far = crossings.hop.far
    largestPassed = threshold.largestPassed
    smallestLost = threshold.smallestLost
    lost = threshold.lost.map(\.at)
    rounds = threshold.rounds
    largest = threshold.passed.max { ($0.size, $1.at) < ($1.size, $0.at) }?.at
    passedBetween = sees == .acknowledgments ? answers + heard : threshold.passedBetween.map(\.at)
    repaired = threshold.repaired?.at
    offered = story.flow.segmentLimits[!crossings.hop.fromOpener]
    offer = Self.offer(story, byOpener: !crossings.hop.fromOpener)
    witness = first.at
    mayBeFragmented = !isIPv6 && !record.bits.contains(.dontFragment)
    toldMTU = errors.map { story[$0].icmpMTU }.filter { $0 > 0 }.min()
    toldSender = Self.toldSender(errors, story, crossings.hop.fromOpener)
  }

  /// Lost three times is more than a queue that overflowed or path MTU discovery that had to be told.
  private static func certainty(
    _ threshold: SizeThreshold, _ sees: Witness, answers: Int, heard: Int
  ) -> FindingRecord.Certainty? {
    guard threshold.lost.count >= 3, threshold.rounds >= 2 else { return nil }
    if threshold.repaired != nil, threshold.rounds < 3 { return nil }
    if sees == .acknowledgments {
      guard threshold.rounds >= 3, answers > 0 else { return threshold.rounds >= 4 && heard > 0 ? .possible : nil }
      let isLikely = threshold.rounds >= 4 && threshold.chance <= 1e-2 && !threshold.largePassedBefore
      return isLikely ? .probable : .possible
    }
    guard threshold.rounds >= 3, !threshold.passedBetween.isEmpty else { return .possible }
    if threshold.largePassedBefore {
      return threshold.lost.count >= 5 && threshold.chance <= 1e-4 ? .probable : .possible
    }
    guard threshold.chance <= 1e-2 else { return .possible }
    let isSure = threshold.chance <= 1e-4 && threshold.segments >= 2 && threshold.repaired == nil
    return isSure ? .proven : .probable
  }

  /// Acknowledgments that repeat the edge after something was sent behind it: what arrives out of order draws one at once
  /// (RFC 5681, 4.2).
  private static func duplicateAcknowledgments(
    _ story: FlowStory, _ crossings: HopCrossings, _ threshold: SizeThreshold
  ) -> [RecordReference] {
    guard let first = threshold.lost.first else { return [] }
    let hop = crossings.hop
    let track = story.tracks[hop.near.vantage]
    let behind = crossings.all.filter { $0.length > 0 && $0.outcome == .unknown && $0.at.index > first.at.index }
    var answers: [RecordReference] = []
    var next = 0
    var latest: Int64?
    for index in track.records.indices.dropFirst(first.at.index + 1) {
      while next < behind.count, behind[next].at.index < index {
        latest = story[behind[next].at].time
        next += 1
      }
      let record = track.records[index]
      guard let latest, record.isFromOpener != hop.fromOpener, record.isSegment, record.isPureAcknowledgment,
        first.carries(record.acknowledged), record.time &- latest <= second
      else { continue }
      answers.append(RecordReference(vantage: hop.near.vantage, index: index))
    }
    return answers
  }

  /// What came of the receiver after the same bytes had been sent three times, and does not acknowledge them.
  private static func laterSegments(
    _ story: FlowStory, _ crossings: HopCrossings, _ threshold: SizeThreshold
  ) -> [RecordReference] {
    guard let first = threshold.lost.first else { return [] }
    let copies = threshold.lost.filter { $0.carries(first.start) }
    guard copies.count >= 3 else { return [] }
    let records = story.tracks[crossings.hop.near.vantage].records
    return records.indices.dropFirst(copies[2].at.index + 1).filter {
      records[$0].isFromOpener != crossings.hop.fromOpener && records[$0].isSegment && records[$0].window > 0
        && !records[$0].flags.contains(.rst) && first.carries(records[$0].acknowledged)
    }.map { RecordReference(vantage: crossings.hop.near.vantage, index: $0) }
  }

  private static var second: Int64 { 1_000_000_000 }
}

// MARK: - Seen from behind

extension OversizeLoss {
  private init?(_ story: FlowStory, _ hole: UnfilledHole) {
    let record = story[hole.behind]
    isIPv6 = Self.isIPv6(story, record)
    headers = Self.headers(record, isIPv6)
    let smallest = min(hole.length, hole.limit ?? .max)
    guard smallest > hole.largestPassed, smallest + headers > Self.least(isIPv6) else { return nil }
    errors = Self.errors(story, fromOpener: hole.hop.fromOpener)
    certainty = .possible
    sees = .hole
    fromOpener = hole.hop.fromOpener
    near = nil
    far = hole.hop.near
    largestPassed = hole.largestPassed
    smallestLost = smallest
    lost = []
    rounds = 0
    largest = hole.largest
    passedBetween = hole.later
    repaired = nil
    offered = story.flow.segmentLimits[!hole.hop.fromOpener]
    offer = Self.offer(story, byOpener: !hole.hop.fromOpener)
    witness = hole.behind
    mayBeFragmented = !isIPv6 && !record.bits.contains(.dontFragment)
    toldMTU = errors.map { story[$0].icmpMTU }.filter { $0 > 0 }.min()
    toldSender = false
    isOnlyHeard = false
  }
}

// MARK: - What packets say of it

extension OversizeLoss {
  private static func isIPv6(_ story: FlowStory, _ record: Record) -> Bool {
    let aliases = story.flow.aliases
    return aliases.indices.contains(Int(record.alias)) && aliases[Int(record.alias)].opener.address.isIPv6
  }

  private static func headers(_ record: Record, _ isIPv6: Bool) -> Int64 {
    (isIPv6 ? 40 : 20) + 20 + (record.bits.contains(.hasTimestamps) ? 12 : 0)
  }

  /// Messages that a packet of this direction was too big (RFC 792, type 3 code 4; RFC 4443, type 2).
  private static func errors(_ story: FlowStory, fromOpener: Bool) -> [RecordReference] {
    story.tracks.indices.flatMap { vantage in
      story.tracks[vantage].records.indices.filter {
        let record = story.tracks[vantage].records[$0]
        guard record.bits.contains(.icmpError), record.isFromOpener != fromOpener else { return false }
        return isIPv6(story, record) ? record.icmpType == 2 : record.icmpType == 3 && record.icmpCode == 4
      }.map { RecordReference(vantage: vantage, index: $0) }
    }
  }

  private static func offer(_ story: FlowStory, byOpener: Bool) -> RecordReference? {
    guard let place = story.paths[byOpener].first else { return nil }
    return story.tracks[place.vantage].records.firstIndex {
      $0.flags.contains(.syn) && $0.isFromOpener == byOpener && $0.isSegment
    }.map { RecordReference(vantage: place.vantage, index: $0) }
  }

  private static func toldSender(_ errors: [RecordReference], _ story: FlowStory, _ fromOpener: Bool) -> Bool {
    guard let first = story.paths[fromOpener].first else { return false }
    return errors.contains { $0.vantage == first.vantage }
  }
}

/// Bytes that never came to the first place that was captured, while the stream went on behind them and the receiver waited for
/// them.
struct UnfilledHole {
  let hop: Hop
  let length: Int64
  /// The first frame behind the hole.
  let behind: RecordReference
  /// Frames of the sender after that: it lives, and so does the path.
  let later: [RecordReference]
  let largestPassed: Int64
  let largest: RecordReference?
  let limit: Int64?

  /// A sender repeats what was lost after its retransmission timeout, doubled each time (RFC 6298, 5): in this time some four
  /// times.
  private static let patience: Int64 = 3_000_000_000

  init?(_ story: FlowStory, _ first: Hop, _ places: PathPlaces) {
    let crossings = HopCrossings(first, story, places)
    let track = story.tracks[first.near.vantage]
    let answers = track.records.lazy.filter {
      $0.isFromOpener != first.fromOpener && $0.isSegment && !$0.flags.contains(.rst)
    }
    guard let edge = answers.map(\.acknowledged).max(), edge >= 0 else { return nil }
    let data = crossings.all.lazy.filter { $0.length > 0 }
    guard !data.contains(where: { $0.carries(edge) }),
      let next = data.filter({ $0.start > edge }).min(by: { ($0.start, $0.at) < ($1.start, $1.at) }),
      let behind = data.filter({ $0.start > edge }).min(by: { $0.at < $1.at })
    else { return nil }
    let later = crossings.all.filter {
      $0.at.index > behind.at.index && story[$0.at].time &- story[behind.at].time > Self.patience
    }
    guard !later.isEmpty, Self.isTaken(behind, edge, story, first) else { return nil }
    hop = first
    length = next.start &- edge
    self.behind = behind.at
    self.later = later.map(\.at)
    let largest = data.max { ($0.size, $1.at) < ($1.size, $0.at) }
    largestPassed = largest?.size ?? 0
    self.largest = largest?.at
    limit = crossings.limit
  }

  /// Whether the receiver took what lies behind the hole, and did not only refuse a stray segment from beyond its window
  /// (RFC 9293, 3.10.7.4): it acknowledges selectively then (RFC 2018, 4), unless it never does. Segments in a row are no strays.
  private static func isTaken(_ behind: Crossing, _ edge: Int64, _ story: FlowStory, _ hop: Hop) -> Bool {
    let records = story.tracks[hop.near.vantage].records
    let answers = records.lazy.filter { $0.isFromOpener != hop.fromOpener && $0.isSegment && $0.flags.contains(.ack) }
    if let scale = story.flow.windowScales?[!hop.fromOpener] {
      let window = answers.filter { !$0.flags.contains(.syn) }.map { Int64($0.window) << Int64(scale) }.max() ?? 0
      guard behind.end &- edge <= window else { return false }
    }
    let repeats = records[behind.at.index...].filter {
      $0.isFromOpener != hop.fromOpener && $0.isPureAcknowledgment && $0.acknowledged == edge
    }
    let isFollowed = records[behind.at.index...].contains {
      $0.isFromOpener == hop.fromOpener && $0.length > 0 && $0.position == behind.end
    }
    return isFollowed || repeats.isEmpty || repeats.contains { $0.acknowledgesSelectively ?? true }
  }
}
