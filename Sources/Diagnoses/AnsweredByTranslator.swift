internal import CaseModel
internal import Correlation
internal import Wire

/// A RST that a translator's own host sent in the name of the end behind it, to a segment that it did not pass on.
struct AnsweredByTranslator {
  /// The segment as it came to the translator's host.
  var segment: RecordReference
  /// The RST where it left that host.
  var reset: RecordReference
  /// The RST where it arrived, if it was seen there.
  var arrival: RecordReference?
  /// A later segment of the real end, which knows nothing of the RST, at the translator's host.
  var sentOn: RecordReference?
  /// The last segment of the real end, where it sends.
  var lastSent: RecordReference?
  /// How many segments the real end sent past the translator after the RST, and how many of them the other end's vantage shows.
  var sentOnCount: Int
  var arrivedCount: Int?
  /// The vantage behind the translator that shows neither; nil where nobody captured there.
  var behind: Int?
  /// The RST's hop count is a fresh one and higher than that of the segments forwarded in the same name.
  var isOfThisHost: Bool
  /// The segment came just before; else a late copy of one that had arrived long before drew the RST.
  var isDirect: Bool
  /// It has fewer hops behind it than the segments that come in the same name.
  var isOfNearerHost: Bool
  var standing: TrackedWindow.Standing
}

/// Finds them in one flow's story.
///
/// A segment that connection tracking calls INVALID keeps the address that it came with. Under masquerading that is the
/// translator's own, so it is not forwarded but delivered to the host's own stack, which has no such connection and answers
/// with a RST whose sequence number is the one acknowledged (RFC 9293, 3.10.7.1).
struct AnsweringTranslators {
  private let story: FlowStory
  private let names: PlaceNames
  private let vantages: [Vantage]
  private static let second: Int64 = 1_000_000_000
  private static let most = 8
  /// Resets looked at in one vantage: a flood of them says nothing new.
  private static let looks = 64

  init(_ story: FlowStory, _ names: PlaceNames, _ vantages: [Vantage]) {
    self.story = story
    self.names = names
    self.vantages = vantages
  }

  func all() -> [AnsweredByTranslator] {
    guard story.flow.transport == 6 else { return [] }
    var found: [AnsweredByTranslator] = []
    for (vantage, track) in story.tracks.enumerated() {
      for index in track.records.indices.lazy.filter({ track.records[$0].flags.contains(.rst) }).prefix(Self.looks) {
        guard found.count < Self.most else { return found }
        let reset = RecordReference(vantage: vantage, index: index)
        guard !found.contains(where: { story.isSamePacket(story[$0.reset], story[reset]) }) else { continue }
        if let answer = answer(reset) { found.append(answer) }
      }
    }
    return found
  }

  private func answer(_ reset: RecordReference) -> AnsweredByTranslator? {
    let sender = story[reset].isFromOpener
    guard !names.isStray(reset), !story[reset].bits.contains(.icmpError), let segment = cause(of: reset) else {
      return nil
    }
    let standing = standing(segment, before: reset)
    let isDirect = story[reset].time &- story[segment].time <= Self.second
    let later = later(after: reset, sender: sender)
    let behind = translated(behind: reset, sender: sender)
    let (isFresh, isNearer) = (isFresh(reset), isNearer(reset))
    guard standing != .inside, isDirect || (behind != nil && isNearer) else { return nil }
    if let behind {
      // What left long before may have arrived, and a copy of it come late.
      guard !isSeen(reset, at: behind), !isDirect || !isSeen(segment, at: behind), isRecording(behind, around: reset)
      else {
        return nil
      }
    } else {
      // Nobody looked behind it: only a hop count that is this host's own tells, of an end that goes on sending.
      guard isFresh, isNearer, !later.isEmpty, !isSeenNearerSender(reset, sender: sender) else { return nil }
    }
    let beyond = beyond(reset, sender: sender)
    return AnsweredByTranslator(
      segment: segment, reset: reset, arrival: beyond, sentOn: later.first,
      lastSent: behind.flatMap { last(at: $0, sender: sender, after: reset) },
      sentOnCount: later.count,
      arrivedCount: beyond.map { self.later(after: $0, sender: sender).count }, behind: behind,
      isOfThisHost: isFresh && isNearer, isDirect: isDirect, isOfNearerHost: isNearer, standing: standing)
  }

  private func isSeenNearerSender(_ reset: RecordReference, sender: Bool) -> Bool {
    let own = story.rank(reset.vantage, fromOpener: sender)
    return story.tracks.indices.contains { story.rank($0, fromOpener: sender) < own && isSeen(reset, at: $0) }
  }

  /// The segment that drew the RST: the latest one of the other side that acknowledges exactly where the RST stands. Without an
  /// ACK of its own such a RST is the answer of a stack that knows no connection (RFC 9293, 3.10.7.1), and that segment may have
  /// been on its way for long.
  private func cause(of reset: RecordReference) -> RecordReference? {
    let track = story.tracks[reset.vantage]
    let record = story[reset]
    guard !record.flags.contains(.ack) else { return nil }
    let index = (0..<reset.index).last {
      let other = track.records[$0]
      return other.isFromOpener != record.isFromOpener && other.flags.contains(.ack) && !other.flags.contains(.rst)
        && !other.flags.contains(.syn) && other.acknowledged == record.position && !other.bits.contains(.icmpError)
    }
    return index.map { RecordReference(vantage: reset.vantage, index: $0) }
  }

  /// The next vantage towards the RST's claimed sender, where the flow has another name.
  private func translated(behind reset: RecordReference, sender: Bool) -> Int? {
    let own = story.rank(reset.vantage, fromOpener: sender)
    let nearer = story.tracks.indices.filter { story.rank($0, fromOpener: sender) < own }
      .max { story.rank($0, fromOpener: sender) < story.rank($1, fromOpener: sender) }
    guard let nearer, let here = names.regular(reset),
      let index = story.tracks[nearer].records.firstIndex(where: { $0.isFromOpener == sender }),
      let there = names.regular(RecordReference(vantage: nearer, index: index)),
      (here.opener, here.acceptor) != (there.opener, there.acceptor)
    else { return nil }
    return nearer
  }

  private func isSeen(_ reference: RecordReference, at vantage: Int) -> Bool {
    story.alike(reference, at: vantage).contains { candidate in
      let link = story.tracks[vantage].upstream[candidate.index].to
      if link == reference { return true }
      guard let elapsed = story.elapsed(from: reference, to: candidate) else { return true }
      let slack = vantages.bound(reference.vantage, vantage) ?? .max
      return Int64(clamping: elapsed.magnitude) &- Self.second / 4 <= slack
    }
  }

  /// Absence means something only while that capture was running, however wrong its clock is.
  private func isRecording(_ vantage: Int, around reference: RecordReference) -> Bool {
    guard let time = story.time(reference), let slack = vantages.bound(reference.vantage, vantage) else { return false }
    let times = story.tracks[vantage].times.lazy.compactMap(\.?.nanoseconds)
    guard let first = times.first, let last = times.last else { return false }
    return time &- first >= slack && last &- time >= slack
  }

  private func beyond(_ reset: RecordReference, sender: Bool) -> RecordReference? {
    let own = story.rank(reset.vantage, fromOpener: sender)
    return story.sightings(of: reset).filter {
      story.rank($0.vantage, fromOpener: sender) > own && $0.vantage != reset.vantage
    }
    .max { story.rank($0.vantage, fromOpener: sender) < story.rank($1.vantage, fromOpener: sender) }
  }

  private func later(after reset: RecordReference, sender: Bool) -> [RecordReference] {
    let track = story.tracks[reset.vantage]
    return ((reset.index + 1)..<max(reset.index + 1, track.records.count)).lazy
      .filter {
        track.records[$0].isFromOpener == sender && !track.records[$0].flags.contains(.rst)
          && !track.records[$0].bits.contains(.icmpError)
      }
      .map { RecordReference(vantage: reset.vantage, index: $0) }
  }

  private func last(at vantage: Int, sender: Bool, after reset: RecordReference) -> RecordReference? {
    let track = story.tracks[vantage]
    let index = track.records.lastIndex { $0.isFromOpener == sender && !$0.bits.contains(.icmpError) }
    guard let index, let slack = vantages.bound(reset.vantage, vantage) else { return nil }
    let latest = RecordReference(vantage: vantage, index: index)
    return story.elapsed(from: reset, to: latest).flatMap { $0 > slack ? latest : nil }
  }

  /// Stacks start at 64, 128 or 255 hops.
  private func isFresh(_ reset: RecordReference) -> Bool { [64, 128, 255].contains(story[reset].timeToLive) }

  /// What was forwarded in the same name has fewer hops left.
  private func isNearer(_ reset: RecordReference) -> Bool {
    let record = story[reset]
    let place = Place(record, at: reset.vantage)
    let forwarded = story.tracks[reset.vantage].records.lazy.filter {
      $0.isFromOpener == record.isFromOpener && !$0.flags.contains(.rst) && !$0.bits.contains(.icmpError)
        && Place($0, at: reset.vantage) == place
    }.map(\.timeToLive)
    return !forwarded.isEmpty && forwarded.allSatisfy { $0 < record.timeToLive }
  }

  /// Where the segment stood when it drew the RST: what had passed by then counts, also where the segment left long before.
  private func standing(_ segment: RecordReference, before reset: RecordReference) -> TrackedWindow.Standing {
    var window = TrackedWindow(scales: story.flow.windowScales)
    let track = story.tracks[segment.vantage]
    for index in 0..<reset.index
    where index != segment.index && !names.isStray(RecordReference(vantage: segment.vantage, index: index)) {
      window.pass(track.records[index])
    }
    return window.standing(of: track.records[segment.index])
  }
}
