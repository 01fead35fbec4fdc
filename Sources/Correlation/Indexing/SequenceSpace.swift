/// The sequence numbers of one sender at one vantage, unwrapped to 64 bits as they come.
struct SequenceSpace: Sendable {
  /// The furthest position so far.
  private(set) var latest: Int64 = 0
  /// The number that position 0 stands for: the first one seen.
  private(set) var base: UInt32 = 0
  private var initialOrZero: UInt32 = 0
  /// The maximum segment size that its SYN offered; 0 where none was seen.
  var segmentLimit: UInt16 = 0
  /// Records taken as samples for linking.
  private(set) var samples: UInt16 = 0
  /// Segments taken as samples of content.
  var contents: UInt8 = 0
  private var scaleOrUnknown = Self.unknownScale
  /// The time-to-live of this sender's packets as they leave a router that the capture shows both sides of without telling which;
  /// 0 where there is none.
  var leavingTimeToLive: UInt8 = 0
  /// Two marks, and which records after the first ones are samples: those of whose key this many bits are 0.
  private var marks: UInt8 = 4 << 2

  private static let unknownScale: UInt8 = 254

  @inline(__always)
  private(set) var isKnown: Bool {
    get { marks & 1 != 0 }
    set { marks = newValue ? marks | 1 : marks & ~1 }
  }
  @inline(__always)
  private var hasInitial: Bool {
    get { marks & 2 != 0 }
    set { marks = newValue ? marks | 2 : marks & ~2 }
  }
  @inline(__always)
  private var sampleBits: UInt64 { UInt64(marks >> 2) }

  /// The sender's initial sequence number, where a SYN or the answer to one told it.
  var initial: UInt32? { hasInitial ? initialOrZero : nil }

  /// The window scale that its SYN offered, 255 for none; nil where that was not seen.
  var windowScale: UInt8? {
    get { scaleOrUnknown == Self.unknownScale ? nil : scaleOrUnknown }
    // No scale beyond 14 means anything (RFC 7323, 2.3).
    set { scaleOrUnknown = newValue.map { $0 == .max ? .max : min($0, Self.unknownScale - 1) } ?? Self.unknownScale }
  }

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

  /// Whether a record with this key is to be taken: the first ones are, and of the later ones ever fewer.
  /// - Parameter first: how many are always taken.
  @inline(__always)
  func isSample(_ key: UInt64, first: UInt16) -> Bool {
    samples < first || key & (1 << sampleBits &- 1) == 0
  }

  @inline(__always)
  mutating func noteSample(first: UInt16) {
    samples = min(samples, .max - 1) + 1
    if samples > first, (samples - 1) % first == 0, sampleBits < 63 { marks += 1 << 2 }
  }

  mutating func begin(_ sequence: UInt32) {
    initialOrZero = sequence
    hasInitial = true
    if !isKnown {
      isKnown = true
      base = sequence
    }
  }

  /// Counts as before a middlebox added `added` to all numbers.
  mutating func renumber(by added: UInt32) {
    base &-= added
    initialOrZero &-= added
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
