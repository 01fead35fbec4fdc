/// A run of the network, captured: every frame of every vantage, and what is true about it.
public struct Recording: Sendable {
  /// Nanoseconds since 1970 at the start.
  public static let epoch: Int64 = 1_795_237_833_000_000_000

  public let network: Network
  public let connections: [Connection]
  public let faults: CaptureFaults
  /// Everything that passed any tap.
  public let sightings: [Sighting]
  /// Per vantage: what its capture holds, frame by frame, as indices into `sightings`.
  public let frames: [[Int32]]
  /// Per sighting: whether its capture holds it.
  private let isKept: [Bool]
  let seed: UInt64

  public init(_ network: Network, _ connections: [Connection], faults: CaptureFaults = CaptureFaults(), seed: UInt64) {
    self.init(network, connections, Self.run(network, connections, seed), faults, seed)
  }

  private init(
    _ network: Network, _ connections: [Connection], _ sightings: [Sighting], _ faults: CaptureFaults, _ seed: UInt64
  ) {
    self.network = network
    self.connections = connections
    self.faults = faults
    self.sightings = sightings
    self.seed = seed
    var numbers = SeededNumbers(SeededNumbers.mix(seed ^ 0xfa01))
    var frames = [[Int32]](repeating: [], count: network.vantages.count)
    for (index, sighting) in sightings.enumerated() {
      let vantage = network.routes[connections[Int(sighting.connection)].route].taps[Int(sighting.tap)].vantage
      if faults.shows(sighting.isForward, vantage) { frames[vantage].append(Int32(index)) }
    }
    var isKept = [Bool](repeating: false, count: sightings.count)
    for vantage in frames.indices {
      let inOrder = frames[vantage].map { (time: sightings[Int($0)].time, index: $0) }.sorted { $0 < $1 }
      let begin = Self.epoch + faults.cut(vantage)
      let kept = inOrder.filter { $0.time >= begin && !numbers.happens(faults.drops(vantage)) }.map(\.index)
      for index in kept { isKept[Int(index)] = true }
      frames[vantage] = network.vantages[vantage].showsTwice ? kept.flatMap { [$0, $0] } : kept
    }
    self.frames = frames
    self.isKept = isKept
  }

  /// The same run, captured with other faults.
  public func recaptured(_ faults: CaptureFaults, seed: UInt64) -> Recording {
    Recording(network, connections, sightings, faults, seed)
  }

  private static func run(_ network: Network, _ connections: [Connection], _ seed: UInt64) -> [Sighting] {
    var sightings: [Sighting] = []
    for (number, connection) in connections.enumerated() {
      let passage = Passage(
        network.routes[connection.route], connection: number, epoch: epoch, base: sightings.count,
        numbers: SeededNumbers(SeededNumbers.mix(seed &+ UInt64(number) &* 0x1_0001)))
      switch connection.traffic {
      case .tcp(let turns):
        var simulation = TCPSimulation(connection, turns, passage)
        simulation.run()
        sightings += simulation.passage.sightings
      case .udp(let count, let length, let interval, _):
        var simulation = DatagramSimulation(connection, passage)
        simulation.run(count: count, length: length, interval: interval)
        sightings += simulation.passage.sightings
      case .ping(let count, let interval):
        var simulation = DatagramSimulation(connection, passage)
        simulation.run(count: count, length: 56, interval: interval)
        sightings += simulation.passage.sightings
      }
    }
    return sightings
  }

  // MARK: truth

  public func tap(_ sighting: Int32) -> Tap {
    let seen = sightings[Int(sighting)]
    return network.routes[connections[Int(seen.connection)].route].taps[Int(seen.tap)]
  }

  /// The sighting that holds the first byte at the nearest place before whose capture has it.
  public func upstream(of sighting: Int32) -> Int32? {
    var at = sightings[Int(sighting)].upstream
    while at >= 0, !isKept[Int(at)] { at = sightings[Int(at)].upstream }
    return at < 0 ? nil : at
  }

  /// Whether `earlier` shows the first byte of `sighting` at any place before.
  public func isAncestor(_ earlier: Int32, of sighting: Int32) -> Bool {
    var at = sightings[Int(sighting)].upstream
    while at >= 0, at != earlier { at = sightings[Int(at)].upstream }
    return at >= 0
  }

  /// What a vantage's clock reads at a true time, as it stamps frames.
  public func reading(_ time: Int64, at vantage: Int) -> Int64 {
    let clock = faults.clocks[network.vantages[vantage].host] ?? HostClock()
    return clock.reading(time, epoch: Self.epoch)
  }
}
