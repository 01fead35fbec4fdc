internal import CaseModel
internal import Correlation
internal import Traffic

/// How much is measured.
public struct ScoringSize: Sendable {
  public var seeds: Int
  /// Times the traffic of the short form.
  public var volume: Double
  /// Seconds of a run.
  public var duration: Double

  public init(seeds: Int, volume: Double, duration: Double) {
    self.seeds = seeds
    self.volume = volume
    self.duration = duration
  }

  public static let short = ScoringSize(seeds: 1, volume: 0.2, duration: 5)
  public static let long = ScoringSize(seeds: 100, volume: 4, duration: 40)
}

/// Runs labs under faults and scores them, seed by seed.
struct Trials<W: Workers>: Sendable {
  let size: ScoringSize
  let workers: W

  func each<R: Sendable>(_ count: Int? = nil, _ body: @Sendable (UInt64) throws -> R) throws -> [R] {
    try workers.each(count ?? size.seeds) { try body(UInt64($0 + 1)) }
  }

  func lab(_ distance: Lab.Distance) -> Lab { Lab(distance, duration: size.duration) }

  func run(
    _ lab: Lab, _ volume: Lab.Volume? = nil, seed: UInt64, clocks: [HostName: ClockLog] = [:],
    _ faults: CaptureFaults
  ) throws -> CapturedCase {
    let recording = Recording(
      lab.network, lab.workload(volume ?? Lab.Volume().times(size.volume), seed: seed), faults: faults, seed: seed)
    return try CapturedCase(recording, clocks: clocks)
  }

  /// Clocks that are off by up to 30 s and gain or lose up to 100 ppm.
  func faults(seed: UInt64) -> CaptureFaults {
    var numbers = SeededNumbers(seed &* 0x51ed_270b)
    var faults = CaptureFaults()
    for host in ["client", "gateway", "server", "container", "node", "pod"] {
      faults.clocks[host] = HostClock(
        offset: Int64(numbers.uniform(-30e9..<30e9)), drift: numbers.uniform(-100..<100))
    }
    return faults
  }
}
