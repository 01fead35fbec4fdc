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
    /// The first SYN, by the vantage's clock in nanoseconds, and its stamp.
    var opened: Int64
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
    var flow: Int
  }

  private static let lifetime: Int64 = 60_000_000_000
  private static let window: Int32 = 1

  /// By flow: the SYNs that it would have dropped.
  private(set) var rejected: [Int: Rejection] = [:]
  /// Silent, while a stamp that was left before the first of them may have been kept.
  private(set) var untold: Set<Int> = []
  /// Dropped and silent; answered while a stamp was kept; and what does not fit.
  private(set) var foretold = 0
  private(set) var passed = 0
  private(set) var contradicted = 0

  init(_ connections: [Connection]) {
    var entry: Entry?
    let events = Self.events(connections)
    let start = events.first?.time ?? 0
    for event in events {
      let connection = connections[event.connection]
      if event.isOpening {
        if entry == nil, !connection.wasAnswered, event.time &- start < Self.lifetime {
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

  /// How surprising it would be, in bits, that silence falls on just those that run behind, if it fell on any: all ways to choose
  /// so many of so many. What does not fit (a capture may have missed a stamp) takes four bits each, and too much of it all.
  var agreement: Int {
    let judged = foretold + passed + contradicted
    guard foretold > 0, contradicted * 8 <= judged else { return 0 }
    return max(0, Self.ways(foretold, of: foretold + passed) - 4 * contradicted)
  }

  /// The binary logarithm of the number of ways to choose `some` of `all`, rounded down.
  private static func ways(_ some: Int, of all: Int) -> Int {
    let few = min(some, all - some)
    guard few > 0 else { return 0 }
    let ways = (1...min(few, 64)).reduce(1.0) { $0 * Double(all - few + $1) / Double($1) }
    return Int(ways.exponent)
  }

  private mutating func judge(_ connection: Connection, _ entry: Entry?) {
    guard let entry, connection.opened &- entry.time < Self.lifetime else {
      // Nothing is remembered as far as was seen: no word about this one.
      return
    }
    guard Self.isBehind(connection.stamp, entry.stamp, by: Self.window) else {
      if connection.wasAnswered { passed += 1 } else { contradicted += 1 }
      return
    }
    if connection.wasAnswered {
      contradicted += 1
    } else {
      foretold += 1
      rejected[connection.flow] = Rejection(
        stamp: entry.stamp, flow: entry.flow, age: connection.opened &- entry.time,
        behind: entry.stamp &- connection.stamp)
    }
  }

  private static func isBehind(_ stamp: UInt32, _ kept: UInt32, by window: Int32) -> Bool {
    Int32(bitPattern: kept &- stamp) > window
  }

  private static func events(_ connections: [Connection]) -> [(time: Int64, isOpening: Bool, connection: Int)] {
    connections.indices.flatMap { index -> [(time: Int64, isOpening: Bool, connection: Int)] in
      let own = connections[index]
      return [(own.opened, true, index)] + (own.left.map { [($0.time, false, index)] } ?? [])
    }.sorted { ($0.time, $0.connection) < ($1.time, $1.connection) }
  }
}
