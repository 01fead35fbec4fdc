import Alignment
import Testing

struct MaxMarginLineTests {
  private func fit(_ pair: SimulatedPair, seed: UInt64) -> (line: MaxMarginLine, base: (x: Int64, y: Int64)) {
    let points = pair.evidence(seed: seed).points()
    return (MaxMarginLine(forward: points.forward, reverse: points.reverse, quantum: 1), points.base)
  }

  /// The true `y` at an instant, relative to the evidence's base.
  private func truth(_ pair: SimulatedPair, _ instant: Int64, _ base: (x: Int64, y: Int64)) -> Double {
    Double(pair.truth(at: instant) - instant - base.y)
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func `many two-way packets tell the offset to a twentieth of the round trip`(seed: UInt64) {
    var generator = SeededGenerator(seed)
    let pair = SimulatedPair(
      a: SimulatedClock(),
      b: SimulatedClock(
        offset: Int64.random(in: -30_000_000_000...30_000_000_000, using: &generator),
        drift: Double.random(in: -100e-6...100e-6, using: &generator)))
    let (line, base) = fit(pair, seed: seed)
    for instant in pair.instants {
      let x = Double(instant - base.x)
      let truth = truth(pair, instant, base)
      #expect(abs(line.value(at: x) - truth) <= 0.05 * pair.leastRoundTrip + 2_000)
      #expect(line.lower(at: x) <= truth && truth <= line.upper(at: x))
      #expect(line.upper(at: x) - line.lower(at: x) <= 2 * (0.65 * pair.leastRoundTrip + 2_000))
    }
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `the bound holds the truth with few packets too`(seed: UInt64) {
    let pair = SimulatedPair(
      b: SimulatedClock(offset: -158_000_000, drift: 17e-6), jitter: 2_000_000, count: 4 + Int(seed))
    let (line, base) = fit(pair, seed: seed)
    for instant in pair.instants {
      let x = Double(instant - base.x)
      let truth = truth(pair, instant, base)
      #expect(line.lower(at: x) <= truth && truth <= line.upper(at: x))
    }
  }

  @Test func `an asymmetric path is off by half the asymmetry and says so`() {
    let pair = SimulatedPair(forward: 4_000_000, reverse: 9_000_000)
    let (line, base) = fit(pair, seed: 7)
    for instant in pair.instants {
      let x = Double(instant - base.x)
      let truth = truth(pair, instant, base)
      #expect(abs(abs(line.value(at: x) - truth) - 2_500_000) < 100_000)
      #expect(line.lower(at: x) <= truth && truth <= line.upper(at: x))
    }
  }

  @Test func `what stamps may be off carries no drift`() {
    // The only fast packets pass at once, the later ones wait in queues: a slope wins 8 ns of margin.
    let forward = [Point(x: 0, y: 2_000), Point(x: 7e9, y: 60_000)]
    let reverse = [Point(x: 1e6, y: -2_000), Point(x: 7e9, y: -60_000)]
    #expect(MaxMarginLine(forward: forward, reverse: reverse, quantum: 1).slope > 1e-6)
    #expect(MaxMarginLine(forward: forward, reverse: reverse, quantum: 1_000).slope == 0)
  }

  @Test func `one direction alone bounds one side`() {
    let line = MaxMarginLine(forward: [Point(x: 0, y: 10), Point(x: 1e9, y: 12)], reverse: [], quantum: 0)
    #expect(!line.isTwoSided)
    #expect(line.isFeasible)
    #expect(line.upper(at: 0) == 10)
    #expect(line.lower(at: 0) == -.infinity)
  }

  @Test func `short spans claim no drift`() {
    let forward = [Point(x: 0, y: 100_000), Point(x: 1e8, y: 120_000)]
    let reverse = [Point(x: 0, y: -100_000), Point(x: 1e8, y: -80_000)]
    #expect(MaxMarginLine(forward: forward, reverse: reverse, quantum: 0).slope == 0)
  }

  @Test func `a slope that the evidence does not carry is not claimed`() {
    // Forward packets at the start only, reverse ones at the end only: any slope fits.
    let line = MaxMarginLine(
      forward: [Point(x: 0, y: 5e6)], reverse: [Point(x: 60e9, y: -5e6)], quantum: 0)
    #expect(line.slope == 0)
    #expect(line.upper(at: 60e9) >= 5e6 + 60e9 * 290e-6)
  }

  @Test func `evidence that contradicts itself has no feasible slope`() {
    let points = (0..<100).map { Double($0) * 1e9 }
    let line = MaxMarginLine(
      forward: points.map { Point(x: $0, y: $0 < 50e9 ? 1_000 : 50_000_000) },
      reverse: points.map { Point(x: $0, y: $0 < 50e9 ? -1_000 : 49_998_000) }, quantum: 1)
    #expect(!line.isFeasible)
    #expect(line.gap < 0)
  }

  @Test func `coarse stamps give slack instead of a contradiction`() {
    let pair = SimulatedPair(forward: 300, reverse: 300, jitter: 100)
    var evidence = PairEvidence()
    var generator = SeededGenerator(3)
    for number in 0..<2_000 {
      let sent = SimulatedClock.epoch + Int64(number) * 20_000_000
      let there = sent + Int64(pair.forward + generator.exponential(100))
      evidence.addForward(sent: sent / 1_000 * 1_000, received: there / 1_000 * 1_000)
      evidence.addReverse(sent: there / 1_000 * 1_000, received: (there + 350) / 1_000 * 1_000)
    }
    let points = evidence.points()
    let line = MaxMarginLine(forward: points.forward, reverse: points.reverse, quantum: 1_000)
    #expect(line.isFeasible)
    let truth = Double(0 - points.base.y)
    #expect(line.lower(at: 1e9) <= truth && truth <= line.upper(at: 1e9))
  }
}
