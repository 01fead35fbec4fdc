/// A place in a capture from which on its timestamps are behind those before: its host's clock was set back there.
///
/// Record order is the true order. Adding `shift` from there on makes time run on: unfolded. All that clocks are told by is
/// unfolded time; it is the host's own time until the first fold.
public struct TimeFold: Hashable, Sendable {
  /// Index in the capture's files, and the first frame after, 1-based there. A capture that does not show the frame itself has
  /// `.max`: then the timestamps decide alone.
  public let file: Int
  public let frame: UInt32
  /// The last timestamp before and the first after, raw.
  public let before: Int64
  public let after: Int64
  /// Nanoseconds to add from here on, this fold's and all earlier ones'.
  public let shift: Int64

  public init(file: Int, frame: UInt32, before: Int64, after: Int64, shift: Int64) {
    self.file = file
    self.frame = frame
    self.before = before
    self.after = after
    self.shift = shift
  }

  /// How much timestamps do not tell by themselves which side they belong to.
  var depth: Int64 { max(0, before &- after) }
}

/// The folds of one capture, in record order.
public struct TimeFolds: Hashable, Sendable {
  public let folds: [TimeFold]

  public init(_ folds: [TimeFold] = []) { self.folds = folds }

  /// Of a capture by itself: time goes on where it was when the clock was set back.
  public init(cuts: [FoldDetector.Cut]) {
    var shift: Int64 = 0
    folds = cuts.map { cut in
      shift &+= cut.depth &+ 1
      return TimeFold(file: cut.file, frame: cut.frame, before: cut.before, after: cut.after, shift: shift)
    }
  }

  /// A frame's time, unfolded by record order.
  @inline(__always)
  public func unfold(_ time: Int64, file: Int, frame: UInt32) -> Int64 {
    folds.isEmpty ? time : time &+ shift(time, file: file, frame: frame)
  }

  /// The time of something else on that host: where timestamps repeat, it is taken for the later.
  public func unfold(_ time: Int64) -> Int64 {
    guard let fold = folds.last(where: { isAfter(time, $0) }) else { return time }
    return time &+ fold.shift
  }

  /// By how much `unfold` of a time alone may be wrong, nanoseconds.
  func doubt(at time: Int64) -> Int64 {
    folds.reduce(0) { $1.after <= time && time <= $1.before ? max($0, $1.depth) : $0 }
  }

  private func shift(_ time: Int64, file: Int, frame: UInt32) -> Int64 {
    for fold in folds.reversed() {
      let isAfter =
        fold.frame == .max ? time > fold.before : (file, frame) >= (fold.file, fold.frame)
      if isAfter { return fold.shift }
    }
    return 0
  }

  /// A later fold is deeper in the past or the future: what decides is its own two sides alone, where it is the last one.
  private func isAfter(_ time: Int64, _ fold: TimeFold) -> Bool { time >= fold.after }
}
