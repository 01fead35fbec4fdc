import Alignment
import Testing

/// How well clocks are found, as numbers: printed, and held to what they must be.
struct ClockGoalTests {
  private func clock(_ seed: UInt64, _ host: UInt64) -> SimulatedClock {
    var generator = SeededGenerator(seed &* 31 &+ host)
    return SimulatedClock(
      offset: Int64.random(in: -30_000_000_000...30_000_000_000, using: &generator),
      drift: Double.random(in: -100e-6...100e-6, using: &generator))
  }

  private func quantile(_ share: Double, _ values: [Double]) -> Double {
    values.sorted()[Int(share * Double(values.count - 1))]
  }

  @Test func `many packets tell the offset to a hundredth of the round trip, and the bound is half of it`() {
    var errors: [Double] = []
    var widths: [Double] = []
    var (frames, outside) = (0, 0)
    for seed in 1...6 as ClosedRange<UInt64> {
      for (delay, jitter) in [(60_000.0, 20_000.0), (5_000_000, 300_000)] {
        let network = SimulatedNetwork([clock(seed, 0), clock(seed, 1)], delays: [delay], jitter: [jitter])
        let captures = network.captures(seed: seed)
        let score = network.score(1, network.solve(captures), captures)
        errors.append(score.worst / (0.01 * 2 * delay + 1_000))
        widths.append((score.bound - 2_000) / (2 * delay))
        frames += score.frames
        outside += score.outside
      }
    }
    let (worst, widest) = (quantile(1, errors), quantile(1, widths))
    print("error / (1 % of min RTT + 1 us): median \(quantile(0.5, errors)), worst \(worst)")
    print("half-width / min RTT: median \(quantile(0.5, widths)), worst \(widest); outside \(outside) of \(frames)")
    #expect(worst <= 1)
    #expect(widest <= 0.65)
    #expect(outside * 10_000 <= frames)
  }

  @Test func `fifty packets tell it to a twentieth`() {
    let errors = (1...20 as ClosedRange<UInt64>).map { seed -> Double in
      let network = SimulatedNetwork(
        [clock(seed, 0), clock(seed, 1)], delays: [5_000_000], jitter: [300_000], count: 25)
      let captures = network.captures(seed: seed)
      let score = network.score(1, network.solve(captures), captures)
      #expect(score.outside == 0)
      return score.worst / 10_000_000
    }
    print("fifty packets, error / min RTT: median \(quantile(0.5, errors)), p90 \(quantile(0.9, errors))")
    #expect(quantile(0.9, errors) <= 0.05)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `a longer way in one direction is no step`(seed: UInt64) {
    var network = SimulatedNetwork([clock(seed, 0), clock(seed, 1)], delays: [5_000_000], jitter: [300_000])
    network.routeChange = (SimulatedClock.instant(20), 3_000_000)
    let captures = network.captures(seed: seed)
    let solved = network.solve(captures)
    #expect(solved[1].steps.isEmpty)
    #expect(solved[1].isTrusted)
    let score = network.score(1, solved, captures)
    #expect(score.outside == 0)
    #expect(score.worst <= 101_000)
  }

  @Test func `steps are found, on the clock that was set and by their size, and no others`() {
    var (found, unfounded, trials, frames, outside) = (0, 0, 0, 0, 0)
    var sizes: [Double] = []
    for seed in 1...20 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed &* 977)
      var clocks = (0..<4).map { clock(seed, $0) }
      let host = Int.random(in: 0..<4, using: &generator)
      // More than the least round trip and a millisecond, up to five seconds, either way.
      let size = 11_500_000 * Double.random(in: 1...22, using: &generator) * (Bool.random(using: &generator) ? 1 : 19)
      let by = Int64(Bool.random(using: &generator) ? size : -size)
      let at = SimulatedClock.instant(Double.random(in: 5...35, using: &generator))
      let isSet = seed % 5 != 0
      if isSet { clocks[host].steps = [(at, by)] }
      let network = SimulatedNetwork(
        clocks, delays: [60_000, 5_000_000, 8_000], jitter: [20_000, 300_000, 4_000], count: 2_500)
      let captures = network.captures(seed: seed)
      let solved = network.solve(captures)
      trials += isSet ? 1 : 0
      for other in 0..<4 {
        if isSet, other == host, let step = solved[other].steps.first, abs(step.by - Double(by)) <= step.bound {
          found += 1
          unfounded += solved[other].steps.count - 1
          sizes.append(abs(step.by - Double(by)))
        } else {
          unfounded += solved[other].steps.count
        }
        let score = network.score(other, solved, captures)
        frames += score.frames
        outside += score.outside
      }
    }
    print(
      "steps found \(found) of \(trials), unfounded \(unfounded); size error median \(quantile(0.5, sizes)) ns, worst "
        + "\(quantile(1, sizes)) ns; frames outside \(outside) of \(frames)")
    #expect(Double(found) >= 0.95 * Double(trials))
    #expect(unfounded == 0)
    #expect(outside * 100 <= frames)
  }

  @Test func `a clock that is slewed on a wire is followed`() {
    var errors: [Double] = []
    var (frames, outside) = (0, 0)
    for seed in 1...4 as ClosedRange<UInt64> {
      var slewed = clock(seed, 1)
      slewed.slew = (SimulatedClock.instant(14), SimulatedClock.instant(22), seed % 2 == 0 ? 50e-6 : -50e-6)
      let network = SimulatedNetwork([clock(seed, 0), slewed], delays: [8_000], jitter: [6_000])
      let captures = network.captures(seed: seed)
      let solved = network.solve(captures)
      #expect(solved[1].steps.isEmpty)
      let score = network.score(1, solved, captures)
      errors.append(score.worst)
      frames += score.frames
      outside += score.outside
    }
    print(
      "slew: error median \(quantile(0.5, errors)) ns, worst \(quantile(1, errors)) ns; outside \(outside) of \(frames)"
    )
    #expect(quantile(1, errors) <= 20_000)
    #expect(outside * 100 <= frames)
  }

  @Test func `a clock that warms and cools stays inside its bound`() {
    var warm = clock(5, 1)
    warm.wander = (2_900, 60e9)
    let network = SimulatedNetwork([clock(5, 0), warm], delays: [8_000], jitter: [6_000], duration: 120, count: 12_000)
    let captures = network.captures(seed: 5)
    let score = network.score(1, network.solve(captures), captures)
    print("wander: error \(score.worst) ns, bound \(score.bound) ns, outside \(score.outside) of \(score.frames)")
    #expect(score.outside * 100 <= score.frames)
  }

  @Test(arguments: [1, 2, 7])
  func `evidence merged from parts is what it is whole`(parts: Int) {
    var generator = SeededGenerator(3)
    let sightings = (0..<60_000).map { _ in
      (Int64.random(in: 0...(1 << 40), using: &generator), Int64.random(in: 0...1_000_000, using: &generator))
    }
    var whole = PairEvidence()
    var split = [PairEvidence](repeating: PairEvidence(), count: parts)
    for (number, sighting) in sightings.enumerated() {
      whole.addForward(sent: sighting.0, received: sighting.0 + sighting.1)
      whole.addReverse(sent: sighting.0, received: sighting.0 + sighting.1)
      split[number % parts].addForward(sent: sighting.0, received: sighting.0 + sighting.1)
      split[number % parts].addReverse(sent: sighting.0, received: sighting.0 + sighting.1)
    }
    var merged = PairEvidence()
    for part in split.reversed() { merged.merge(part) }
    #expect(merged.points().forward == whole.points().forward)
    #expect(merged.points().reverse == whole.points().reverse)
    #expect(merged.counts == whole.counts)
  }
}
