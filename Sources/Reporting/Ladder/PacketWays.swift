internal import CaseModel
internal import Correlation
internal import Diagnoses

/// The ways that a story's packets took, each from its first sighting to where it was seen last.
struct PacketWays {
  private let story: FlowStory
  /// Whether a record is seen again further on.
  private let goesOn: [[Bool]]

  /// No path of links is longer than this; a loop in them would be.
  private static let longest = 64
  /// What is seen that much later is another copy of the packet, not the same on its way.
  private static let patience: Int64 = 1_000_000_000

  init(_ story: FlowStory) {
    self.story = story
    goesOn = Self.continuations(story)
  }

  /// Every way of a packet, sender first, to where it was seen last, or was last seen before it was lost.
  func each(_ body: ([RecordReference]) -> Void) {
    for vantage in story.tracks.indices {
      let track = story.tracks[vantage]
      for index in track.records.indices where !goesOn[vantage][index] || track.fates[index] == .lost {
        body(way(to: RecordReference(vantage: vantage, index: index)))
      }
    }
  }

  /// When a way began, case time in nanoseconds; nil where no clock on it is known.
  func time(_ way: [RecordReference]) -> Int64? {
    way.lazy.compactMap { story.tracks[$0.vantage].times[$0.index]?.nanoseconds }.first
  }

  /// What a way's first frame repeats, where that was seen too long before to be the same packet: the frame, and how long before.
  func original(of root: RecordReference) -> (frame: RecordReference, delay: Int64)? {
    guard let link = story.tracks[root.vantage].upstream[root.index].to,
      let delay = Self.delay(from: link, to: root, story), delay > Self.patience
    else { return nil }
    return (link, delay)
  }

  private func way(to end: RecordReference) -> [RecordReference] {
    var way = [end]
    while way.count < Self.longest, let last = way.last, let next = Self.before(last, story) { way.append(next) }
    return way.reversed()
  }

  /// Where the same packet was seen before, unless that was too long ago for it to have been under way.
  private static func before(_ reference: RecordReference, _ story: FlowStory) -> RecordReference? {
    guard let link = story.tracks[reference.vantage].upstream[reference.index].to else { return nil }
    return delay(from: link, to: reference, story).map { $0 > patience } ?? false ? nil : link
  }

  private static func delay(from a: RecordReference, to b: RecordReference, _ story: FlowStory) -> Int64? {
    guard let start = story.tracks[a.vantage].times[a.index], let end = story.tracks[b.vantage].times[b.index] else {
      return nil
    }
    return end.since(start)
  }

  private static func continuations(_ story: FlowStory) -> [[Bool]] {
    var goesOn = story.tracks.map { [Bool](repeating: false, count: $0.records.count) }
    for (vantage, track) in story.tracks.enumerated() {
      for index in track.records.indices {
        if let to = before(RecordReference(vantage: vantage, index: index), story) {
          goesOn[to.vantage][to.index] = true
        }
      }
    }
    return goesOn
  }
}
