import Traffic
import Wire

/// A network in good order and what passes through it, another one for every seed: nothing is lost, and nobody is to blame.
///
/// Client, router (perhaps a translator) and server. Packets overtake each other and come twice, clients abort, close one side,
/// knock at ports where nobody listens and fall silent, windows close and open again, stray segments are ignored.
struct HealthyTraffic {
  private var numbers: SeededNumbers
  private let isIPv6: Bool
  private let translates: Bool
  private var ports: Set<UInt16> = []

  init(seed: UInt64) {
    numbers = SeededNumbers(seed)
    isIPv6 = numbers.happens(0.2)
    translates = numbers.happens(0.5)
  }

  private mutating func pick<Value>(_ values: Value...) -> Value { values[Int(numbers.next() % UInt64(values.count))] }
  private mutating func count(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &numbers) }
  private mutating func bytes(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &numbers) }

  // MARK: the network

  private static let microsecond: Int64 = 1_000
  private static let millisecond: Int64 = 1_000_000
  private static let second: Int64 = 1_000_000_000

  private mutating func network() -> Network {
    let delay = pick(8 * Self.microsecond, 300 * Self.microsecond, 5 * Self.millisecond, 40 * Self.millisecond)
    var far = Hop(delay: Ways(both: delay), jitter: Ways(both: Double(delay) / 10), isWire: true)
    far.merges = numbers.happens(0.5)
    far.reordering = pick(0, 0, 0.02)
    far.duplication = pick(0, 0, 0.01)
    let near = Hop(delay: Ways(both: 20 * Self.microsecond), jitter: Ways(both: 10_000))
    let beyond = Tap(
      1, interface: 3, facing: .acceptor, routers: Ways(forward: 1, reverse: 0), isOpenerTranslated: translates)
    let taps = [
      Tap(0, routers: Ways(forward: 0, reverse: 1)),
      Tap(1, interface: 2, facing: .opener, routers: Ways(forward: 0, reverse: 1)), beyond,
      Tap(2, routers: Ways(forward: 1, reverse: 0), isOpenerTranslated: translates),
    ]
    return Network(
      vantages: [
        TappedVantage("client", host: "client", showsTwice: numbers.happens(0.1)),
        TappedVantage("router", host: "router", link: .cooked2),
        TappedVantage("server", host: "server"),
      ],
      routes: [
        Route(
          taps: taps, hops: [near, .inside, far], segment: isIPv6 ? 1_428 : 1_448, offloads: numbers.happens(0.5))
      ])
  }

  private mutating func faults() -> CaptureFaults {
    var faults = CaptureFaults()
    for host in ["router", "server"] where numbers.happens(0.5) {
      faults.clocks[host] = HostClock(
        offset: Int64(numbers.uniform(-300e9..<300e9)), drift: numbers.uniform(-100..<100))
    }
    faults.snaplen = Array(repeating: pick(96, 128, 192, 2_000), count: 3)
    faults.isMicrosecond = [numbers.happens(0.5), numbers.happens(0.5), false]
    faults.isPcapng = [false, numbers.happens(0.5), false]
    faults.hasTimestamps = numbers.happens(0.8)
    faults.hasIdentifications = numbers.happens(0.8)
    return faults
  }

  // MARK: what passes

  private mutating func port() -> UInt16 {
    while true {
      let port = UInt16(32_768 + numbers.next() % 28_000)
      if ports.insert(port).inserted { return port }
    }
  }

  private mutating func names() -> Connection.Names {
    func address(_ v4: UInt32) -> IPAddress {
      isIPv6 ? IPAddress(high: 0x2001_0db8_0000_0000, low: UInt64(v4), isIPv6: true) : IPAddress(v4: v4)
    }
    let opener = Endpoint(address(0x0a01_0002 + UInt32(count(0...1))), port())
    let outside = Endpoint(address(0xc000_0201), port())
    return Connection.Names(
      opener: opener, translatedOpener: translates ? outside : nil,
      acceptor: Endpoint(address(0xc633_6409), pick(80, 443, 5_432, 15_010)))
  }

  private mutating func turns(_ requests: Int, answer: ClosedRange<Int64> = 1...20_000) -> [Connection.Turn] {
    (0..<requests).flatMap { number in
      [
        Connection.Turn(
          bytes: Ways(forward: bytes(20...3_000), reverse: 0),
          pause: number == 0 ? 0 : bytes(Self.millisecond...(2 * Self.second))),
        Connection.Turn(
          bytes: Ways(forward: 0, reverse: bytes(answer)),
          pause: bytes((100 * Self.microsecond)...(50 * Self.millisecond))),
      ]
    }
  }

  private mutating func connection() -> (Connection.Traffic, Connection.Ending) {
    switch count(0...12) {
    case 0: return (.tcp(turns(1)), .fin)
    case 1: return (.tcp(turns(count(2...20))), pick(.fin, .fin, .reset, .open))
    case 2: return (.tcp([Connection.Turn(bytes: Ways(forward: bytes(10_000...150_000), reverse: 0))]), .fin)
    case 3: return (.tcp(turns(1, answer: 50_000...200_000)), .fin)
    case 4: return (.tcp(turns(count(1...3))), .refused)
    case 5: return (.tcp(turns(count(1...3))), .halfClose(bytes(1...40_000)))
    case 6:
      let size = bytes(20_000...150_000)
      return (.tcp(turns(1, answer: size...size)), .abort(after: size / pick(2, 3, 10)))
    case 7: return (.tcp(silent(closesWindow: false)), pick(.fin, .open))
    case 8: return (.tcp(silent(closesWindow: true)), .fin)
    case 9: return (.tcp(strange()), .fin)
    case 10: return (.udp(count: count(1...10), length: 60, interval: Self.second, isConstant: false), .open)
    case 11: return (.ping(count: count(1...5), interval: Self.second), .open)
    default: return (.tcp(turns(count(1...5), answer: 1...1_000)), pick(.fin, .reset))
    }
  }

  /// Silences between requests, with keep-alives perhaps; or behind a closed window, which opens again.
  private mutating func silent(closesWindow: Bool) -> [Connection.Turn] {
    var turns = turns(count(2...4))
    for index in stride(from: 2, to: turns.count, by: 2) {
      turns[index].pause = bytes((2 * Self.second)...((closesWindow ? 8 : 3_000) * Self.second))
      turns[index].isWindowClosed = closesWindow
      turns[index].keepAlives = closesWindow ? count(1...4) : pick(0, 3)
    }
    return turns
  }

  private mutating func strange() -> [Connection.Turn] {
    var turns = turns(count(3...8))
    for _ in 0..<count(1...3) {
      let far = bytes((1 << 20)...(1 << 28))
      turns[count(1...(turns.count - 1))].strays.append(
        Connection.Stray(isForward: numbers.happens(0.5), distance: numbers.happens(0.5) ? far : -far))
    }
    return turns
  }

  mutating func recording(seed: UInt64) -> Recording {
    let network = network()
    let connections = (0..<count(1...5)).map { _ in
      let (traffic, ending) = connection()
      return Connection(
        route: 0, start: bytes(0...(5 * Self.second)), names: names(), traffic: traffic, ending: ending,
        content: numbers.next())
    }
    let recording = Recording(network, connections, faults: faults(), seed: seed)
    return numbers.happens(0.3) ? late(recording, seed) : recording
  }

  /// The same, with captures that begin somewhere in the first half of it, each for itself.
  private mutating func late(_ recording: Recording, _ seed: UInt64) -> Recording {
    var faults = recording.faults
    faults.cut = recording.frames.map { frames in
      let first = frames[count(0...(frames.count / 2))]
      return recording.sightings[Int(first)].time - Recording.epoch
    }
    return recording.recaptured(faults, seed: seed)
  }

  /// One to three of the captures.
  mutating func vantages() -> [Int] {
    pick([0, 1, 2], [0, 2], [0, 1], [1, 2], [0], [1], [2])
  }
}
