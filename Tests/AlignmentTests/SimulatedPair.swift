import Alignment

/// Numbers from a seed (SplitMix64): the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Exponentially distributed with that mean.
  mutating func exponential(_ mean: Double) -> Double {
    // A sum of halvings instead of a logarithm: geometric steps, near enough for queueing.
    var value = Double.random(in: 0..<mean, using: &self)
    while Bool.random(using: &self) { value += mean / 2 }
    return value
  }
}

/// A clock that is off and gains: `reading = true + offset + drift * (true - epoch)`, that is set at times and slewed for a while.
struct SimulatedClock {
  var offset: Int64 = 0
  var drift = 0.0
  /// At a true instant the reading gains that much at once. In order of time.
  var steps: [(at: Int64, by: Int64)] = []
  /// From one true instant to another it runs faster by that much.
  var slew: (from: Int64, to: Int64, by: Double)?
  /// Amplitude (ns) and period (ns) of a clock that warms and cools.
  var wander: (amplitude: Double, period: Double)?

  static let epoch: Int64 = 1_795_237_833_000_000_000

  static func instant(_ seconds: Double) -> Int64 { epoch + Int64(seconds * 1e9) }

  func reading(_ time: Int64) -> Int64 {
    var extra = drift * Double(time - Self.epoch)
    if let slew { extra += slew.by * Double(min(max(time, slew.from), slew.to) - slew.from) }
    if let wander { extra += wander.amplitude * sin(Double(time - Self.epoch) / wander.period * 2 * .pi) }
    let set = steps.reduce(0) { time >= $1.at ? $0 + $1.by : $0 }
    return time + offset + set + Int64(extra.rounded())
  }

  private func sin(_ x: Double) -> Double {
    // Bhaskara's approximation: smooth and periodic is all that is asked for.
    let turn = (x / (2 * .pi)) - (x / (2 * .pi)).rounded(.down)
    let half = turn < 0.5 ? turn * 2 : turn * 2 - 1
    let arch = 16 * half * (1 - half) / (5 - 4 * half * (1 - half))
    return turn < 0.5 ? arch : -arch
  }
}

/// Two hosts, a path with delays both ways, and packets over it. True times in nanoseconds.
struct SimulatedPair {
  var a = SimulatedClock()
  var b = SimulatedClock()
  var forward = 5_000_000.0
  var reverse = 5_000_000.0
  var jitter = 300_000.0
  /// Seconds.
  var duration = 40.0
  var count = 5_000

  /// The least round trip that any two packets could make.
  var leastRoundTrip: Double { forward + reverse }

  func evidence(seed: UInt64) -> PairEvidence {
    var generator = SeededGenerator(seed)
    var evidence = PairEvidence()
    for number in 0..<count {
      let sent = SimulatedClock.epoch + Int64(duration * 1e9 * Double(number) / Double(count))
      let there = sent + Int64(forward + generator.exponential(jitter))
      evidence.addForward(sent: a.reading(sent), received: b.reading(there))
      let answered = there + Int64(generator.exponential(1_000_000))
      let back = answered + Int64(reverse + generator.exponential(jitter))
      evidence.addReverse(sent: b.reading(answered), received: a.reading(back))
    }
    return evidence
  }

  /// A's readings at the ends of the run and in between.
  var instants: [Int64] {
    (0...20).map { a.reading(SimulatedClock.epoch + Int64(duration * 1e9 * Double($0) / 20)) }
  }

  /// What B's clock reads when A's reads that.
  func truth(at readingOfA: Int64) -> Int64 {
    // The inverse of A's reading, to the nanosecond, by two rounds.
    var time = readingOfA - a.offset
    for _ in 0..<3 { time -= a.reading(time) - readingOfA }
    return b.reading(time)
  }
}
