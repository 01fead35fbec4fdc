/// An instant at which one clock of a pair was set or began to run at another rate, as the evidence between them shows it.
struct PairBreak: Sendable {
  enum Nature: Sendable {
    /// The clock was set: readings jump.
    case jump
    /// The clock was slewed: readings go on from where they were, at another rate.
    case kink
  }

  var nature: Nature
  /// Clock A's time on the evidence's base: of the last point that belongs before, and of the first that belongs after.
  var from: Double
  var to: Double
  /// Where `y`, B minus A, lies before and after.
  var before: Double
  var after: Double
  /// By how much the slope changes.
  var turn: Double
  /// The margin of the narrower side: what is smaller than this, two pairs need not agree on.
  var gap: Double

  /// What B gained on A at once; 0 for a kink.
  var jump: Double { nature == .jump ? after - before : 0 }
}

/// One inequality of a pair on the line of clock A's time.
struct PairEvent: Sendable {
  var point: Point
  var isForward: Bool

  /// Whether a line says that it arrived before it was sent.
  func contradicts(_ line: MaxMarginLine) -> Bool {
    isForward ? point.y < line.value(at: point.x) : point.y > line.value(at: point.x)
  }
}

extension PairPoints {
  /// Both directions in order of time.
  var events: [PairEvent] {
    var events: [PairEvent] = []
    events.reserveCapacity(forward.count + reverse.count)
    var (f, r) = (0, 0)
    while f < forward.count || r < reverse.count {
      if r >= reverse.count || (f < forward.count && forward[f].x <= reverse[r].x) {
        events.append(PairEvent(point: forward[f], isForward: true))
        f += 1
      } else {
        events.append(PairEvent(point: reverse[r], isForward: false))
        r += 1
      }
    }
    return events
  }

  init(base: (x: Int64, y: Int64), events: some Sequence<PairEvent>) {
    self.init(base: base, forward: [], reverse: [])
    for event in events {
      if event.isForward { forward.append(event.point) } else { reverse.append(event.point) }
    }
  }
}
