/// Says which of two clocks was set, where their evidence shows that one was: the one that shows it to most others.
///
/// A clock that is set back silently needs a silence of its own at least as long: where it is not silent for so long, the other
/// one was set forward.
struct BreakAttribution {
  let relations: [ClockRelation]
  let reference: Int

  struct Found: Sendable {
    let relation: Int
    let at: PairBreak
  }

  /// The breaks that were found on pairs, as breaks of clocks.
  func attribute(_ found: [Found], to breaks: inout ClockBreaks) -> Bool {
    var open = Set(found.indices)
    var added = false
    // The largest first: it is seen by most, and what is smaller may be its shadow.
    let order = found.indices.sorted { (-size(found[$0]), $0) < (-size(found[$1]), $1) }
    for number in order where open.contains(number) {
      open.remove(number)
      let one = found[number]
      let relation = relations[one.relation]
      let (a, b) = (claim(one, relation.a, found), claim(one, relation.b, found))
      let chosen = choose(a, b)
      let own = on(chosen.clock, one)
      let witnesses = chosen.witnesses.filter { open.contains($0) }
      var (from, to) = (own.from, own.to)
      for witness in witnesses {
        let other = on(chosen.clock, found[witness])
        // What all see lies where all see it.
        if max(from, other.from) <= min(to, other.to) { (from, to) = (max(from, other.from), min(to, other.to)) }
        open.remove(witness)
      }
      added =
        breaks.add(
          ClockBreak(
            nature: one.at.nature == .kink ? .kink : .jump, from: from, to: max(from, to), jump: own.jump,
            isAmbiguous: a.score == b.score), to: chosen.clock) || added
    }
    return added
  }

  private struct Case {
    let clock: Int
    let score: Int
    let witnesses: [Int]
  }

  private func choose(_ a: Case, _ b: Case) -> Case {
    if a.score != b.score { return a.score > b.score ? a : b }
    return a.clock == reference ? b : b.clock == reference ? a : a.clock > b.clock ? a : b
  }

  private func size(_ found: Found) -> Double { found.at.nature == .kink ? 0 : abs(found.at.jump) }

  /// A break as one of its clocks would have made it.
  private func on(_ clock: Int, _ found: Found) -> (from: Int64, to: Int64, jump: Double) {
    let relation = relations[found.relation]
    let at = found.at
    if clock == relation.a { return (relation.timeOfA(at.from), relation.timeOfA(at.to), -at.jump) }
    let times = (relation.timeOfB(at.from, at.before), relation.timeOfB(at.to, at.after))
    return (min(times.0, times.1), max(times.0, times.1), at.jump)
  }

  /// What speaks for that clock: the other pairs of it that show the same, against those that would and do not.
  private func claim(_ one: Found, _ clock: Int, _ found: [Found]) -> Case {
    let own = on(clock, one)
    var witnesses: [Int] = []
    // A silence that was seen nowhere near is less of a wonder than two clocks that are set at once.
    var score = isSilentEnough(one, clock, own.jump) ? 0 : -1
    for (number, relation) in relations.enumerated() where number != one.relation {
      guard relation.a == clock || relation.b == clock else { continue }
      let same = found.indices.first { found[$0].relation == number && isSame(one, found[$0], clock) }
      if let same {
        witnesses.append(same)
        score += 2
      } else if wouldShow(one, relation, clock, own) {
        score -= 2
      }
    }
    return Case(clock: clock, score: score, witnesses: witnesses)
  }

  private func isSame(_ one: Found, _ other: Found, _ clock: Int) -> Bool {
    let (a, b) = (on(clock, one), on(clock, other))
    let slack: Int64 = one.at.nature == .kink ? 1_000_000_000 : 100_000_000
    guard one.at.nature == other.at.nature, a.from &- slack <= b.to, b.from &- slack <= a.to else { return false }
    if one.at.nature == .kink {
      let sides = (clock == relations[one.relation].a, clock == relations[other.relation].a)
      let turn = sides.0 == sides.1 ? other.at.turn : -other.at.turn
      return turn * one.at.turn > 0
    }
    return abs(a.jump - b.jump) <= one.at.gap + other.at.gap + 3_000
  }

  /// Whether a pair has evidence on both sides of the instant that is tight enough for such a break.
  private func wouldShow(
    _ one: Found, _ relation: ClockRelation, _ clock: Int, _ own: (from: Int64, to: Int64, jump: Double)
  ) -> Bool {
    let time = { (x: Double, y: Double) in clock == relation.a ? relation.timeOfA(x) : relation.timeOfB(x, y) }
    let second: Int64 = 1_000_000_000
    func near(_ points: [Point]) -> (before: [Point], after: [Point]) {
      let near = points.filter { point in
        let at = time(point.x, point.y)
        return at > own.from &- 2 * second && at < own.to &+ 2 * second
      }
      return (near.filter { time($0.x, $0.y) <= own.from }, near.filter { time($0.x, $0.y) >= own.to })
    }
    let (forward, reverse) = (near(relation.points.forward), near(relation.points.reverse))
    guard !forward.before.isEmpty, !forward.after.isEmpty, !reverse.before.isEmpty, !reverse.after.isEmpty else {
      return false
    }
    let before = (forward.before.map(\.y).min() ?? 0) - (reverse.before.map(\.y).max() ?? 0)
    let after = (forward.after.map(\.y).min() ?? 0) - (reverse.after.map(\.y).max() ?? 0)
    let size = one.at.nature == .kink ? abs(one.at.turn) * 2e9 : abs(own.jump)
    return max(before, after) < size
  }

  /// Whether a clock could have been set back by as much without a frame that tells: it would have to be silent meanwhile.
  private func isSilentEnough(_ one: Found, _ clock: Int, _ jump: Double) -> Bool {
    guard one.at.nature == .jump, jump < -1_000_000 else { return true }
    let relation = relations[one.relation]
    let events = relation.points.events
    let near = events.indices.filter { abs(events[$0].point.x - one.at.from) < 3e9 }
    var longest = 0.0
    for (last, next) in zip(near, near.dropFirst())
    where events[next].point.x <= one.at.from || events[last].point.x >= one.at.to {
      longest = max(longest, events[next].point.x - events[last].point.x)
    }
    // Evidence is thinned to windows: within one, frames stand as far apart as their number says.
    let window = Double(PairEvidence.window)
    let each = window * Double(max(1, events.count)) / Double(max(1, relation.offered))
    return -jump < (longest > 3 * window ? longest : 4 * each)
  }
}
