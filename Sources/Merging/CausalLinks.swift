internal import CaseModel
internal import Correlation

/// A frame and the frame that sent its first byte on: it must not come before that.
struct CausalLink: Hashable, Comparable, Sendable {
  var received: FrameReference
  var sent: FrameReference

  init(received: FrameReference, sent: FrameReference) {
    self.received = received
    self.sent = sent
  }

  static func < (a: Self, b: Self) -> Bool { (a.received, a.sent) < (b.received, b.sent) }
}

/// The links that could break the order of cause and effect in a merged capture: few or none.
///
/// A frame comes later than its clock says only behind a frame of its own file or behind its sender. By how much is bounded by how
/// far files go back in themselves and how far links do: a link with more room than that cannot break, and is not kept.
struct CausalLinks {
  private(set) var links: [CausalLink] = []

  /// Files in worse disorder than this (ns) have no order that could be kept.
  private static let most: Int64 = 10_000_000

  /// - Throws: what the workers and the story's storage throw.
  init(_ timeline: Timeline, _ workers: some Workers) throws {
    let disorder = timeline.vantages.map(\.health.disorder).max() ?? 0
    let backwards = try timeline.eachStory(workers) { story in
      var worst: Int64 = 0
      story.eachLink { _, room in worst = max(worst, 0 &- room) }
      return worst
    }
    let worst = max(disorder, backwards.max() ?? 0)
    guard worst > 0 else { return }
    let room = 2 * min(Self.most, worst) + 1_000
    links = try timeline.eachStory(workers) { story in
      var found: [CausalLink] = []
      story.eachLink { link, left in if left <= room { found.append(link) } }
      return found
    }.joined().sorted()
  }
}

extension FlowStory {
  /// Every frame whose sender is known for certain, and by how many nanoseconds it comes after it; at least one is due.
  fileprivate func eachLink(_ body: (CausalLink, Int64) -> Void) {
    for (vantage, track) in tracks.enumerated() {
      for (index, link) in track.upstream.enumerated() {
        guard link.match == .unique || link.match == .ordinal, let to = link.to, let seen = track.times[index],
          let sent = tracks[to.vantage].times[to.index]
        else { continue }
        let link = CausalLink(
          received: FrameReference(track.records[index], vantage), sent: FrameReference(self[to], to.vantage))
        if link.received != link.sent { body(link, seen.since(sent) &- 1) }
      }
    }
  }
}

extension FrameReference: Comparable {
  fileprivate init(_ record: Record, _ vantage: Int) {
    self.init(vantage: vantage, file: Int(record.file), frame: record.frame)
  }

  public static func < (a: Self, b: Self) -> Bool { (a.vantage, a.file, a.frame) < (b.vantage, b.file, b.frame) }
}
