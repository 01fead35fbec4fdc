internal import Correlation

/// A size above which nothing passes a hop, while everything below it does.
struct SizeThreshold {
  /// Payload bytes of the largest packet that passed; 0 where only bare acknowledgments did.
  let largestPassed: Int64
  /// Payload bytes of the smallest packet, larger than any that passed, that did not.
  let smallestLost: Int64
  /// The transmissions larger than any that passed: all of them lost.
  let lost: [Crossing]
  /// How often the bytes that were sent most often were sent and lost.
  let rounds: Int
  /// Segments of the smallest lost size that the lost bytes make: several cannot be told apart by their content.
  let segments: Int64
  /// Smaller packets that passed, and those of them between the first and the last loss.
  let passed: [Crossing]
  let passedBetween: [Crossing]
  /// The chance that all of them were lost by a loss that does not look at sizes.
  let chance: Double
  /// Larger packets passed before the first loss: the path changed, or it is something else.
  let largePassedBefore: Bool
  /// Where the bytes that were lost most often came through at last, in a smaller packet.
  let repaired: Crossing?

  /// nil where no size divides what passed from what did not.
  init?(_ crossings: [Crossing]) {
    guard let firstLost = crossings.firstIndex(where: { $0.outcome == .lost && $0.length > 0 }) else { return nil }
    if let whole = Self(crossings, from: 0, largePassedBefore: false) {
      self = whole
    } else if let rest = Self(crossings, from: firstLost, largePassedBefore: true) {
      self = rest
    } else {
      return nil
    }
  }

  /// Enough to compute with, of the losses that one flow may have.
  private static let most = 512

  private init?(_ crossings: [Crossing], from begin: Int, largePassedBefore: Bool) {
    let looked = crossings[begin...]
    let largest = looked.lazy.filter { $0.outcome == .passed }.map(\.size).max() ?? 0
    let lost = Array(looked.filter { $0.outcome == .lost && $0.size > largest }.prefix(Self.most))
    guard let first = lost.first, let last = lost.last, let smallest = lost.map(\.size).min(), lost.count > 1 else {
      return nil
    }
    let passed = looked.filter { $0.outcome == .passed }
    largestPassed = largest
    smallestLost = smallest
    self.lost = lost
    self.passed = passed
    self.largePassedBefore = largePassedBefore
    passedBetween = passed.filter { first.at.index < $0.at.index && $0.at.index < last.at.index }
    let repeats = lost.map { one in lost.count { $0.carries(one.start) } }
    rounds = repeats.max() ?? 0
    let stubborn = repeats.firstIndex(of: rounds).map { lost[$0] }
    segments = Self.bytes(lost) / max(1, smallest)
    // The rule of succession: of n small packets k were lost, so the next one is with (k + 1) / (n + 2).
    let smallLost = looked.count { $0.outcome == .lost && $0.size <= largest }
    let each = Double(smallLost + 1) / Double(smallLost + passed.count + 2)
    chance = (0..<min(lost.count, 64)).reduce(1.0) { product, _ in product * each }
    repaired = passed.first { passed in
      stubborn.map { passed.at.index > $0.at.index && passed.carries($0.start) } ?? false
    }
  }

  /// Bytes that the lost ones carried, each once.
  private static func bytes(_ lost: [Crossing]) -> Int64 {
    var bytes: Int64 = 0
    var reached = Int64.min
    for one in lost.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) where one.end > reached {
      bytes &+= one.end &- max(reached, one.start)
      reached = one.end
    }
    return bytes
  }
}
