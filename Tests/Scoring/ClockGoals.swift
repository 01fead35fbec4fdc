internal import Alignment
internal import CaseModel
internal import Correlation
internal import Traffic

/// Rows 6 to 10, 12, 13 and 15: clocks.
struct ClockGoals<W: Workers>: Sendable {
  let trials: Trials<W>

  func measure(_ table: inout GoalTable) throws {
    try addOffsets(&table)
    try addFew(&table)
    try addAsymmetric(&table)
    try addSteps(&table)
    try addSlews(&table)
    try addQuestions(&table)
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
    func worst(_ share: Double, _ more: Double) -> Double {
      scores.map { $0.isAligned ? $0.worstError / ($0.leastRoundTrip * share + more) : .infinity }.max() ?? .infinity
    }
    let median = Figures.quantile(0.5, scores.map { $0.worstError / $0.leastRoundTrip })
    table.add(
      6, "greatest clock error, symmetric path", must: "1 % of min RTT + 1 us", moonshot: "0.1 % + 0.2 us",
      measured: """
        worst \(Figures.rounded(worst(0.01, 1_000) * 100, 0)) % of that; median \(Figures.percent(median)) of min RTT
        """,
      met: .init(must: worst(0.01, 1_000) <= 1, moonshot: worst(0.001, 200) <= 1),
      because: "the fastest packets waited in queues, too, and not for equally long both ways")
    // One number stands for a clock's whole run: its worst. It is that of the longest path.
    let widths = scores.map { ($0.worstBound - 2_000) / $0.laterRoundTrip }
    let widest = widths.max() ?? .infinity
    table.add(
      9, "half-width of the bound / min RTT of the longest path (beside 2 us)", must: "0.65", moonshot: "0.52",
      measured: "median \(Figures.rounded(Figures.quantile(0.5, widths), 3)), worst \(Figures.rounded(widest, 3))",
      met: .init(must: widest <= 0.65, moonshot: widest <= 0.52),
      because: "beside half of it, what the drift may be: more where the path grew longer half-way")
    addCoverage(scores, &table)
  }

  private func addCoverage(_ scores: [ClockScore], _ table: inout GoalTable) {
    let frames = scores.reduce(0) { $0 + $1.frames }
    let outside = scores.reduce(0) { $0 + $1.outside }
    let silent = scores.reduce(0) { $0 + ($1.isFlagged ? 0 : $1.outside) }
    table.add(
      10, "frames outside their bound; without a flag", must: "1 %; 1 %", moonshot: "0.01 %; 0.01 %",
      measured: "\(Figures.share(outside, frames)); \(silent)",
      met: .init(
        must: Double(outside) <= 0.01 * Double(frames) && Double(silent) < 0.01 * Double(max(1, frames)),
        moonshot: Double(outside) <= 0.0001 * Double(frames) && Double(silent) < 0.0001 * Double(max(1, frames))))
    let steps = scores.reduce(0) { $0 + $1.steps.count }
    table.add(
      12, "steps of clocks that were not set", must: "0", moonshot: "0", measured: "\(steps) on \(scores.count) clocks",
      met: .init(must: steps == 0, moonshot: steps == 0))
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
      met: .init(must: ninth <= 0.05, moonshot: ninth <= 0.01))
  }

  /// The controller asks every host, before and after: what both hosts' answers leave between their clocks is 35 us either way.
  private func addAsymmetric(_ table: inout GoalTable) throws {
    let half: Int64 = 35_000
    let errors = try trials.each { seed -> [Double] in
      let lab = trials.lab(.asymmetric)
      let faults = trials.faults(seed: seed)
      let clocks = ClockQuestions(lab, faults, halfWidth: half / 2, seed: seed).logs
      return tied(try trials.run(lab, seed: seed, clocks: clocks, faults))
        .map { $0.isAligned ? $0.worstError / Double(half) : .infinity }
    }.flatMap { $0 }
    let worst = errors.max() ?? .infinity
    table.add(
      8, "asymmetric path, hosts asked over SSH before and after, which leaves h = 35 us: error / h", must: "1",
      moonshot: "0.5",
      measured: "worst \(Figures.rounded(worst, 2)), median \(Figures.rounded(Figures.quantile(0.5, errors), 2))",
      met: .init(must: worst <= 1, moonshot: worst <= 0.5),
      because: "an answer may take any share of its time one way: only h is certain")
  }

  /// One host's clock is set, by more than a round trip and a millisecond.
  private func addSteps(_ table: inout GoalTable) throws {
    let found = try trials.each(max(3, trials.size.seeds)) { seed -> (isFound: Bool, others: Int) in
      var numbers = SeededNumbers(seed &* 77)
      var faults = trials.faults(seed: seed)
      let host = ["gateway", "server", "container"][Int(numbers.next() % 3)]
      var size = 12_000_000.0
      while size < 5e9, !numbers.happens(0.2) { size *= 2 }
      let at = Int64(numbers.uniform(0.3..<0.7) * trials.size.duration * 1e9)
      let by = numbers.happens(0.5) ? size : -size
      faults.clocks[host]?.steps = [(at: at, by: Int64(by))]
      let scores = try trials.run(trials.lab(.wan), seed: seed, faults).clockScores(guarding: 60_000_000)
      let isFound = scores.contains { score in
        score.vantage == host && score.steps.contains { abs($0 - by) <= 0.02 * score.leastRoundTrip + 20_000 }
      }
      let isRight = scores.filter { $0.leastRoundTrip.isFinite && $0.vantage != "client" }
        .allSatisfy { $0.isAligned && $0.worstError <= $0.leastRoundTrip * 0.02 + 20_000 }
      return (isFound && isRight, scores.reduce(isFound ? -1 : 0) { $0 + $1.steps.count })
    }
    let right = found.count { $0.isFound }
    let others = found.reduce(0) { $0 + $1.others }
    table.add(
      12, "clock steps > min RTT + 1 ms: found with host, size and times after it; others", must: "95 %; 0",
      moonshot: "100 %; 0", measured: "\(right) of \(found.count); \(others)",
      met: .init(
        must: Double(right) >= 0.95 * Double(found.count) && others == 0,
        moonshot: right == found.count && others == 0),
      because: "where a clock is set back in a silence, a time next to it may go to the wrong side")
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
      met: .init(must: worst <= 20_000, moonshot: worst <= 2_000),
      because: "on a path of 16 us with 40 us of queues, few packets are fast enough to show where the slew began")
  }

  /// A controller asks a host twenty times over 5.2 ms each way, with queues of 0.3 ms.
  private func addQuestions(_ table: inout GoalTable) throws {
    let way = 5_200_000.0
    let errors = try trials.each(max(100, trials.size.seeds)) { seed -> Double in
      var numbers = SeededNumbers(seed &* 0x9e37_79b9)
      let offset = Int64(numbers.uniform(-30e9..<30e9))
      var evidence = PairEvidence()
      for number in 0..<20 as Range<Int64> {
        let asked = Recording.epoch + number * 50_000_000
        let there = asked + Int64(way + numbers.exponential(mean: 300_000))
        let back = there + Int64(way + numbers.exponential(mean: 300_000))
        evidence.addForward(sent: asked, received: there + offset)
        evidence.addReverse(sent: there + offset, received: back)
      }
      var graph = ClockGraph(clocks: 2, reference: 0)
      graph.relate(0, 1, by: .samples, evidence, quantum: 1_000)
      let span = Recording.epoch...Recording.epoch + 1_000_000_000
      let answered = Recording.epoch + 500_000_000
      let told = graph.solve(spans: [span, span.lowerBound + offset...span.upperBound + offset])[1].map?
        .caseTime(HostTime(nanoseconds: answered + offset)).nanoseconds
      return told.map { abs(Double($0 - answered)) / (2 * way) } ?? .infinity
    }
    let (typical, worst) = (Figures.quantile(0.5, errors), errors.max() ?? .infinity)
    table.add(
      15, "a host's clock from 20 questions over SSH, error / RTT (10.4 ms)", must: "0.5 always, 0.05 typical",
      moonshot: "0.005", measured: "worst \(Figures.rounded(worst, 4)), median \(Figures.rounded(typical, 4))",
      met: .init(must: worst <= 0.5 && typical <= 0.05, moonshot: typical <= 0.005),
      because: "the fastest of twenty waited in queues of 3 % of the round trip, not for equally long both ways")
  }
}
