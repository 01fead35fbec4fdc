internal import Correlation
internal import Merging
internal import Traffic

/// Rows 1 to 5 and 11: what is matched and linked.
struct MatchGoals<W: Workers>: Sendable {
  let trials: Trials<W>

  private struct Scores: Sendable {
    var matches = MatchScore()
    var links = LinkScore()
    /// In the merged capture: frames that come before their sender, and by how far others were moved so that they do not.
    var early = 0
    var farthest: Int64 = 0
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
        let merged = try scored.merged()
        sum.early += merged.unresolved
        sum.farthest = max(sum.farthest, merged.farthest)
      }
      return sum
    }
    return all.reduce(into: Scores()) { sum, one in
      sum.matches += one.matches
      sum.links += one.links
      sum.early += one.early
      sum.farthest = max(sum.farthest, one.farthest)
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
      met: .init(must: matches.matchedShare >= 0.999, moonshot: matches.matchedShare >= 0.999_99),
      because: "equal packets that only time could tell apart wait for clocks that are near enough",
      examples: matches.missed)
    table.add(
      2, "matched bytes with re-segmentation", must: "99.9 %", moonshot: "99.999 %",
      measured: Figures.percent(matches.matchedBytesShare),
      met: .init(must: matches.matchedBytesShare >= 0.999, moonshot: matches.matchedBytesShare >= 0.999_99))
    let limits: [(Evidence, Scores, Double, Double, String, String)] = [
      (.timestamps, plain, 1e-5, 0, "1e-5", "0"), (.both, both, 1e-5, 0, "1e-5", "0"),
      (.dropsWithTimestamps, dropped, 1e-4, 1e-6, "1e-4", "1e-6"), (.bareDrops, bare, 5e-3, 2e-4, "5e-3", "2e-4"),
    ]
    for (evidence, score, limit, best, must, moonshot) in limits {
      let all = score.matches.links.reduce(0, +)
      table.add(
        3, "wrong matches: \(evidence.rawValue)", must: must, moonshot: moonshot,
        measured:
          "\(Figures.share(score.matches.allWrong, all)), \(score.matches.wrong[0]) unique, \(score.matches.wrong[1]) ordinal",
        met: .init(must: score.matches.wrongShare <= limit, moonshot: score.matches.wrongShare <= best),
        because: Self.lookalikes, examples: score.matches.examples)
    }
    addUnique(dropped, bare, &table)
    try addLinks(plain, &table)
    let all = [plain, both, dropped, bare]
    let early = all.reduce(0) { $0 + $1.early }
    let farthest = all.reduce(0) { max($0, $1.farthest) }
    let violations = all.reduce(0) { $0 + $1.matches.violations }
    table.add(
      11, "arrivals before their sending in the merged capture", must: "0", moonshot: "0, the last pass moves < 1 us",
      measured: "\(early); \(violations) before the last pass, which moves \(Figures.microseconds(Double(farthest)))",
      met: .init(must: early == 0, moonshot: early == 0 && farthest < 1_000),
      because: "what was matched wrong, or by time alone, is drawn behind what it was matched with")
  }

  private static var lookalikes: String {
    "a copy that one capture missed and the next copy that the other missed look like one packet"
  }

  private func addUnique(_ dropped: Scores, _ bare: Scores, _ table: inout GoalTable) {
    table.add(
      4, "wrong in class unique, timestamps, 5 % drops", must: "1e-5", moonshot: "0",
      measured: Figures.share(dropped.matches.wrong[0], dropped.matches.links[0]),
      met: .init(must: dropped.matches.wrongUniqueShare <= 1e-5, moonshot: dropped.matches.wrong[0] == 0),
      because: Self.lookalikes, examples: dropped.matches.examples)
    table.add(
      4, "wrong in class unique, neither, 5 % drops", must: "1e-3", moonshot: "1e-6",
      measured: Figures.share(bare.matches.wrong[0], bare.matches.links[0]),
      met: .init(must: bare.matches.wrongUniqueShare <= 1e-3, moonshot: bare.matches.wrongUniqueShare <= 1e-6),
      because: Self.lookalikes, examples: bare.matches.examples)
  }

  private func addLinks(_ plain: Scores, _ table: inout GoalTable) throws {
    let links = plain.links
    table.add(
      5, "connections followed through NAT", must: "99.5 %, 0 wrong", moonshot: "100 %, 0 wrong",
      measured: "\(Figures.percent(links.share)) of \(links.linkable), \(links.mixed) wrong",
      met: .init(must: links.share >= 0.995 && links.mixed == 0, moonshot: links.share == 1 && links.mixed == 0),
      examples: links.examples)
    let midway = try cutLinks(renumbered: false)
    table.add(
      5, "the same in mid-flow", must: "99.5 %, 0 wrong", moonshot: "100 %, 0 wrong",
      measured: "\(Figures.percent(midway.share)) of \(midway.linkable), \(midway.mixed) wrong",
      met: .init(must: midway.share >= 0.995 && midway.mixed == 0, moonshot: midway.share == 1 && midway.mixed == 0),
      examples: midway.examples)
    let renumbered = try cutLinks(renumbered: true)
    table.add(
      5, "the same, sequence numbers rewritten", must: "0 wrong", moonshot: "99 %, 0 wrong",
      measured: "\(Figures.percent(renumbered.share)) of \(renumbered.linkable), \(renumbered.mixed) wrong",
      met: .init(must: renumbered.mixed == 0, moonshot: renumbered.share >= 0.99 && renumbered.mixed == 0),
      because: "connections with too little content to know it again: fewer than three pieces cut alike",
      examples: renumbered.examples)
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
