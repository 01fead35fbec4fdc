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
  /// The vantage behind the translator that shows neither.
  var behind: Int?
  /// The RST's hop count is a fresh one and higher than that of the segments forwarded in the same name.
  var isOfThisHost: Bool
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
  private static let second: Int64 = 1_000_000_000
  private static let most = 8
  /// Resets looked at in one vantage: a flood of them says nothing new.
  private static let looks = 64

  init(_ story: FlowStory, _ names: PlaceNames) {
    self.story = story
    self.names = names
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
    guard !names.isStray(reset), !story[reset].bits.contains(.icmpError), let segment = cause(of: reset),
      let behind = translated(behind: reset, sender: sender),
      !isSeen(reset, at: behind), !isSeen(segment, at: behind), isRecording(behind, around: reset)
    else { return nil }
    let standing = standing(segment)
    guard standing != .inside else { return nil }
    let beyond = beyond(reset, sender: sender)
    let later = later(after: reset, sender: sender)
    return AnsweredByTranslator(
      segment: segment, reset: reset, arrival: beyond, sentOn: later.first,
      lastSent: last(at: behind, sender: sender, after: reset),
      sentOnCount: later.count,
      arrivedCount: beyond.map { self.later(after: $0, sender: sender).count }, behind: behind,
      isOfThisHost: isFresh(reset), standing: standing)
  }

  /// The segment that drew the RST: the latest one of the other side that acknowledges exactly where the RST stands.
  private func cause(of reset: RecordReference) -> RecordReference? {
    let track = story.tracks[reset.vantage]
    let record = story[reset]
    for index in (0..<reset.index).reversed() {
      let other = track.records[index]
      guard record.time &- other.time <= Self.second else { return nil }
      if other.isFromOpener != record.isFromOpener, other.flags.contains(.ack), !other.flags.contains(.rst),
        !other.flags.contains(.syn), other.acknowledged == record.position, !other.bits.contains(.icmpError)
      {
        return RecordReference(vantage: reset.vantage, index: index)
      }
    }
    return nil
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
      return (story.elapsed(from: reference, to: candidate)?.magnitude ?? 0) <= UInt64(Self.second / 4)
    }
  }

  /// Absence means something only while that capture was running.
  private func isRecording(_ vantage: Int, around reference: RecordReference) -> Bool {
    guard let time = story.time(reference) else { return false }
    let times = story.tracks[vantage].times.lazy.compactMap(\.?.nanoseconds)
    guard let first = times.first, let last = times.last else { return false }
    return first <= time && time <= last
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
    return index.map { RecordReference(vantage: vantage, index: $0) }.flatMap {
      (story.elapsed(from: reset, to: $0) ?? 0) > 0 ? $0 : nil
    }
  }

  /// Stacks start at 64, 128 or 255 hops; what was forwarded in the same name has fewer left.
  private func isFresh(_ reset: RecordReference) -> Bool {
    let record = story[reset]
    guard [64, 128, 255].contains(record.timeToLive) else { return false }
    let forwarded = story.tracks[reset.vantage].records.lazy
      .filter { $0.isFromOpener == record.isFromOpener && !$0.flags.contains(.rst) }.map(\.timeToLive)
    return forwarded.allSatisfy { $0 < record.timeToLive }
  }

  private func standing(_ segment: RecordReference) -> TrackedWindow.Standing {
    var window = TrackedWindow(scales: story.flow.windowScales)
    let track = story.tracks[segment.vantage]
    for index in 0..<segment.index where !names.isStray(RecordReference(vantage: segment.vantage, index: index)) {
      window.pass(track.records[index])
    }
    return window.standing(of: track.records[segment.index])
  }
}
