internal import Correlation

/// What a flow lost on a hop where that alone tells nothing of sizes: too little, or not repeated for long enough before a capture
/// ended. Beside others that do tell, it is the same loss if it fits their sizes.
struct FewLosses {
  let hop: Hop
  /// Payload bytes of the largest packet that passed, 0 where none did.
  let largestPassed: Int64
  /// Payload bytes of the smallest packet that did not.
  let smallestLost: Int64
  let lost: [RecordReference]

  /// One per hop of a direction that is captured on both sides and lost data.
  static func all(_ story: FlowStory, _ places: PathPlaces, fromOpener: Bool) -> [Self] {
    Hop.all(story).filter { $0.fromOpener == fromOpener && $0.far != nil }.compactMap {
      Self(HopCrossings($0, story, places))
    }
  }

  private init?(_ crossings: HopCrossings) {
    let lost = crossings.all.filter { $0.outcome == .lost && $0.length > 0 }
    guard let smallest = lost.map(\.size).min() else { return nil }
    hop = crossings.hop
    largestPassed = crossings.all.lazy.filter { $0.outcome == .passed }.map(\.size).max() ?? 0
    smallestLost = smallest
    self.lost = lost.map(\.at)
  }
}
