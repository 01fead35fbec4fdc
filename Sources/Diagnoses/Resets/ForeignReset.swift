internal import Alignment
internal import CaseModel
internal import Correlation
internal import Wire

/// A RST in an end's name that did not come from that end, as far as the captures tell.
///
/// Who sent a RST is told by where it was seen first: a place nearer its claimed sender that shows all other packets of that end
/// and not this one is behind who made it. Where nobody captured there its hop count tells: what an end sent has been forwarded as
/// often as its other packets, and a RST that never was forwarded was made on this side of the next router.
struct ForeignReset {
  struct Signs {
    /// A place nearer the sender shows everything else of it: by the same capture, or by another that ran on.
    var isAbsentBefore = false
    /// The same, but that capture holds nothing later, so that it may have ended.
    var isPerhapsAbsentBefore = false
    /// It carries the hop count that a stack starts with, and nothing else of that end does here.
    var isUnforwarded = false
    /// Its hop count differs by two or more from all else of that end.
    var hasOtherDistance = false
    /// It acknowledges nothing and has no number, where that end numbers its packets: a stack answered that held no such connection
    /// (RFC 9293, 3.10.7.1; Linux, tcp_v4_send_reset), though that end had not closed it.
    var isOfNoConnection = false

    var weight: Int {
      (isAbsentBefore ? 2 : isPerhapsAbsentBefore ? 1 : 0) + (isUnforwarded ? 2 : hasOtherDistance ? 1 : 0)
    }
  }

  /// Where it was seen first, and everywhere, on its way.
  var reset: RecordReference
  var sightings: [RecordReference]
  /// The segment that it answers, nearest to whom it answers last: as far as that got.
  var drew: [RecordReference]
  var signs: Signs
  var silence: IdleSilence?
  /// Hop counts: its own, and the nearest of the end's other packets there.
  var hops: (own: UInt8, others: UInt8?)
  /// A segment of the claimed sender after it: it knows nothing of the RST.
  var sentOn: RecordReference?
  /// And bytes from where the RST stands on: they were not overtaken by it, but sent later.
  var isSentOnBehind: Bool
  /// Its receiver had acknowledged more than where it stands: it answers a segment that came out of its time.
  var isStale: Bool
  /// Between which vantages it was made, in the direction of what it answers; or of the RST where it answers nothing.
  var location: (from: Int?, to: Int?)

  private static let second: Int64 = 1_000_000_000
  /// Resets looked at in one flow.
  private static let looks = 8

  static func all(_ story: FlowStory, _ names: PlaceNames, _ vantages: [Vantage]) -> [ForeignReset] {
    guard story.flow.transport == 6, story.hasReset else { return [] }
    var seen: Set<RecordReference> = []
    var found: [ForeignReset] = []
    for (vantage, track) in story.tracks.enumerated() {
      for index in track.records.indices.lazy.filter({ isReset(track.records[$0]) }).prefix(looks) {
        let reference = RecordReference(vantage: vantage, index: index)
        guard !seen.contains(reference), !names.isStray(reference) else { continue }
        let sightings = sorted(story.sightings(of: reference), story)
        seen.formUnion(sightings)
        if let first = sightings.first, let reset = ForeignReset(first, sightings, story, names, vantages) {
          found.append(reset)
        }
      }
    }
    return found
  }

  private init?(
    _ reset: RecordReference, _ sightings: [RecordReference], _ story: FlowStory, _ names: PlaceNames,
    _ vantages: [Vantage]
  ) {
    let record = story[reset]
    // What answers a SYN is a refusal, and after a FIN an end may reset what it likes.
    guard Self.isOpenConnection(story, before: reset) else { return nil }
    self.reset = reset
    self.sightings = sightings
    let own = story.tracks[reset.vantage].records
    let place = Place(record, at: reset.vantage)
    let others = own.indices.filter { index in
      own[index].isFromOpener == record.isFromOpener && own[index].isSegment && !own[index].flags.contains(.rst)
        && Place(own[index], at: reset.vantage) == place
        && !names.isStray(RecordReference(vantage: reset.vantage, index: index))
    }
    let path = story.paths[record.isFromOpener]
    let previous = path.firstIndex(of: place).flatMap { $0 > 0 ? path[$0 - 1] : nil }
    hops = (record.timeToLive, Self.nearestHops(own, others, record.timeToLive))
    signs = Self.signs(reset, others, previous, story, vantages)
    let cause = Self.cause(of: reset, story)
    drew = cause.map { Self.sorted(story.sightings(of: $0), story) } ?? []
    silence = cause.flatMap { IdleSilence(before: $0, story) }
    sentOn = own.indices.first { $0 > reset.index && others.contains($0) }.map {
      RecordReference(vantage: reset.vantage, index: $0)
    }
    isSentOnBehind = own.indices.contains {
      $0 > reset.index && others.contains($0) && own[$0].length > 0 && own[$0].position >= record.position
        && own[$0].time &- record.time >= 1_000_000
    }
    isStale = own[..<reset.index].contains {
      $0.isSegment && $0.isFromOpener != record.isFromOpener && $0.acknowledged > record.position
    }
    if let last = drew.last {
      let way = story.paths[!record.isFromOpener]
      let next = way.firstIndex(of: Place(story[last], at: last.vantage)).flatMap { way[($0 + 1)...].first }
      location = (last.vantage, next?.vantage)
    } else {
      location = (previous?.vantage, reset.vantage)
    }
  }

  private static func isReset(_ record: Record) -> Bool { record.flags.contains(.rst) && record.isSegment }

  private static func sorted(_ references: [RecordReference], _ story: FlowStory) -> [RecordReference] {
    func rank(_ reference: RecordReference) -> Int {
      let record = story[reference]
      return story.paths[record.isFromOpener].firstIndex(of: Place(record, at: reference.vantage)) ?? Int.max
    }
    return references.sorted { (rank($0), $0) < (rank($1), $1) }
  }

  /// The claimed sender had spoken beyond its SYN, or the handshake was complete, and neither end had closed; RSTs of a pair, one to
  /// each end, close nothing.
  private static func isOpenConnection(_ story: FlowStory, before reset: RecordReference) -> Bool {
    let fromOpener = story[reset].isFromOpener
    var (hasSpoken, hasAnswered) = (false, false)
    for record in story.tracks[reset.vantage].records[..<reset.index] where record.isSegment {
      if record.flags.contains(.fin) { return false }
      if record.flags.contains(.rst) {
        guard record.isFromOpener != fromOpener else { return false }
        continue
      }
      if record.flags.contains(.syn) {
        hasAnswered = hasAnswered || !record.isFromOpener
      } else if record.isFromOpener == fromOpener || (hasAnswered && record.isFromOpener) {
        hasSpoken = true
      }
    }
    return hasSpoken
  }
}

// MARK: - Signs

extension ForeignReset {
  private static let stackHops: Set<UInt8> = [64, 128, 255]

  private static func signs(
    _ reset: RecordReference, _ others: [Int], _ previous: Place?, _ story: FlowStory, _ vantages: [Vantage]
  ) -> Signs {
    var signs = Signs()
    let track = story.tracks[reset.vantage]
    let own = track.records[reset.index].timeToLive
    guard !others.isEmpty else { return signs }
    if let previous, track.upstream[reset.index].to == nil {
      let tied = others.count { track.upstream[$0].to != nil }
      if tied * 20 >= others.count * 19, vantages[previous.vantage].health.isWhole {
        let ran = previous.vantage == reset.vantage || ranOn(previous.vantage, past: reset, story, vantages)
        signs.isAbsentBefore = ran
        signs.isPerhapsAbsentBefore = !ran
      }
    }
    let distances = others.map { track.records[$0].timeToLive }
    signs.isUnforwarded = stackHops.contains(own) && distances.allSatisfy { !stackHops.contains($0) && $0 < own }
    signs.hasOtherDistance = distances.allSatisfy { max($0, own) - min($0, own) >= 2 }
    signs.isOfNoConnection = isOfNoConnection(track.records, reset.index, others)
    // One or two other packets of that end say too little, unless place and hop count agree.
    return others.count >= 3 || (signs.isAbsentBefore && signs.isUnforwarded) ? signs : Signs()
  }

  /// Only of openers: a server that lost its connection has a kind of its own. Not beside an abort, after which what still comes is
  /// refused so; and only where it ended the connection.
  private static func isOfNoConnection(_ records: Records, _ reset: Int, _ others: [Int]) -> Bool {
    let record = records[reset]
    guard record.isFromOpener, !record.flags.contains(.ack), record.identification == 0,
      others.count(where: { records[$0].identification != 0 }) * 20 >= others.count * 19
    else { return false }
    return !records.contains { $0.isFromOpener && $0.flags.isSuperset(of: [.rst, .ack]) }
      && !records[reset...].contains { !$0.isFromOpener && $0.isSegment && !$0.flags.contains(.rst) }
  }

  /// Whether a capture holds anything later than a moment by more than the clocks may be off.
  private static func ranOn(
    _ vantage: Int, past reset: RecordReference, _ story: FlowStory, _ vantages: [Vantage]
  ) -> Bool {
    guard let time = story.time(reset), let clock = vantages[vantage].clock, let last = vantages[vantage].health.last,
      let slack = vantages.bound(vantage, reset.vantage)
    else { return false }
    return clock.caseTime(unfolded: last).nanoseconds &- time > slack
  }

  private static func nearestHops(_ records: Records, _ others: [Int], _ own: UInt8) -> UInt8? {
    others.map { records[$0].timeToLive }.min { max($0, own) - min($0, own) < max($1, own) - min($1, own) }
  }

  /// The segment that drew it: the latest one of the other side whose acknowledgment is where the RST stands
  /// (RFC 9293, 3.10.7.1), not long before.
  private static func cause(of reset: RecordReference, _ story: FlowStory) -> RecordReference? {
    let records = story.tracks[reset.vantage].records
    let record = records[reset.index]
    for index in (0..<reset.index).reversed() {
      let other = records[index]
      guard record.time &- other.time <= 2 * second else { return nil }
      if other.isSegment, other.isFromOpener != record.isFromOpener, other.flags.contains(.ack),
        !other.flags.contains(.syn), other.acknowledged == record.position
      {
        return RecordReference(vantage: reset.vantage, index: index)
      }
    }
    return nil
  }
}
