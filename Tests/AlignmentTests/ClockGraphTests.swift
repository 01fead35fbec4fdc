import Alignment
import CaseModel
import Testing

/// Clocks 0, 1, 2 are hosts (client, gateway, server), 3 is the controller. The client's clock is the case's.
struct ClockGraphTests {
  private let client = SimulatedClock(offset: 0, drift: 0)
  private let gateway = SimulatedClock(offset: 1_200_000_000, drift: 12e-6)
  private let server = SimulatedClock(offset: -400_000_000, drift: -30e-6)
  private let controller = SimulatedClock(offset: 7_000_000, drift: 3e-6)

  private func span(_ clock: SimulatedClock, seconds: Double = 40) -> ClosedRange<Int64> {
    clock.reading(SimulatedClock.epoch)...clock.reading(SimulatedClock.epoch + Int64(seconds * 1e9))
  }

  /// Twenty questions before and twenty after, as a run asks them.
  private func samples(
    _ host: SimulatedClock, oneWay: Double, seconds: [Double] = [-2, 41], quantum: Int64 = 1_000
  ) -> PairEvidence {
    var evidence = PairEvidence()
    var generator = SeededGenerator(99)
    for start in seconds {
      for number in 0..<20 {
        let sent = SimulatedClock.epoch + Int64(start * 1e9) + Int64(number) * 50_000_000
        let there = sent + Int64(oneWay + generator.exponential(20_000))
        let back = there + Int64(oneWay + generator.exponential(20_000))
        let answer = host.reading(there) / quantum * quantum
        evidence.addForward(sent: controller.reading(sent), received: answer)
        evidence.addReverse(sent: answer, received: controller.reading(back))
      }
    }
    return evidence
  }

  /// How far off a map is, at worst, over 40 s, and its bound.
  private func error(_ solution: ClockSolution, _ clock: SimulatedClock) throws -> (worst: Double, bound: Double) {
    let map = try #require(solution.map)
    let worst = (0...40).map { second -> Double in
      let time = SimulatedClock.epoch + Int64(second) * 1_000_000_000
      let told = map.caseTime(HostTime(nanoseconds: clock.reading(time)))
      return abs(Double(told.nanoseconds - client.reading(time)))
    }.max()
    return (worst ?? 0, map.worstBound)
  }

  @Test func `packets carry the time from host to host`() throws {
    var graph = ClockGraph(clocks: 4, reference: 0)
    graph.relate(
      0, 1, by: .packets,
      SimulatedPair(a: client, b: gateway, forward: 50_000, reverse: 50_000, jitter: 20_000).evidence(seed: 1),
      quantum: 1)
    graph.relate(1, 2, by: .packets, SimulatedPair(a: gateway, b: server).evidence(seed: 2), quantum: 1)
    let solved = graph.solve(spans: [span(client), span(gateway), span(server), nil])
    #expect(solved.map(\.method)[1...] == [.packets, .packets, .none])
    #expect(solved[0].map == .identity)
    let near = try error(solved[1], gateway)
    #expect(near.worst <= 0.05 * 100_000 + 2_000 && near.worst <= near.bound && near.bound <= 67_000)
    let far = try error(solved[2], server)
    #expect(far.worst <= 0.05 * 10_000_000 + 2_000 && far.worst <= far.bound && far.bound <= 6_600_000)
    #expect(solved[3].map == nil)
  }

  @Test func `clock samples alone align, with their own bound`() throws {
    var graph = ClockGraph(clocks: 4, reference: 0)
    graph.relate(3, 0, by: .samples, samples(client, oneWay: 30_000), quantum: 1_000)
    graph.relate(3, 1, by: .samples, samples(gateway, oneWay: 80_000), quantum: 1_000)
    let solved = graph.solve(spans: [span(client), span(gateway), nil, nil])
    #expect(solved.map(\.method)[1...] == [.ssh, .none, .ssh])
    let result = try error(solved[1], gateway)
    #expect(result.worst <= result.bound && result.bound < 200_000)
    let controller = try #require(solved[3].map)
    let now = HostTime(nanoseconds: self.controller.reading(SimulatedClock.epoch))
    #expect(abs(Double(controller.caseTime(now).nanoseconds - SimulatedClock.epoch)) <= controller.worstBound)
  }

  @Test func `an independent path takes the asymmetry out`() throws {
    var graph = ClockGraph(clocks: 4, reference: 0)
    let data = SimulatedPair(a: client, b: server, forward: 4_000_000, reverse: 9_000_000)
    graph.relate(0, 2, by: .packets, data.evidence(seed: 3), quantum: 1)
    let alone = try error(graph.solve(spans: [span(client), nil, span(server), nil])[2], server)
    #expect(alone.worst > 2_000_000 && alone.worst <= alone.bound)

    graph.relate(3, 0, by: .samples, samples(client, oneWay: 35_000), quantum: 1_000)
    graph.relate(3, 2, by: .samples, samples(server, oneWay: 35_000), quantum: 1_000)
    let solved = graph.solve(spans: [span(client), nil, span(server), nil])
    #expect(solved[2].method == .packetsAndSSH)
    let joined = try error(solved[2], server)
    #expect(joined.worst <= 70_000 && joined.worst <= joined.bound && joined.bound < 300_000)
  }

  @Test func `one direction of packets and one of samples together make an estimate`() throws {
    var oneWay = PairEvidence()
    var generator = SeededGenerator(5)
    for number in 0..<2_000 {
      let sent = SimulatedClock.epoch + Int64(number) * 20_000_000
      oneWay.addForward(
        sent: client.reading(sent), received: server.reading(sent + Int64(1_000_000 + generator.exponential(200_000))))
    }
    var graph = ClockGraph(clocks: 4, reference: 0)
    graph.relate(0, 2, by: .packets, oneWay, quantum: 1)
    let alone = graph.solve(spans: [span(client), nil, span(server), nil])
    #expect(alone[2].map == nil)
    #expect(alone[2].isOneSided)
    graph.relate(3, 0, by: .samples, samples(client, oneWay: 2_000_000), quantum: 1_000)
    graph.relate(3, 2, by: .samples, samples(server, oneWay: 2_000_000), quantum: 1_000)
    let result = try error(graph.solve(spans: [span(client), nil, span(server), nil])[2], server)
    #expect(result.worst <= result.bound && result.bound < 8_000_000)
  }

  @Test func `a clock that was set meanwhile is followed over the step`() throws {
    var evidence = PairEvidence()
    for number in 0..<2_000 {
      let sent = SimulatedClock.epoch + Int64(number) * 20_000_000
      let step: Int64 = number < 1_000 ? 0 : 80_000_000
      evidence.addForward(sent: sent, received: sent + 1_000_000 + step)
      evidence.addReverse(sent: sent + 1_200_000 + step, received: sent + 2_200_000)
    }
    var graph = ClockGraph(clocks: 2, reference: 0)
    graph.relate(0, 1, by: .packets, evidence, quantum: 1)
    let solution = graph.solve(spans: [span(client), span(client)])[1]
    #expect(solution.isTrusted)
    #expect(solution.steps.map { ($0.by / 1e6).rounded() } == [80])
    let map = try #require(solution.map)
    #expect(map.worstBound < 1_400_000)
    for (second, step) in [(1, 0), (39, 80_000_000)] as [(Int64, Int64)] {
      let time = SimulatedClock.epoch + second * 1_000_000_000
      let told = map.caseTime(HostTime(nanoseconds: time + step)).nanoseconds
      #expect(abs(Double(told - time)) <= map.worstBound)
    }
  }

  @Test func `a clock that nothing explains is not trusted, and its bound covers what it does`() throws {
    var evidence = PairEvidence()
    var generator = SeededGenerator(8)
    for number in 0..<2_000 {
      let sent = SimulatedClock.epoch + Int64(number) * 20_000_000
      let lost = Int64.random(in: 0...80_000_000, using: &generator)
      evidence.addForward(sent: sent, received: sent + 1_000_000 + lost)
      evidence.addReverse(sent: sent + 1_200_000 + lost, received: sent + 2_200_000)
    }
    var graph = ClockGraph(clocks: 2, reference: 0)
    graph.relate(0, 1, by: .packets, evidence, quantum: 1)
    let solution = graph.solve(spans: [span(client), span(client)])[1]
    #expect(!solution.isTrusted)
    #expect(solution.contradiction?.with == 0)
    #expect(solution.steps.isEmpty)
    #expect(try #require(solution.map).worstBound > 30_000_000)
  }

  @Test func `samples that contradict the packets are told, and the tighter evidence stands`() throws {
    var graph = ClockGraph(clocks: 4, reference: 0)
    graph.relate(
      0, 1, by: .packets,
      SimulatedPair(a: client, b: gateway, forward: 50_000, reverse: 50_000, jitter: 20_000).evidence(seed: 1),
      quantum: 1)
    graph.relate(3, 0, by: .samples, samples(client, oneWay: 500_000), quantum: 1_000)
    let wrong = SimulatedClock(offset: gateway.offset + 30_000_000, drift: gateway.drift)
    graph.relate(3, 1, by: .samples, samples(wrong, oneWay: 500_000), quantum: 1_000)
    let solution = graph.solve(spans: [span(client), span(gateway), nil, nil])[1]
    #expect(!solution.isTrusted)
    let result = try error(solution, gateway)
    #expect(result.worst < 10_000)
    #expect(result.bound >= 28_000_000)
  }

  @Test func `a few false matches among thousands change nothing`() throws {
    let pair = SimulatedPair(a: client, b: server, count: 20_000)
    var evidence = pair.evidence(seed: 11)
    for number in 1...6 {
      let sent = SimulatedClock.epoch + Int64(number) * 5_000_000_000
      evidence.addForward(sent: client.reading(sent), received: server.reading(sent - 40_000_000))
    }
    var graph = ClockGraph(clocks: 2, reference: 0)
    graph.relate(0, 1, by: .packets, evidence, quantum: 1)
    let solution = graph.solve(spans: [span(client), span(server)])[1]
    #expect(solution.isTrusted)
    let result = try error(solution, server)
    #expect(result.worst <= 0.05 * pair.leastRoundTrip + 2_000)
  }

  @Test func `strange numbers do no harm`() {
    var graph = ClockGraph(clocks: 3, reference: 0)
    var wild = PairEvidence()
    wild.addForward(sent: .min, received: .max)
    wild.addReverse(sent: .max, received: .min)
    wild.addForward(sent: .max, received: .min)
    graph.relate(0, 1, by: .packets, wild, quantum: 1)
    graph.relate(0, 7, by: .packets, wild, quantum: 1)
    graph.relate(1, 1, by: .packets, wild, quantum: 1)
    let solved = graph.solve(spans: [Int64.min...Int64.max, Int64.min...Int64.max, nil])
    _ = solved.map { $0.map?.caseTime(HostTime(nanoseconds: .min)) }
    #expect(solved.count == 3)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `evidence without sense does no harm`(seed: UInt64) {
    var generator = SeededGenerator(seed)
    func anything() -> Int64 { Int64(bitPattern: generator.next() >> (generator.next() % 60)) }
    var graph = ClockGraph(clocks: 5, reference: 2)
    for _ in 0..<12 {
      var evidence = PairEvidence()
      for _ in 0..<60 {
        evidence.addForward(sent: anything(), received: anything())
        evidence.addReverse(sent: anything(), received: anything())
      }
      graph.relate(Int(generator.next() % 5), Int(generator.next() % 5), by: .packets, evidence, quantum: 1)
    }
    let instants = (0..<5).map { _ in anything() }
    let solved = graph.solve(spans: instants.map { $0...max($0, anything()) })
    #expect(solved[2].map == .identity)
    for solution in solved { #expect(solution.map?.worstBound.isNaN != true) }
  }

  @Test func `two clocks near each other are known to each other, however far the reference is`() throws {
    var graph = ClockGraph(clocks: 3, reference: 0)
    graph.relate(0, 1, by: .packets, SimulatedPair(a: client, b: gateway).evidence(seed: 1), quantum: 1)
    graph.relate(
      1, 2, by: .packets,
      SimulatedPair(a: gateway, b: server, forward: 50_000, reverse: 50_000, jitter: 20_000).evidence(seed: 2),
      quantum: 1)
    let solved = graph.solve(spans: [span(client), span(gateway), span(server)])
    let (near, far) = (try #require(solved[1].map), try #require(solved[2].map))
    #expect(near.worstBound > 4_000_000 && far.worstBound > 4_000_000)
    #expect(solved[1].apart[2] <= 0.65 * 100_000 + 2_000)
    #expect(solved[1].apart[2] == solved[2].apart[1])
    for second in 0...40 {
      let time = SimulatedClock.instant(Double(second))
      let told = [(near, gateway), (far, server)].map { map, clock in
        map.caseTime(HostTime(nanoseconds: clock.reading(time))).nanoseconds
      }
      #expect(Double(abs(told[0] - told[1])) <= solved[1].apart[2])
    }
  }

  @Test func `where evidence is thin the bound is wide, and there alone`() throws {
    var pair = SimulatedPair(a: client, b: server, forward: 50_000, reverse: 50_000, jitter: 20_000)
    pair.duration = 4
    var graph = ClockGraph(clocks: 2, reference: 0)
    graph.relate(0, 1, by: .packets, pair.evidence(seed: 3), quantum: 1)
    let solution = graph.solve(spans: [span(client), span(server)])[1]
    let map = try #require(solution.map)
    func bound(_ second: Double) -> Double {
      map.bound(at: HostTime(nanoseconds: server.reading(SimulatedClock.instant(second))))
    }
    #expect(bound(1) <= 67_000)
    #expect(bound(40) > 2 * bound(1) && bound(40) <= map.worstBound)
    #expect(bound(20) < bound(40))
    #expect(bound(400) == map.worstBound)
    let case20 = map.caseTime(HostTime(nanoseconds: server.reading(SimulatedClock.instant(20))))
    #expect(abs(map.bound(at: case20) - bound(20)) < 1)
    for second in 0...40 {
      let time = SimulatedClock.instant(Double(second))
      let told = map.caseTime(HostTime(nanoseconds: server.reading(time))).nanoseconds
      #expect(abs(Double(told - client.reading(time))) <= bound(Double(second)) + 1)
    }
  }
}
