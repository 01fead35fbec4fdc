extension Lab {
  /// How much of everything there is.
  public struct Volume: Sendable {
    public var requestFlows = 3
    public var requestsPerFlow = 20
    public var bulkFlows = 2
    public var bulkBytes: Int64 = 1 << 20
    public var shortFlows = 20
    public var datagramFlows = 2
    public var eastWestFlows = 2
    /// How many of the short flows use ports again.
    public var reused = 2

    public init() {}

    public func times(_ factor: Double) -> Volume {
      func scaled(_ count: Int) -> Int { Int((Double(count) * factor).rounded(.up)) }
      var volume = self
      volume.requestsPerFlow = scaled(requestsPerFlow)
      volume.bulkBytes = Int64(Double(bulkBytes) * factor)
      volume.shortFlows = scaled(shortFlows)
      volume.reused = scaled(reused)
      return volume
    }
  }

  /// Requests with answers, bulk both ways, short connections (some on ports used before), datagrams, pings, east-west traffic.
  public func workload(_ volume: Volume, seed: UInt64) -> [Connection] {
    var numbers = SeededNumbers(SeededNumbers.mix(seed ^ 0x1ab))
    var ports = Ports(numbers: SeededNumbers(seed))
    let span = Int64(duration * 1e9)
    var connections: [Connection] = []
    func start() -> Int64 { Int64(numbers.uniform(0..<0.1) * Double(span)) }
    func add(_ start: Int64, _ names: Connection.Names, _ traffic: Connection.Traffic, route: Int = 0) {
      connections.append(
        Connection(route: route, start: start, names: names, traffic: traffic, content: numbers.next()))
    }
    let think = span / Int64(volume.requestsPerFlow + 1)
    for _ in 0..<volume.requestFlows {
      add(
        start(), ports.northSouth(self),
        Connection.requests(volume.requestsPerFlow, ask: 120, answer: 4_000, think: think))
    }
    for number in 0..<volume.bulkFlows {
      let bytes =
        number % 2 == 0 ? Ways(forward: volume.bulkBytes, reverse: 0) : Ways(forward: 0, reverse: volume.bulkBytes)
      let turns = (0..<8).map { _ in
        Connection.Turn(bytes: Ways(forward: bytes.forward / 8, reverse: bytes.reverse / 8), pause: span / 10)
      }
      add(start(), ports.northSouth(self), .tcp(turns))
    }
    for number in 0..<volume.shortFlows {
      let at = Int64(Double(span) * Double(number) / Double(volume.shortFlows + 1))
      let isReused = number >= volume.shortFlows - volume.reused && number >= volume.shortFlows / 2
      let names = isReused ? ports.shortNames[number - (volume.shortFlows + 1) / 2] : ports.northSouth(self)
      if !isReused { ports.shortNames.append(names) }
      add(at, names, Connection.requests(1, ask: 200, answer: Int64(numbers.next() % 9_000), think: 0))
    }
    for number in 0..<volume.datagramFlows {
      let interval = think + 1_000_003
      add(
        start(), ports.northSouth(self),
        .udp(count: volume.requestsPerFlow, length: 64, interval: interval, isConstant: number % 2 == 1))
    }
    add(start(), ports.northSouth(self), .ping(count: volume.requestsPerFlow, interval: think + 700_001))
    for number in 0..<volume.eastWestFlows {
      let bytes = number % 2 == 0 ? volume.bulkBytes / 16 : 0
      let traffic = Connection.requests(volume.requestsPerFlow, ask: 300, answer: 2_000 + bytes / 16, think: think)
      add(start(), eastWestNames(port: ports.next()), traffic, route: 1)
    }
    return connections
  }

  /// Ephemeral ports, none twice.
  private struct Ports {
    var numbers: SeededNumbers
    var used: Set<UInt16> = []
    var shortNames: [Connection.Names] = []

    init(numbers: SeededNumbers) { self.numbers = numbers }

    mutating func next() -> UInt16 {
      while true {
        let port = UInt16(32_768 + numbers.next() % 28_000)
        if used.insert(port).inserted { return port }
      }
    }

    mutating func northSouth(_ lab: Lab) -> Connection.Names {
      lab.northSouthNames(port: next(), outer: next())
    }
  }
}
