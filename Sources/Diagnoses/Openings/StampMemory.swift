/// What a server with `tcp_tw_recycle` remembers of one client address, as Linux before 4.12 kept it.
///
/// `tcp_remember_stamp` keeps the last TSval of the peer when the server's side of a connection enters TIME-WAIT, which is when it
/// closes first; `tcp_peer_is_proven` drops a SYN whose TSval lies more than `TCP_PAWS_WINDOW` (1) below what is kept, for
/// `TCP_PAWS_MSL` (60 s). It is kept by address, whatever the port: clients behind one translator share it, and their stamps have
/// nothing to do with one another (RFC 7323, 5.8). Removed in Linux 4.12.
struct StampMemory {
  /// One connection of that address.
  struct Connection: Sendable {
    var flow: Int
    /// The first SYN, by the vantage's clock in nanoseconds, and its stamp; nil for a connection of before the capture.
    var opened: Int64?
    var stamp: UInt32
    var wasAnswered: Bool
    /// The opener's last segment, if the acceptor closed first.
    var left: (time: Int64, stamp: UInt32)?
  }

  /// What it makes of one SYN.
  struct Rejection: Sendable {
    var stamp: UInt32
    /// The connection that left the stamp, and nanoseconds since.
    var flow: Int
    var age: Int64
    /// How far the SYN's stamp lies behind.
    var behind: UInt32 = 0
  }

  private struct Entry {
    var time: Int64
    var stamp: UInt32
    /// nil: nobody saw it left; it is what the server may have kept from before the capture.
    var flow: Int?
  }

  private static let lifetime: Int64 = 60_000_000_000
  private static let window: Int32 = 1

  /// By flow: the SYNs that it would have dropped.
  private(set) var rejected: [Int: Rejection] = [:]
  /// Silent, while a stamp that was left before the capture may have been kept.
  private(set) var untold: Set<Int> = []
  /// Dropped and silent; answered while a stamp was kept; and what does not fit.
  private(set) var foretold = 0
  private(set) var passed = 0
  private(set) var contradicted = 0
  /// What does not fit a stamp from before the capture.
  private var misguessed = 0
  /// Bits that were spent on choosing that stamp.
  private var choice = 0

  /// A server may keep a stamp that was left before the capture began, and while it does, those left later do not replace it. So one
  /// is supposed where the story does not fit without: one that makes it fit best.
  init(_ connections: [Connection]) {
    let events = Self.events(connections)
    self.init(connections, events, before: nil)
    guard contradicted > 0 else { return }
    let stamps = Self.possible(connections, events)
    for stamp in stamps {
      var other = Self(connections, events, before: stamp)
      other.choice = Int.bitWidth - stamps.count.leadingZeroBitCount
      if other.contradicted + other.misguessed < contradicted + misguessed { self = other }
    }
  }

  /// - Parameter before: the stamp that was kept when the capture began.
  private init(_ connections: [Connection], _ events: [Event], before: UInt32?) {
    let start = events.first?.time ?? 0
    var entry = before.map { Entry(time: start, stamp: $0, flow: nil) }
    for event in events {
      let connection = connections[event.connection]
      if event.isOpening {
        if entry?.flow == nil, !connection.wasAnswered, event.time &- start < Self.lifetime {
          untold.insert(connection.flow)
        }
        judge(connection, entry)
      } else if let left = connection.left {
        if let kept = entry, Self.isBehind(left.stamp, kept.stamp, by: 0), left.time &- kept.time < Self.lifetime {
          continue
        }
        entry = Entry(time: left.time, stamp: left.stamp, flow: connection.flow)
      }
    }
  }

  private static let mostSupposed = 64

  /// Of all stamps those that divide the early openings: just ahead of one that was silent, or no further ahead of one that was
  /// answered than it may run behind.
  private static func possible(_ connections: [Connection], _ events: [Event]) -> [UInt32] {
    let start = events.first?.time ?? 0
    let early = events.filter { $0.isOpening && $0.time &- start < lifetime }.prefix(mostSupposed)
    return early.map { event in
      let connection = connections[event.connection]
      return connection.stamp &+ UInt32(window) &+ (connection.wasAnswered ? 0 : 1)
    }
  }

  /// How surprising it would be, in bits, that silence falls on just those that run behind, if it fell on any: all ways to choose
  /// so many of so many. What does not fit (a capture may have missed a stamp) takes four bits each, and too much of it all.
  var agreement: Int {
    let judged = foretold + passed + contradicted
    guard foretold > 0, contradicted * 8 <= judged else { return 0 }
    return max(0, Self.ways(foretold, of: foretold + passed) - 4 * contradicted - choice)
  }

  /// The binary logarithm of the number of ways to choose `some` of `all`, rounded down.
  private static func ways(_ some: Int, of all: Int) -> Int {
    let few = min(some, all - some)
    guard few > 0 else { return 0 }
    let ways = (1...min(few, 64)).reduce(1.0) { $0 * Double(all - few + $1) / Double($1) }
    return Int(ways.exponent)
  }

  private mutating func judge(_ connection: Connection, _ entry: Entry?) {
    guard let opened = connection.opened else { return }
    guard let entry, opened &- entry.time < Self.lifetime else {
      // Nothing is remembered as far as was seen: no word about this one.
      return
    }
    let isBehind = Self.isBehind(connection.stamp, entry.stamp, by: Self.window)
    guard let flow = entry.flow else {
      if isBehind == connection.wasAnswered { misguessed += 1 }
      return
    }
    guard isBehind else {
      if connection.wasAnswered { passed += 1 } else { contradicted += 1 }
      return
    }
    if connection.wasAnswered {
      contradicted += 1
    } else {
      foretold += 1
      rejected[connection.flow] = Rejection(
        stamp: entry.stamp, flow: flow, age: opened &- entry.time,
        behind: entry.stamp &- connection.stamp)
    }
  }

  private static func isBehind(_ stamp: UInt32, _ kept: UInt32, by window: Int32) -> Bool {
    Int32(bitPattern: kept &- stamp) > window
  }

  private typealias Event = (time: Int64, isOpening: Bool, connection: Int)

  private static func events(_ connections: [Connection]) -> [Event] {
    connections.indices.flatMap { index -> [Event] in
      let own = connections[index]
      return (own.opened.map { [($0, true, index)] } ?? []) + (own.left.map { [($0.time, false, index)] } ?? [])
    }.sorted { ($0.time, $0.connection) < ($1.time, $1.connection) }
  }
}
