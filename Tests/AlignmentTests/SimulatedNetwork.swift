import Alignment
import CaseModel

/// Hosts in a row, packets from end to end and back: every host captures all of them, and the clocks are what a test makes them.
/// The first host's clock is the case's.
struct SimulatedNetwork {
  var clocks: [SimulatedClock]
  /// Least delay of each hop, nanoseconds, one way and back.
  var forward: [Double]
  var reverse: [Double]
  /// Mean of what queues add per hop.
  var jitter: [Double]
  var duration = 40.0
  var count = 5_000
  /// From a true instant on the first hop's way out takes longer.
  var routeChange: (at: Int64, by: Double)?
  /// Nanoseconds that stamps are cut to.
  var quantum: Int64 = 1

  init(
    _ clocks: [SimulatedClock], delays: [Double], jitter: [Double], duration: Double = 40, count: Int = 5_000
  ) {
    self.clocks = clocks
    (forward, reverse, self.jitter) = (delays, delays, jitter)
    self.duration = duration
    self.count = count
  }

  /// A frame of one host's capture.
  struct Frame {
    var time: Int64
    var packet: Int
    var isForward: Bool
  }

  /// What every host's capture shows, in true order, and what its timestamps say of it.
  struct Captures {
    var truth: [[Frame]]
    var raw: [[Int64]]
    var folds: [TimeFolds]
    var cuts: [[FoldDetector.Cut]]
  }

  func captures(seed: UInt64) -> Captures {
    var generator = SeededGenerator(seed)
    var truth = [[Frame]](repeating: [], count: clocks.count)
    for packet in 0..<count {
      var time =
        SimulatedClock.instant(duration * Double(packet) / Double(count)) + Int64(generator.exponential(1_000_000))
      truth[0].append(Frame(time: time, packet: packet, isForward: true))
      for hop in forward.indices {
        var delay = forward[hop] + generator.exponential(jitter[hop])
        if hop == 0, let routeChange, time >= routeChange.at { delay += routeChange.by }
        time += Int64(delay)
        truth[hop + 1].append(Frame(time: time, packet: packet, isForward: true))
      }
      time += Int64(generator.exponential(1_000_000))
      truth[clocks.count - 1].append(Frame(time: time, packet: packet, isForward: false))
      for hop in reverse.indices.reversed() {
        time += Int64(reverse[hop] + generator.exponential(jitter[hop]))
        truth[hop].append(Frame(time: time, packet: packet, isForward: false))
      }
    }
    for host in truth.indices { truth[host].sort { ($0.time, $0.packet) < ($1.time, $1.packet) } }
    let raw = zip(truth, clocks).map { frames, clock in frames.map { clock.reading($0.time) / quantum * quantum } }
    let cuts = raw.map { times in
      var detector = FoldDetector()
      for (number, time) in times.enumerated() { detector.note(time, file: 0, frame: UInt32(number + 1)) }
      return detector.finish()
    }
    return Captures(truth: truth, raw: raw, folds: cuts.map { TimeFolds(cuts: $0) }, cuts: cuts)
  }

  func graph(_ captures: Captures) -> ClockGraph {
    var graph = ClockGraph(clocks: clocks.count, reference: 0)
    let unfolded = clocks.indices.map { host in
      captures.raw[host].indices.map {
        captures.folds[host].unfold(captures.raw[host][$0], file: 0, frame: UInt32($0 + 1))
      }
    }
    for hop in forward.indices {
      var evidence = PairEvidence()
      let far = places(captures.truth[hop + 1])
      for (index, frame) in captures.truth[hop].enumerated() {
        guard let other = far[Key(frame)] else { continue }
        let (here, there) = (unfolded[hop][index], unfolded[hop + 1][other])
        if frame.isForward {
          evidence.addForward(sent: here, received: there)
        } else {
          evidence.addReverse(sent: there, received: here)
        }
      }
      graph.relate(hop, hop + 1, by: .packets, evidence, quantum: Double(quantum))
    }
    for host in clocks.indices {
      for (cut, fold) in zip(captures.cuts[host], captures.folds[host].folds) {
        graph.fold(host, at: cut.after + fold.shift, back: cut.depth, spacing: cut.spacing)
      }
    }
    return graph
  }

  func solve(_ captures: Captures) -> [ClockSolution] {
    graph(captures).solve(
      spans: clocks.indices.map { host in
        let times = captures.raw[host].indices.map {
          captures.folds[host].unfold(captures.raw[host][$0], file: 0, frame: UInt32($0 + 1))
        }
        guard let first = times.min(), let last = times.max() else { return nil }
        return first...last
      })
  }

  private struct Key: Hashable {
    var packet: Int
    var isForward: Bool
    init(_ frame: Frame) { (packet, isForward) = (frame.packet, frame.isForward) }
  }

  private func places(_ frames: [Frame]) -> [Key: Int] {
    Dictionary(uniqueKeysWithValues: frames.enumerated().map { (Key($0.element), $0.offset) })
  }

  /// How a solved clock stands against the truth, frame by frame.
  struct Score {
    /// Over frames outside guards, nanoseconds.
    var worst = 0.0
    var bound = 0.0
    var frames = 0
    var outside = 0
    var guarded = 0
  }

  /// Case time is what the first host's clock would say had it not been set; where it was, as its longest stretch has it.
  func score(_ host: Int, _ solved: [ClockSolution], _ captures: Captures) -> Score {
    var score = Score()
    guard let map = solved[host].map?.folded(captures.folds[host]) else {
      score.outside = captures.raw[host].count
      return score
    }
    var plain = clocks[0]
    plain.steps = []
    if let step = clocks[0].steps.first, let reference = solved[0].map?.folded(captures.folds[0]) {
      let frames = captures.truth[0].indices
      let number = step.at - SimulatedClock.epoch < Int64(duration * 5e8) ? frames.count * 9 / 10 : frames.count / 10
      let told = reference.caseTime(
        HostTime(nanoseconds: captures.raw[0][number]), file: 0, frame: UInt32(number + 1))
      plain.offset += told.nanoseconds - plain.reading(captures.truth[0][number].time)
    }
    for (number, frame) in captures.truth[host].enumerated() {
      let raw = HostTime(nanoseconds: captures.raw[host][number])
      let told = map.caseTime(raw, file: 0, frame: UInt32(number + 1)).nanoseconds
      let unfolded = captures.folds[host].unfold(raw.nanoseconds, file: 0, frame: UInt32(number + 1))
      let error = abs(Double(told - plain.reading(frame.time)))
      let piece = map.pieces.last { $0.from.nanoseconds <= unfolded } ?? map.pieces[0]
      score.frames += 1
      if error > map.bound(unfolded: HostTime(nanoseconds: unfolded)) + Double(quantum) { score.outside += 1 }
      if piece.isGuard {
        score.guarded += 1
      } else {
        score.worst = max(score.worst, error)
      }
    }
    score.bound = map.worstBound
    return score
  }
}
