/// How easily a difference between two runs comes about by chance.
enum Chance {
  /// The probability that so few or fewer of the later run's connections are hit if nothing has changed: Fisher's exact test, one tail
  /// (Fisher 1935; connections are taken as independent). nil where the later share is not the smaller one.
  /// - Parameters:
  ///   - before: hit, and of how many.
  ///   - after: the same of the later run.
  static func ofFewer(before: (hit: Int, of: Int), after: (hit: Int, of: Int)) -> Double? {
    guard (0...before.of).contains(before.hit), (0...after.of).contains(after.hit), before.of > 0, after.of > 0,
      Double(after.hit) / Double(after.of) < Double(before.hit) / Double(before.of)
    else { return nil }
    let hit = before.hit + after.hit
    // The same table told by what was not hit, where that is fewer.
    return hit <= before.of
      ? lowerTail(hit, upTo: after.hit, in: after.of, outside: before.of)
      : lowerTail(before.of + after.of - hit, upTo: before.of - before.hit, in: before.of, outside: after.of)
  }

  /// Of `count` things among `size + outside` places, at most `limit` in the first `size`.
  /// - Precondition: `count` is at most `outside`.
  private static func lowerTail(_ count: Int, upTo limit: Int, in size: Int, outside: Int) -> Double {
    let all = Double(size + outside)
    var probability = 1.0
    for number in 0..<max(0, count) { probability *= Double(outside - number) / (all - Double(number)) }
    var sum = probability
    for number in 0..<max(0, limit) {
      probability *=
        Double(count - number) * Double(size - number)
        / (Double(number + 1) * Double(outside - count + number + 1))
      sum += probability
    }
    return min(1, sum)
  }
}
