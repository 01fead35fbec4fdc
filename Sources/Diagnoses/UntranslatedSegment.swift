internal import CaseModel
internal import Correlation
internal import Wire

/// A segment that went through an address translator untouched, the RST that it drew, and what that RST did.
struct UntranslatedSegment {
  /// Where it came to the translator under the name it has there; nil where that side was not captured.
  var entered: RecordReference?
  /// Its frames under a name that the flow does not have there, in path order; never empty.
  var strays: [RecordReference]
  /// Where it was sent, if it was seen leaving its sender.
  var sent: RecordReference?
  /// The RST's frames, from its sender on.
  var resets: [RecordReference]
  /// The first segment of the RST's sender that its peer refused afterwards.
  var sentOn: RecordReference?
  /// The peer's refusal (a RST) and how the other end saw it, in path order.
  var refusals: [RecordReference]
  /// The peer went on sending after the RST as if nothing had happened.
  var survived: Bool
  var standing: TrackedWindow.Standing
  /// A segment that was translated as usual afterwards, or within a second before: the translator still knew the flow.
  var stillTranslated: RecordReference?

  /// The vantage where it is seen on both sides of the translator.
  var translator: Int? {
    guard let entered, strays.contains(where: { $0.vantage == entered.vantage }) else { return nil }
    return entered.vantage
  }
}

/// Finds them in one flow's story.
struct UntranslatedSegments {
  private let story: FlowStory
  private let names: PlaceNames
  /// More in one flow than these say nothing new.
  private static let most = 8
  private static let second: Int64 = 1_000_000_000

  init(_ story: FlowStory, _ names: PlaceNames) {
    self.story = story
    self.names = names
  }

  func all() -> [UntranslatedSegment] {
    guard story.flow.transport == 6, story.flow.aliases.count > 1 else { return [] }
    var groups: [[RecordReference]] = []
    for (vantage, track) in story.tracks.enumerated() {
      var closing = Closing()
      for index in track.records.indices {
        let reference = RecordReference(vantage: vantage, index: index)
        guard names.isStray(reference) else {
          closing.pass(track.records[index])
          continue
        }
        guard !closing.isOver, isCandidate(track.records[index]) else { continue }
        if let group = groups.firstIndex(where: { isSame(reference, $0) }) {
          groups[group].append(reference)
        } else if groups.count < Self.most {
          groups.append([reference])
        }
      }
    }
    return groups.compactMap(incident)
  }

  private func isCandidate(_ record: Record) -> Bool {
    record.flags.contains(.ack) && !record.flags.contains(.rst) && !record.bits.contains(.icmpError)
  }

  /// Once an end has reset or both have closed, a stray is only an echo of a connection that is gone.
  private struct Closing {
    private var closed = DirectionPair(fromOpener: false, fromAcceptor: false)
    private var wasReset = false
    var isOver: Bool { wasReset || (closed.fromOpener && closed.fromAcceptor) }

    mutating func pass(_ record: Record) {
      guard !record.bits.contains(.icmpError) else { return }
      if record.flags.contains(.rst) { wasReset = true }
      if record.flags.contains(.fin) { closed[record.isFromOpener] = true }
    }
  }

  private func isSame(_ reference: RecordReference, _ group: [RecordReference]) -> Bool {
    guard let first = group.first, story.isSamePacket(story[first], story[reference]) else { return false }
    return (story.elapsed(from: first, to: reference)?.magnitude ?? 0) <= UInt64(Self.second)
  }

  private func incident(_ strays: [RecordReference]) -> UntranslatedSegment? {
    let sender = strays.first.map { story[$0].isFromOpener } ?? false
    let ordered = firstAtEachVantage(strays).sorted {
      (story.rank($0.vantage, fromOpener: sender), $0) < (story.rank($1.vantage, fromOpener: sender), $1)
    }
    guard let nearestSender = ordered.first, let nearestReceiver = ordered.last else { return nil }
    let entered = entrance(nearestSender)
    let resets = resets(answering: nearestReceiver, sender: sender)
    let after = aftermath(resets, sender: sender)
    return UntranslatedSegment(
      entered: entered, strays: ordered, sent: entered.flatMap(departure) ?? departure(nearestSender), resets: resets,
      sentOn: after.sentOn, refusals: after.refusals, survived: after.survived,
      standing: standing(entered ?? nearestSender), stillTranslated: stillTranslated(nearestSender))
  }

  private func firstAtEachVantage(_ references: [RecordReference]) -> [RecordReference] {
    var seen: Set<Int> = []
    return references.filter { seen.insert($0.vantage).inserted }
  }

  /// The latest frame before the stray, at the same vantage and of the same content, under the flow's own name there.
  private func entrance(_ stray: RecordReference) -> RecordReference? {
    story.alike(stray, at: stray.vantage).last {
      $0.index < stray.index && !names.isStray($0)
        && (story.elapsed(from: $0, to: stray)?.magnitude ?? 0) <= UInt64(Self.second)
    }
  }

  /// The frame that left its sender for this one: by its link, if that is near enough in time to be of this copy.
  private func departure(_ reference: RecordReference) -> RecordReference? {
    guard let to = story.tracks[reference.vantage].upstream[reference.index].to, to.vantage != reference.vantage,
      let elapsed = story.elapsed(from: to, to: reference), elapsed.magnitude <= UInt64(Self.second)
    else { return nil }
    return to
  }

  /// A segment for which there is no connection draws a RST whose sequence number is the one it acknowledged
  /// (RFC 9293, 3.5.2, group 1, and 3.10.7.1).
  private func resets(answering stray: RecordReference, sender: Bool) -> [RecordReference] {
    let track = story.tracks[stray.vantage]
    let acknowledged = story[stray].acknowledged
    for index in (stray.index + 1)..<max(stray.index + 1, track.records.count) {
      let record = track.records[index]
      let reference = RecordReference(vantage: stray.vantage, index: index)
      guard record.isFromOpener != sender, record.flags.contains(.rst), record.position == acknowledged,
        names.isStray(reference), !record.bits.contains(.icmpError)
      else { continue }
      return story.sightings(of: reference).sorted {
        (story.rank($0.vantage, fromOpener: !sender), $0) < (story.rank($1.vantage, fromOpener: !sender), $1)
      }
    }
    return []
  }

  private func aftermath(
    _ resets: [RecordReference], sender: Bool
  ) -> (sentOn: RecordReference?, refusals: [RecordReference], survived: Bool) {
    guard let arrival = resets.last else { return (nil, [], false) }
    let track = story.tracks[arrival.vantage]
    var sentOn: RecordReference?
    var survived = false
    for index in (arrival.index + 1)..<max(arrival.index + 1, track.records.count) {
      let record = track.records[index]
      let reference = RecordReference(vantage: arrival.vantage, index: index)
      guard !record.bits.contains(.icmpError) else { continue }
      if record.isFromOpener != sender {
        if !record.flags.contains(.rst) { sentOn = sentOn ?? reference }
      } else if record.flags.contains(.rst) {
        let seen = story.sightings(of: reference).sorted {
          (story.rank($0.vantage, fromOpener: sender), $0) < (story.rank($1.vantage, fromOpener: sender), $1)
        }
        return (sentOn, seen, false)
      } else if (story.elapsed(from: arrival, to: reference) ?? 0) > Self.second {
        survived = true
      }
    }
    return (sentOn, [], survived)
  }

  private func standing(_ reference: RecordReference) -> TrackedWindow.Standing {
    var window = TrackedWindow(scales: story.flow.windowScales)
    let track = story.tracks[reference.vantage]
    for index in 0..<reference.index where !names.isStray(RecordReference(vantage: reference.vantage, index: index)) {
      window.pass(track.records[index])
    }
    return window.standing(of: track.records[reference.index])
  }

  /// Only a live entry of the translator renames: one that had expired could not.
  private func stillTranslated(_ stray: RecordReference) -> RecordReference? {
    let track = story.tracks[stray.vantage]
    let place = { (index: Int) in (track.records[index].direction, track.records[index].interface) }
    let sender = story[stray].isFromOpener
    func isTranslated(_ index: Int) -> Bool {
      let record = track.records[index]
      return record.isFromOpener == sender && !record.bits.contains(.icmpError)
        && place(index) == place(stray.index)
        && !names.isStray(RecordReference(vantage: stray.vantage, index: index))
    }
    let later = ((stray.index + 1)..<max(stray.index + 1, track.records.count)).first(where: isTranslated)
    if let later { return RecordReference(vantage: stray.vantage, index: later) }
    guard let earlier = (0..<stray.index).last(where: isTranslated),
      story[stray].time &- track.records[earlier].time <= Self.second
    else { return nil }
    return RecordReference(vantage: stray.vantage, index: earlier)
  }
}
