import Alignment
import Testing

struct ClockStepTests {
  /// Client, gateway, server: a wire and a wide-area path.
  private func network(_ steps: [Int: [(at: Double, by: Int64)]], seed: UInt64) -> SimulatedNetwork {
    var generator = SeededGenerator(seed)
    let clocks = (0..<3).map { host in
      SimulatedClock(
        offset: Int64.random(in: -30_000_000_000...30_000_000_000, using: &generator),
        drift: Double.random(in: -100e-6...100e-6, using: &generator),
        steps: (steps[host] ?? []).map { (SimulatedClock.instant($0.at), $0.by) })
    }
    return SimulatedNetwork(clocks, delays: [60_000, 5_000_000], jitter: [20_000, 300_000])
  }

  @Test(
    arguments: [0, 1, 2],
    [
      -3_600_000_000_000, -5_000_000_000, -300_000_000, -25_000_000, 25_000_000, 300_000_000, 5_000_000_000,
      3_600_000_000_000,
    ] as [Int64])
  func `a step is found by name, place and size`(host: Int, by: Int64) {
    let network = network([host: [(17.3, by)]], seed: UInt64(host + 7))
    let captures = network.captures(seed: 3)
    let solved = network.solve(captures)
    for other in 0..<3 {
      #expect(solved[other].steps.count == (other == host ? 1 : 0), "clock \(other): \(solved[other].steps)")
      let score = network.score(other, solved, captures)
      #expect(score.outside * 100 <= score.frames)
      #expect(solved[other].isTrusted)
    }
    guard let step = solved[host].steps.first else { return }
    #expect(abs(step.by - Double(by)) <= step.bound)
    #expect(abs(step.by - Double(by)) <= 200_000)
  }
}
