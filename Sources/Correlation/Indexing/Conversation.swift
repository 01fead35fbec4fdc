internal import Wire

/// One five-tuple at one vantage, from one opening to the next: what a flow looks like from one place.
struct Conversation: Sendable {
  // Small fields first: they fit behind the five-tuple. There may be millions.
  let tuple: FiveTuple
  /// Who sent the SYN, or was answered with one.
  var opener = Side.unknown
  var firstSender = Side.unknown
  /// Its packets have others inside: a tunnel between two nodes.
  var isTunnel = false
  private(set) var kinds: PacketKinds = []
  var low = SequenceSpace()
  var high = SequenceSpace()
  /// The earliest and the latest stamp.
  private(set) var first = Int64.max
  private(set) var last = Int64.min
  var records: UInt32 = 0
  /// Of its first record.
  private(set) var firstFrame: UInt32 = 0

  enum Side: UInt8, Sendable {
    case unknown, low, high
    var other: Side { self == .low ? .high : self == .high ? .low : .unknown }
  }

  init(_ tuple: FiveTuple) { self.tuple = tuple }

  @inline(__always)
  mutating func note(_ record: Record, fromLow: Bool) {
    if records == 0 {
      firstSender = fromLow ? .low : .high
      firstFrame = record.frame
    }
    records &+= 1
    first = min(first, record.time)
    last = max(last, record.time)
    kinds.insert(PacketKinds(record))
  }

  subscript(fromLow: Bool) -> SequenceSpace {
    @inline(__always) get { fromLow ? low : high }
    @inline(__always) _modify { if fromLow { yield &low } else { yield &high } }
  }

  /// Who opened it, guessed without a SYN: not the end with the lower port; of equal ports, who spoke first.
  var likelyOpener: Side {
    if opener != .unknown { return opener }
    if tuple.low.port != tuple.high.port { return tuple.low.port > tuple.high.port ? .low : .high }
    return firstSender
  }
}
