import Evidence
import Wire

@testable import Alignment
@testable import CaseModel
@testable import Correlation
@testable import Diagnoses

/// A connection from a client through a translator to a server, written packet by packet.
///
///     client (c)              gateway (g)                server (s)
///     10.1.0.2:40000 -> 10.9.9.9:80 | 10.1.0.2:40000 -> 10.2.0.3:80
///
/// Each packet passes every place of its way at a millisecond's distance, unless it is said where it shows.
struct StoryBuilder {
  enum Spot: Int, CaseIterable {
    case client, gatewayIn, gatewayOut, server
    var vantage: Int { [0, 1, 1, 2][rawValue] }
    var interface: UInt32 { [0, 2, 3, 0][rawValue] }
  }

  static let client = Endpoint(IPAddress(v4: 0x0a01_0002), 40_000)
  static let service = Endpoint(IPAddress(v4: 0x0a09_0909), 80)
  static let server = Endpoint(IPAddress(v4: 0x0a02_0003), 80)
  /// By `Record.alias`: at the client, at the gateway on both sides, at the server; then the stray at the client.
  static let aliases = [
    Alias(vantage: 0, opener: client, acceptor: service, nature: .regular),
    Alias(vantage: 1, opener: client, acceptor: service, nature: .regular),
    Alias(vantage: 1, opener: client, acceptor: server, nature: .regular),
    Alias(vantage: 2, opener: client, acceptor: server, nature: .regular),
    Alias(vantage: 0, opener: client, acceptor: server, nature: .stray),
  ]

  private var records: [[Record]] = [[], [], []]
  private var upstream: [[Link]] = [[], [], []]
  private var vantages: [Int]
  var scales: DirectionPair<UInt8>? = DirectionPair(fromOpener: 7, fromAcceptor: 7)

  /// - Parameter vantages: which of client (0), gateway (1) and server (2) were captured.
  init(vantages: [Int] = [0, 1, 2]) { self.vantages = vantages }

  /// The handshake and some data both ways: `sent` bytes from the server, all acknowledged.
  mutating func open(sent: Int64 = 1_000_000) {
    packet(at: 0, fromOpener: true, .syn, position: 0, acknowledged: -1, window: 64_000)
    packet(at: 0.01, fromOpener: false, [.syn, .ack], position: 0, acknowledged: 1, window: 64_000)
    packet(at: 0.02, fromOpener: true, .ack, position: 1, acknowledged: 1)
    packet(at: 0.03, fromOpener: true, [.psh, .ack], position: 1, length: 100, acknowledged: 1)
    packet(at: 0.04, fromOpener: false, .ack, position: 1, length: 1_000, acknowledged: 101)
    packet(at: 0.05, fromOpener: true, .ack, position: 101, acknowledged: 1_001)
    packet(at: 1, fromOpener: false, .ack, position: sent - 999, length: 1_000, acknowledged: 101)
    packet(at: 1.1, fromOpener: true, .ack, position: 101, acknowledged: sent + 1)
  }

  /// - Parameters:
  ///   - time: seconds, at the first spot.
  ///   - spots: where it shows, in order; nil for its whole way.
  ///   - untranslated: it keeps the server's own name beyond the gateway.
  mutating func packet(
    at time: Double, fromOpener: Bool, _ flags: TCPFlags, position: Int64, length: UInt32 = 0, acknowledged: Int64,
    window: UInt16 = 500, timeToLive: UInt8? = nil, spots: [Spot]? = nil, untranslated: Bool = false
  ) {
    let way: [Spot] = fromOpener ? Spot.allCases : Spot.allCases.reversed()
    var before: RecordReference?
    for (step, spot) in (spots ?? way).enumerated() where vantages.contains(spot.vantage) {
      let isInside = spot == .client || spot == .gatewayIn
      let alias: UInt16 =
        switch spot {
        case .client: untranslated ? 4 : 0
        case .gatewayIn: untranslated ? 2 : 1
        case .gatewayOut: 2
        case .server: 3
        }
      var bits: Record.Bits = fromOpener ? [.fromOpener] : []
      bits.insert(.hasTimestamps)
      let hasPassed = fromOpener ? !isInside : isInside
      let direction: Packet.Direction =
        spot.vantage != 1 ? .unknown : (fromOpener == (spot == .gatewayIn)) ? .inbound : .outbound
      records[spot.vantage].append(
        Record(
          time: Int64(time * 1e9) + Int64(step) * 1_000_000, position: position, acknowledged: acknowledged,
          sequence: (fromOpener ? 100_000 : 900_000) &+ UInt32(truncatingIfNeeded: position),
          acknowledgment: acknowledged < 0
            ? 0 : (fromOpener ? 900_000 : 100_000) &+ UInt32(truncatingIfNeeded: acknowledged),
          timestampValue: flags.contains(.rst) ? 0 : UInt32(time * 1_000), timestampEcho: 0, length: length,
          frame: UInt32(records[spot.vantage].count + 1), file: 0, alias: alias, window: window, identification: 0,
          timeToLive: timeToLive ?? (hasPassed ? 63 : 64), flags: flags, bits: bits, direction: direction,
          interface: spot.interface))
      upstream[spot.vantage].append(Link(to: before, match: before == nil ? .none : .unique))
      before = RecordReference(vantage: spot.vantage, index: records[spot.vantage].count - 1)
    }
  }

  func flow(_ number: Int = 1) -> Flow {
    let times = records.flatMap { $0.map(\.time) }
    return Flow(
      name: FlowName("flow-\(number)"), transport: 6, aliases: Self.aliases,
      first: times.min().map(CaseTime.init(nanoseconds:)), last: times.max().map(CaseTime.init(nanoseconds:)),
      records: times.count, sawOpening: true, windowScales: scales)
  }

  func story(_ number: Int = 1) -> FlowStory {
    let way = Spot.allCases.filter { vantages.contains($0.vantage) }
    func places(_ spots: [Spot], fromOpener: Bool) -> [Place] {
      spots.map { spot in
        Place(
          vantage: spot.vantage,
          direction: spot.vantage != 1 ? .unknown : (fromOpener == (spot == .gatewayIn)) ? .inbound : .outbound,
          interface: spot.interface)
      }
    }
    return FlowStory(
      flow: flow(number),
      tracks: records.indices.map { vantage in
        FlowStory.Track(
          records: records[vantage], upstream: upstream[vantage],
          times: records[vantage].map { CaseTime(nanoseconds: $0.time) },
          fates: records[vantage].map { _ in .delivered })
      },
      paths: DirectionPair(
        fromOpener: places(way, fromOpener: true), fromAcceptor: places(way.reversed(), fromOpener: false)))
  }
}
