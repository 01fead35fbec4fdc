internal import CaseModel
internal import Correlation
internal import Traffic

/// Rows 6 to 10, 12 and 13: clocks.
struct ClockGoals<W: Workers>: Sendable {
  let trials: Trials<W>

  func measure(_ table: inout GoalTable) throws {
    try addOffsets(&table)
    try addFew(&table)
    try addAsymmetric(&table)
    try addSteps(&table)
    try addSlews(&table)
  }

  /// Vantages whose packets travel to the reference and back.
  private func tied(_ scored: CapturedCase) -> [ClockScore] {
    scored.clockScores(guarding: 2_000_000).filter { $0.leastRoundTrip.isFinite && $0.vantage != "client" }
  }

  private func addOffsets(_ table: inout GoalTable) throws {
    let scores = try trials.each { seed -> [ClockScore] in
      try [Lab.Distance.lan, .wan, .rerouted].flatMap { distance in
        tied(try trials.run(trials.lab(distance), seed: seed, trials.faults(seed: seed)))
      }
    }.flatMap { $0 }
    // Of a hundredth of the round trip and a microsecond: how many times that.
    let worst = scores.map { $0.isAligned ? $0.worstError / ($0.leastRoundTrip * 0.01 + 1_000) : .infinity }.max() ?? 0
    let median = Figures.quantile(0.5, scores.map { $0.worstError / $0.leastRoundTrip })
    table.add(
      6, "greatest clock error, symmetric path", must: "1 % of min RTT + 1 us", moonshot: "0.1 % + 0.2 us",
      measured: "worst \(Figures.rounded(worst * 100, 0)) % of that; median \(Figures.percent(median)) of min RTT",
      isMet: worst <= 1)
    let widths = scores.map { ($0.worstBound - 2_000) / $0.leastRoundTrip }
    table.add(
      9, "half-width of the bound / min RTT (beside 2 us)", must: "0.65", moonshot: "0.52",
      measured:
        "median \(Figures.rounded(Figures.quantile(0.5, widths), 3)), worst \(Figures.rounded(widths.max() ?? 0, 3))",
      isMet: (widths.max() ?? 1) <= 0.65)
    addCoverage(scores, &table)
  }

  private func addCoverage(_ scores: [ClockScore], _ table: inout GoalTable) {
    let frames = scores.reduce(0) { $0 + $1.frames }
    let outside = scores.reduce(0) { $0 + $1.outside }
    let silent = scores.reduce(0) { $0 + ($1.isFlagged ? 0 : $1.outside) }
    table.add(
      10, "frames outside their bound; without a flag", must: "1 %; 1 %", moonshot: "0.01 %; 0.01 %",
      measured: "\(Figures.share(outside, frames)); \(silent)",
      isMet: Double(outside) <= 0.01 * Double(frames) && Double(silent) < 0.01 * Double(max(1, frames)))
  }

  /// Some 50 packets both ways.
  private func addFew(_ table: inout GoalTable) throws {
    var volume = Lab.Volume()
    (volume.requestFlows, volume.requestsPerFlow, volume.bulkFlows, volume.shortFlows) = (1, 12, 0, 0)
    (volume.datagramFlows, volume.eastWestFlows, volume.reused) = (0, 0, 0)
    let few = volume
    let errors = try trials.each(max(6, trials.size.seeds)) { seed -> [Double] in
      let lab = trials.lab(Lab.Distance(delay: Ways(both: 5_000_000), jitter: 300_000))
      return tied(try trials.run(lab, few, seed: seed, trials.faults(seed: seed)))
        .filter { $0.leastRoundTrip > 1e6 }.map { $0.isAligned ? $0.worstError / $0.leastRoundTrip : .infinity }
    }.flatMap { $0 }
    let ninth = Figures.quantile(0.9, errors)
    table.add(
      7, "the same with 50 matches (p90)", must: "5 %", moonshot: "1 %",
      measured:
        "\(Figures.rounded(ninth * 100, 2)) % (median \(Figures.rounded(Figures.quantile(0.5, errors) * 100, 2)) %)",
      isMet: ninth <= 0.05)
  }

  /// The controller asks every host over a path of 35 us each way, before and after.
  private func addAsymmetric(_ table: inout GoalTable) throws {
    let half: Int64 = 35_000
    let errors = try trials.each { seed -> [Double] in
      let lab = trials.lab(.asymmetric)
      let faults = trials.faults(seed: seed)
      let clocks = ClockQuestions(lab, faults, halfWidth: half, seed: seed).logs
      return tied(try trials.run(lab, seed: seed, clocks: clocks, faults))
        .map { $0.isAligned ? $0.worstError / Double(half) : .infinity }
    }.flatMap { $0 }
    let worst = errors.max() ?? .infinity
    table.add(
      8, "asymmetric path, hosts asked over SSH within h = 35 us at both ends: error / h", must: "1", moonshot: "0.5",
      measured: "worst \(Figures.rounded(worst, 2)), median \(Figures.rounded(Figures.quantile(0.5, errors), 2))",
      isMet: worst <= 1)
  }

  /// One host's clock is set, by more than a round trip and a millisecond.
  private func addSteps(_ table: inout GoalTable) throws {
    let found = try trials.each(max(3, trials.size.seeds)) { seed -> Bool in
      var numbers = SeededNumbers(seed &* 77)
      var faults = trials.faults(seed: seed)
      let host = ["gateway", "server", "container"][Int(numbers.next() % 3)]
      var size = 12_000_000.0
      while size < 5e9, !numbers.happens(0.2) { size *= 2 }
      let at = Int64(numbers.uniform(0.3..<0.7) * trials.size.duration * 1e9)
      faults.clocks[host]?.steps = [(at: at, by: Int64(numbers.happens(0.5) ? size : -size))]
      let scored = try trials.run(trials.lab(.wan), seed: seed, faults)
      return scored.clockScores(guarding: 60_000_000)
        .filter { $0.leastRoundTrip.isFinite && $0.vantage != "client" }
        .allSatisfy { $0.isAligned && $0.worstError <= $0.leastRoundTrip * 0.02 + 20_000 }
    }
    let right = found.filter { $0 }.count
    table.add(
      12, "clock steps > min RTT + 1 ms, found with host and size", must: "95 %", moonshot: "100 %",
      measured: "\(right) of \(found.count)", isMet: Double(right) >= 0.95 * Double(found.count))
  }

  private func addSlews(_ table: inout GoalTable) throws {
    let errors = try trials.each { seed -> Double in
      var faults = trials.faults(seed: seed)
      faults.clocks["server"]?.slews = [(at: Int64(trials.size.duration * 0.3e9), for: 8_000_000_000, by: 50)]
      let scored = try trials.run(trials.lab(.lan), seed: seed, faults)
      return tied(scored).map { $0.isAligned ? $0.worstError : .infinity }.max() ?? .infinity
    }
    let worst = errors.max() ?? .infinity
    table.add(
      13, "slew of 50 ppm for 8 s on a LAN: greatest error", must: "20 us", moonshot: "2 us",
      measured: "worst \(Figures.microseconds(worst)), median \(Figures.microseconds(Figures.quantile(0.5, errors)))",
      isMet: worst <= 20_000)
  }
}
