import CaseModel
import Scoring
import Testing
import Traffic
import Wire

/// Traffic that invites mistakes: whatever is not known may be missing, but nothing may be wrong.
struct AdversarialTests {
  private static func faults(timestamps: Bool = true) -> CaptureFaults {
    var faults = CaptureFaults()
    faults.hasTimestamps = timestamps
    faults.hasIdentifications = false
    faults.clocks = [
      "client": HostClock(offset: 7_000_000_000, drift: 30), "gateway": HostClock(offset: -12_000_000_000, drift: -60),
      "server": HostClock(offset: 25_000_000_000, drift: 90), "container": HostClock(offset: 1_000_000, drift: -20),
      "node": HostClock(offset: -3_000_000_000, drift: 50), "pod": HostClock(offset: 400_000_000, drift: 10),
    ]
    return faults
  }

  private static func lab(_ distance: Lab.Distance = .wan) -> Lab { Lab(distance, duration: 4) }

  private static var volume: Lab.Volume { Lab.Volume().times(0.15) }

  /// No flow of two connections, no wrong match that claims to be sure, no time outside its bound but in doubt.
  /// - Parameter wrong: the share of matches that may be, of those that say that they are guesses.
  @discardableResult
  private func check(
    _ network: Network, _ connections: [Connection], _ faults: CaptureFaults = Self.faults(), wrong: Double = 0.005,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> CapturedCase {
    let scored = try CapturedCase(Recording(network, connections, faults: faults, seed: 11))
    let matches = scored.matchScore()
    let links = scored.linkScore()
    #expect(matches.matchable > 0 || network.routes.count > 1, sourceLocation: sourceLocation)
    #expect(links.mixed == 0, "\(links.examples)", sourceLocation: sourceLocation)
    #expect(matches.wrong[0] == 0, "\(matches.examples)", sourceLocation: sourceLocation)
    #expect(matches.wrongShare <= wrong, "\(matches.examples)", sourceLocation: sourceLocation)
    for clock in scored.clockScores() where !clock.isFlagged {
      #expect(clock.outside == 0, "\(clock)", sourceLocation: sourceLocation)
    }
    return scored
  }

  private func clock(_ vantage: String, _ scored: CapturedCase) throws -> ClockScore {
    try #require(scored.clockScores().first { $0.vantage == vantage })
  }

  @Test func `one way alone gives no time`() throws {
    let lab = Self.lab()
    var faults = Self.faults()
    faults.isOneWay = [true, false, true, true, true, true]
    // Between two hosts of one network nothing tells which way a flow without answers goes.
    let scored = try check(lab.network, lab.workload(Self.volume, seed: 3), faults, wrong: 0.05)
    let server = try clock("server", scored)
    #expect(!server.isAligned && server.isFlagged)
  }

  @Test func `vantages without a common packet are unaligned`() throws {
    let network = Network(
      vantages: [
        TappedVantage("client", host: "client", link: .cooked2),
        TappedVantage("server", host: "server", link: .cooked2),
      ],
      routes: [0, 1].map { vantage in
        Route(
          taps: [
            Tap(vantage, interface: 1, facing: .opener, routers: Ways(forward: 0, reverse: 1)),
            Tap(vantage, interface: 2, facing: .acceptor, routers: Ways(forward: 1, reverse: 0)),
          ], hops: [.inside])
      })
    let connections = (0..<8).map { number in
      Connection(
        route: number % 2, start: Int64(number) * 100_000_000, names: Self.names(UInt16(40_000 + number)),
        traffic: Connection.requests(3, ask: 100, answer: 900, think: 30_000_000), content: UInt64(number))
    }
    let scored = try check(network, connections)
    let server = try clock("server", scored)
    #expect(!server.isAligned && server.isFlagged)
  }

  @Test func `a mirror port shows every frame twice`() throws {
    let lab = Self.lab()
    var network = lab.network
    network.vantages[Lab.server].showsTwice = true
    let scored = try check(network, lab.workload(Self.volume, seed: 4))
    #expect(scored.matchScore().matchedShare > 0.99)
  }

  @Test func `packets overtake each other`() throws {
    var distance = Lab.Distance.wan
    distance.reordering = 0.05
    let lab = Self.lab(distance)
    let scored = try check(lab.network, lab.workload(Self.volume, seed: 5))
    #expect(scored.matchScore().matchedShare > 0.99)
  }

  @Test func `five-tuples are used again`() throws {
    var volume = Self.volume
    (volume.shortFlows, volume.reused) = (24, 12)
    let lab = Self.lab()
    let scored = try check(lab.network, lab.workload(volume, seed: 6))
    #expect(scored.linkScore().share > 0.99)
  }

  @Test(arguments: [true, false])
  func `two clients behind one translator say the same`(datagrams: Bool) throws {
    let far = Hop(
      delay: Ways(both: 5_000_000), jitter: Ways(both: 200_000), loss: Ways(both: 0.01), isWire: true, merges: true)
    let near = Hop(delay: Ways(both: 30_000), jitter: Ways(both: 10_000))
    func route(_ client: Int) -> Route {
      Route(
        taps: [
          Tap(client, routers: Ways(forward: 0, reverse: 1)),
          Tap(2, interface: 2, facing: .opener, routers: Ways(forward: 0, reverse: 1)),
          Tap(2, interface: 3, facing: .acceptor, routers: Ways(forward: 1, reverse: 0), isOpenerTranslated: true),
          Tap(3, routers: Ways(forward: 1, reverse: 0), isOpenerTranslated: true),
        ], hops: [near, .inside, far])
    }
    let network = Network(
      vantages: [
        TappedVantage("client", host: "client"), TappedVantage("other", host: "node"),
        TappedVantage("gateway", host: "gateway", link: .cooked2), TappedVantage("server", host: "server"),
      ], routes: [route(0), route(1)])
    let connections = (0..<6).map { number -> Connection in
      let traffic: Connection.Traffic =
        datagrams
        ? .udp(count: 12, length: 48, interval: 50_000_000, isConstant: true)
        : Connection.requests(6, ask: 120, answer: 3_000, think: 40_000_000)
      return Connection(
        route: number % 2, start: Int64(number / 2) * 10_000_000 + Int64(number % 2) * 40_000,
        names: Self.names(UInt16(40_000 + number / 2), client: UInt32(number % 2), outer: UInt16(50_000 + number)),
        traffic: traffic, content: 5)
    }
    try check(network, connections)
  }

  @Test(arguments: [true, false])
  func `probes of idle connections look all the same`(timestamps: Bool) throws {
    let lab = Self.lab()
    let connections = (0..<4).map { number in
      let turns = [
        Connection.Turn(bytes: Ways(forward: 200, reverse: 3_000)),
        Connection.Turn(
          bytes: Ways(forward: 100, reverse: 100), pause: 1_500_000_000, keepAlives: 9, isWindowClosed: number % 2 == 1),
        Connection.Turn(bytes: Ways(forward: 100, reverse: 100), pause: 500_000_000, keepAlives: 3),
      ]
      return Connection(
        route: 0, start: Int64(number) * 7_000_000,
        names: lab.northSouthNames(port: UInt16(40_000 + number), outer: UInt16(50_000 + number)), traffic: .tcp(turns),
        content: UInt64(number))
    }
    try check(lab.network, connections, Self.faults(timestamps: timestamps))
  }

  @Test func `resets come in storms`() throws {
    let lab = Self.lab()
    let connections = (0..<6).map { number -> Connection in
      let ending: Connection.Ending = number % 2 == 0 ? .resetStorm(30) : .reset
      return Connection(
        route: 0, start: Int64(number) * 50_000_000,
        names: lab.northSouthNames(port: UInt16(40_000 + number), outer: UInt16(50_000 + number)),
        traffic: Connection.requests(2, ask: 100, answer: 500, think: 20_000_000),
        ending: ending, content: UInt64(number))
    }
    // Of thirty equal ones, half a millisecond apart, any may be the one that was lost.
    try check(lab.network, connections, wrong: 0.05)
  }

  @Test func `the new internet protocol has no identifications, and here no timestamps`() throws {
    var distance = Lab.Distance.wan
    distance.isIPv6 = true
    let lab = Self.lab(distance)
    let scored = try check(lab.network, lab.workload(Self.volume, seed: 8), Self.faults(timestamps: false))
    #expect(scored.matchScore().matchedShare > 0.99)
    #expect(scored.linkScore().share > 0.99)
  }

  @Test func `a proxy says the same on another connection`() throws {
    let hop = Hop(delay: Ways(both: 2_000_000), jitter: Ways(both: 100_000), isWire: true, merges: true)
    let network = Network(
      vantages: [
        TappedVantage("client", host: "client"), TappedVantage("gateway", host: "gateway"),
        TappedVantage("server", host: "server"),
      ],
      routes: [Route(taps: [Tap(0), Tap(1)], hops: [hop]), Route(taps: [Tap(1), Tap(2)], hops: [hop])])
    let connections = (0..<16).map { both -> Connection in
      let (number, side) = (both / 2, both % 2)
      return Connection(
        route: side, start: Int64(number) * 60_000_000 + Int64(side) * 8_000_000,
        names: Self.names(UInt16(40_000 + number), client: UInt32(side)),
        traffic: Connection.requests(5, ask: 400, answer: 6_000, think: 30_000_000), content: UInt64(number))
    }
    try check(network, connections)
  }

  @Test func `a clock is set back by an hour`() throws {
    let lab = Self.lab()
    var faults = Self.faults()
    faults.clocks["server"]?.steps = [(at: 2_000_000_000, by: -3_600_000_000_000)]
    try check(lab.network, lab.workload(Self.volume, seed: 9), faults)
  }

  @Test func `frames are cut short`() throws {
    let lab = Self.lab()
    var faults = Self.faults()
    faults.snaplen = [128, 96, 54, 96, 128, 68]
    faults.isMicrosecond = [false, true, false, true]
    faults.isPcapng = [true, false, true]
    try check(lab.network, lab.workload(Self.volume, seed: 10), faults)
  }

  private static func names(_ port: UInt16, client: UInt32 = 0, outer: UInt16 = 0) -> Connection.Names {
    let opener = Endpoint(IPAddress(v4: 0x0a01_0002 + client), port)
    return Connection.Names(
      opener: opener, translatedOpener: outer == 0 ? nil : Endpoint(IPAddress(v4: 0xc000_0201), outer),
      acceptor: Endpoint(IPAddress(v4: 0xc633_6409), 80))
  }
}
