internal import Wire

/// Tells the same packet captured again at one interface from another packet: mirror ports send frames twice, bridges show them at
/// the port and at the bridge, routers with one arm bring them back one hop older.
///
/// The same packet is one with the same numbers, length and identification that comes again within 5 ms. A sender that repeats
/// itself gives the copy an identification of its own. Where there is none (IPv6, some resets), copies are believed only in a
/// capture that shows what takes sequence space twice as a rule.
struct RecentFrames {
  enum Sighting { case new, copy, forwarded }

  private struct Entry {
    var key: UInt64 = 0
    var time = Int64.min / 2
    var timeToLive: UInt8 = 0
  }

  private var entries: [Entry] = []
  /// Of what has no identification and takes sequence space: all, and those that came again.
  private var unnumbered = 0
  private var repeated = 0

  /// A capture keeps the latest few thousand frames in mind.
  private static let count = 4_096
  private static let patience: UInt64 = 5_000_000

  /// - Parameter identification: what the sender numbers its packets with, 0 where it does not.
  @inline(__always)
  mutating func note(_ record: Record, _ conversation: Int, identification: UInt16) -> Sighting {
    if entries.isEmpty { entries = [Entry](repeating: Entry(), count: Self.count) }
    let key = Self.key(record, conversation, identification)
    let slot = Int(truncatingIfNeeded: key) & (Self.count - 1)
    let before = entries[slot]
    entries[slot] = Entry(key: key, time: record.time, timeToLive: record.timeToLive)
    let isAgain = before.key == key && (record.time &- before.time).magnitude <= Self.patience
    if identification == 0 { return noteUnnumbered(record, isAgain, before.timeToLive) }
    return isAgain ? Self.judge(record, before.timeToLive) : .new
  }

  private mutating func noteUnnumbered(_ record: Record, _ isAgain: Bool, _ timeToLive: UInt8) -> Sighting {
    let sighting = isAgain ? Self.judge(record, timeToLive) : .new
    if record.isDivisible {
      unnumbered &+= 1
      if sighting == .copy { repeated &+= 1 }
    }
    return sighting == .copy && repeated &* 3 < max(1, unnumbered) ? .new : sighting
  }

  private static func judge(_ record: Record, _ timeToLive: UInt8) -> Sighting {
    if record.timeToLive == timeToLive { return .copy }
    return record.direction == .unknown && timeToLive > 1 && record.timeToLive == timeToLive &- 1 ? .forwarded : .new
  }

  @inline(__always)
  private static func key(_ record: Record, _ conversation: Int, _ identification: UInt16) -> UInt64 {
    let place =
      UInt64(record.interface) << 8 | UInt64(record.direction.rawValue) << 2 | UInt64(record.flags.rawValue) << 40
    let who = UInt64(UInt32(truncatingIfNeeded: conversation)) << 16 | UInt64(identification)
    let size = Mix.pair(record.lengthOrBlocks, UInt32(record.window) << 8 | UInt32(record.bits.rawValue))
    let numbers = Mix.fold(Mix.pair(record.sequence, record.acknowledgment), Mix.fold(who, size))
    return Mix.fold(numbers, place ^ Mix.pair(record.timestampValue, record.timestampEcho).byteSwapped)
  }
}
