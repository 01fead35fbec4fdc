internal import Correlation
internal import Traffic

/// Rows 1 to 5 and 11: what is matched and linked.
struct MatchGoals<W: Workers>: Sendable {
  let trials: Trials<W>

  private struct Scores: Sendable {
    var matches = MatchScore()
    var links = LinkScore()
  }

  private enum Evidence: String, CaseIterable {
    case timestamps = "timestamps"
    case both = "timestamps, identifications"
    case dropsWithTimestamps = "timestamps, 5 % drops"
    case bareDrops = "neither, 5 % drops"

    func apply(_ faults: inout CaptureFaults) {
      faults.hasIdentifications = self == .both
      faults.hasTimestamps = self != .bareDrops
      if self == .dropsWithTimestamps || self == .bareDrops { faults.drops = [Double](repeating: 0.05, count: 6) }
    }
  }

  private static var distances: [Lab.Distance] { [.lan, .wan, .asymmetric, .rerouted] }

  private func scores(_ evidence: Evidence) throws -> Scores {
    let all = try trials.each { seed -> Scores in
      var sum = Scores()
      for distance in Self.distances {
        var faults = trials.faults(seed: seed)
        evidence.apply(&faults)
        let scored = try trials.run(trials.lab(distance), seed: seed, faults)
        sum.matches += scored.matchScore()
        sum.links += scored.linkScore()
      }
      return sum
    }
    return all.reduce(into: Scores()) { sum, one in
      sum.matches += one.matches
      sum.links += one.links
    }
  }

  func measure(_ table: inout GoalTable) throws {
    let plain = try scores(.timestamps)
    let both = try scores(.both)
    let dropped = try scores(.dropsWithTimestamps)
    let bare = try scores(.bareDrops)
    let matches = plain.matches
    table.add(
      1, "matched records, no drops (NAT twice, offload, VXLAN)", must: "99.9 %", moonshot: "99.999 %",
      measured: "\(Figures.percent(matches.matchedShare)) of \(matches.matchable)",
      isMet: matches.matchedShare >= 0.999, examples: matches.missed)
    table.add(
      2, "matched bytes with re-segmentation", must: "99.9 %", moonshot: "99.999 %",
      measured: Figures.percent(matches.matchedBytesShare), isMet: matches.matchedBytesShare >= 0.999)
    let limits: [(Evidence, Scores, Double, String, String)] = [
      (.timestamps, plain, 1e-5, "1e-5", "0"), (.both, both, 1e-5, "1e-5", "0"),
      (.dropsWithTimestamps, dropped, 1e-4, "1e-4", "1e-6"), (.bareDrops, bare, 5e-3, "5e-3", "2e-4"),
    ]
    for (evidence, score, limit, must, moonshot) in limits {
      let all = score.matches.links.reduce(0, +)
      table.add(
        3, "wrong matches: \(evidence.rawValue)", must: must, moonshot: moonshot,
        measured:
          "\(Figures.share(score.matches.allWrong, all)), \(score.matches.wrong[0]) unique, \(score.matches.wrong[1]) ordinal",
        isMet: score.matches.wrongShare <= limit,
        examples: score.matches.examples)
    }
    addUnique(dropped, bare, &table)
    try addLinks(plain, &table)
    let arrived = plain.matches.violations + dropped.matches.violations
    table.add(
      11, "arrivals before their sending", must: "0", moonshot: "0, last pass moves < 1 us", measured: "\(arrived)",
      isMet: arrived == 0)
  }

  private func addUnique(_ dropped: Scores, _ bare: Scores, _ table: inout GoalTable) {
    table.add(
      4, "wrong in class unique, timestamps, 5 % drops", must: "1e-5", moonshot: "0",
      measured: Figures.share(dropped.matches.wrong[0], dropped.matches.links[0]),
      isMet: dropped.matches.wrongUniqueShare <= 1e-5, examples: dropped.matches.examples)
    table.add(
      4, "wrong in class unique, neither, 5 % drops", must: "1e-3", moonshot: "1e-6",
      measured: Figures.share(bare.matches.wrong[0], bare.matches.links[0]),
      isMet: bare.matches.wrongUniqueShare <= 1e-3, examples: bare.matches.examples)
  }

  private func addLinks(_ plain: Scores, _ table: inout GoalTable) throws {
    let links = plain.links
    table.add(
      5, "connections followed through NAT", must: "99.5 %, 0 wrong", moonshot: "100 %, 0 wrong",
      measured: "\(Figures.percent(links.share)) of \(links.linkable), \(links.mixed) wrong",
      isMet: links.share >= 0.995 && links.mixed == 0, examples: links.examples)
    let midway = try cutLinks(renumbered: false)
    table.add(
      5, "the same in mid-flow", must: "99.5 %, 0 wrong", moonshot: "100 %, 0 wrong",
      measured: "\(Figures.percent(midway.share)) of \(midway.linkable), \(midway.mixed) wrong",
      isMet: midway.share >= 0.995 && midway.mixed == 0, examples: midway.examples)
    let renumbered = try cutLinks(renumbered: true)
    table.add(
      5, "the same, sequence numbers rewritten", must: "0 wrong", moonshot: "99 %, 0 wrong",
      measured: "\(Figures.percent(renumbered.share)) of \(renumbered.linkable), \(renumbered.mixed) wrong",
      isMet: renumbered.mixed == 0, examples: renumbered.examples)
  }

  /// Captures that begin one after the other, in mid-flow; or a firewall in the path that rewrites sequence numbers.
  private func cutLinks(renumbered: Bool) throws -> LinkScore {
    try trials.each { seed -> LinkScore in
      var faults = trials.faults(seed: seed)
      var lab = trials.lab(.wan)
      lab.distance.renumbers = renumbered
      let start = Int64(lab.duration * 0.4e9)
      if !renumbered { faults.cut = (0..<6).map { start + Int64($0) * 120_000_000 } }
      return try trials.run(lab, seed: seed, faults).linkScore()
    }.reduce(into: LinkScore()) { $0 += $1 }
  }
}
