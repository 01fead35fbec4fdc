internal import Wire

/// One end of a connection: what it has sent, received and still has to say. Positions count from the SYN, which is 0.
struct TCPPeer {
  // Sending.
  var unacknowledged: Int64 = 0
  var next: Int64 = 0
  var furthest: Int64 = 0
  /// What the application has written ends here.
  var end: Int64 = 1
  var finishes = false
  var congestionWindow: Int64
  var duplicates = 0
  /// Until this is acknowledged, holes are filled; -1 outside of recovery.
  var recovery: Int64 = -1
  var retries = 0
  var timer: UInt32 = 0

  // Receiving.
  var expected: Int64 = -1
  /// What came out of order, the latest last.
  var held: [Range<Int64>] = []
  /// What came once more: told with the next acknowledgment (RFC 2883).
  var duplicate: Range<Int64>?
  var undelayed: Int64 = 0
  var delayTimer: UInt32 = 0
  var isDelaying = false
  var echo: UInt32 = 0
  var window: UInt16 = 502

  // The host.
  var identification: UInt16
  let clockOffset: UInt32
  /// Bytes handed to the card at once.
  let burst: Int64

  init(_ numbers: inout SeededNumbers, segment: Int64, offloads: Bool) {
    congestionWindow = 10 * segment
    identification = UInt16(truncatingIfNeeded: numbers.next()) | 1
    clockOffset = UInt32(truncatingIfNeeded: numbers.next())
    burst = segment * (offloads ? Int64(2 + numbers.next() % 43) : 1)
  }

  var inFlight: Int64 { next - unacknowledged }
  var finEnd: Int64 { end + 1 }

  /// Linux counts milliseconds by its monotonic clock, from another start for every connection.
  func timestamp(_ time: Int64) -> UInt32 { UInt32(truncatingIfNeeded: time / 1_000_000) &+ clockOffset }

  /// Takes in what arrived.
  /// - Returns: whether it came in order.
  mutating func receive(_ range: Range<Int64>) -> Bool {
    if !range.isEmpty, range.upperBound <= expected || held.contains(where: { $0.contains(range) }) {
      duplicate = range
    }
    guard range.lowerBound <= expected else {
      hold(range)
      return false
    }
    expected = max(expected, range.upperBound)
    while let index = held.firstIndex(where: { $0.lowerBound <= expected }) {
      expected = max(expected, held.remove(at: index).upperBound)
    }
    return true
  }

  /// Blocks grow together.
  private mutating func hold(_ range: Range<Int64>) {
    var block = range
    while let index = held.firstIndex(where: { $0.lowerBound <= block.upperBound && block.lowerBound <= $0.upperBound })
    {
      let other = held.remove(at: index)
      block = min(block.lowerBound, other.lowerBound)..<max(block.upperBound, other.upperBound)
    }
    held.append(block)
  }

  /// What to acknowledge selectively, the latest first (RFC 2018).
  mutating func blocks(most: Int) -> [Range<Int64>] {
    let blocks = (duplicate.map { [$0] } ?? []) + held.reversed()
    duplicate = nil
    return Array(blocks.prefix(most))
  }
}
