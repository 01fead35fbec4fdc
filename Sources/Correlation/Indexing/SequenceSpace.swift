/// The sequence numbers of one sender at one vantage, unwrapped to 64 bits as they come.
struct SequenceSpace: Sendable {
  /// The number that position 0 stands for: the first one seen.
  private(set) var base: UInt32 = 0
  /// The furthest position so far.
  private(set) var latest: Int64 = 0
  private(set) var isKnown = false
  /// The sender's initial sequence number, where a SYN or the answer to one told it.
  private(set) var initial: UInt32?
  /// The window scale that its SYN offered, 255 for none; nil where that was not seen.
  var windowScale: UInt8?
  /// The maximum segment size that its SYN offered; 0 where none was seen.
  var segmentLimit: UInt16 = 0
  /// The time-to-live of this sender's packets as they leave a router that the capture shows both sides of without telling which;
  /// 0 where there is none.
  var leavingTimeToLive: UInt8 = 0
  /// Records taken as samples for linking, and which of the later ones are.
  var samples: UInt32 = 0
  var sampleMask: UInt64 = 15
  /// Segments taken as samples of content.
  var contents: UInt16 = 0

  /// A position is the one nearest to the furthest so far: right unless 2 GB are missing in between.
  @inline(__always)
  func position(_ sequence: UInt32) -> Int64 {
    guard isKnown else { return 0 }
    let expected = base &+ UInt32(truncatingIfNeeded: latest)
    return latest &+ Int64(Int32(bitPattern: sequence &- expected))
  }

  /// Notes a number that its sender, or an acknowledgment, has reached.
  @inline(__always)
  mutating func reach(_ sequence: UInt32) -> Int64 {
    if !isKnown {
      isKnown = true
      base = sequence
      return 0
    }
    let position = position(sequence)
    if position > latest { latest = position }
    return position
  }

  mutating func begin(_ sequence: UInt32) {
    initial = sequence
    if !isKnown {
      isKnown = true
      base = sequence
    }
  }

  /// Counts as before a middlebox added `added` to all numbers.
  mutating func renumber(by added: UInt32) {
    base &-= added
    initial = initial.map { $0 &- added }
  }

  /// Whether a SYN with that number opens what is already going on here, and not a new connection.
  func isOpened(by sequence: UInt32) -> Bool {
    if let initial { return initial == sequence }
    return !isKnown || abs(position(sequence)) < 65_536
  }

  /// How far a number lies outside what was seen, in bytes; 0 inside it.
  func distance(_ sequence: UInt32) -> Int64 {
    guard isKnown else { return 0 }
    let position = position(sequence)
    return position < 0 ? -position : max(0, position - latest)
  }
}
