/// An instant at which a clock was set, or began to run at another rate.
struct ClockBreak: Sendable {
  enum Nature: Sendable {
    case jump
    case kink
    /// Its own capture shows it, by timestamps that go back: where it is, is known to the frame.
    case fold
  }

  var nature: Nature
  /// The clock's own time: the last instant before that is known, and the first after.
  var from: Int64
  var to: Int64
  /// What the clock gained, nanoseconds, as first estimated.
  var jump: Double
  /// Whether the clock on the other side of the evidence may be the one that was set.
  var isAmbiguous = false
  /// For a fold: how far apart frames stand there, nanoseconds. So much may have passed unseen.
  var spacing: Int64 = 0

  /// Nothing of the clock's time lies between before and after.
  var isExact: Bool { nature != .jump }
}

/// The breaks of every clock, each clock's in order of time.
struct ClockBreaks: Sendable {
  /// Beyond that many a clock is not one that was set now and then.
  static let mostPerClock = 16
  static let most = 48
  private(set) var ofClock: [[ClockBreak]]

  init(clocks: Int) { ofClock = [[ClockBreak]](repeating: [], count: clocks) }

  var count: Int { ofClock.reduce(0) { $0 + $1.count } }

  /// - Returns: false where it is not taken: there are too many, or one stands there already.
  @discardableResult
  mutating func add(_ found: ClockBreak, to clock: Int) -> Bool {
    guard ofClock.indices.contains(clock), ofClock[clock].count < Self.mostPerClock, count < Self.most else {
      return false
    }
    guard !ofClock[clock].contains(where: { $0.from <= found.to && found.from <= $0.to }) else { return false }
    let place = ofClock[clock].firstIndex { $0.from > found.from } ?? ofClock[clock].count
    ofClock[clock].insert(found, at: place)
    return true
  }

  /// Which stretch of a clock an instant of its own lies in; nil where that is not known.
  func stretch(of clock: Int, at time: Int64) -> Int? {
    var number = 0
    for found in ofClock[clock] {
      if found.isExact ? time >= found.to : time > found.from {
        if time < found.to { return nil }
        number += 1
      } else {
        break
      }
    }
    return number
  }
}
