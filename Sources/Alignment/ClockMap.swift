public import CaseModel

/// The one way from a host's time to the case's: a piecewise line with a bound, made by alignment.
///
/// Pieces lie on the host's unfolded time (`TimeFold`): where the clock was never set back, that is its time.
public struct ClockMap: Hashable, Sendable {
  /// In order of `from`; never empty.
  public let pieces: [Piece]
  /// Per piece: how well it is known along its way; nothing where its one bound is all.
  let courses: [BoundCourse]
  /// Of the capture that this map is for.
  public let folds: TimeFolds

  public struct Piece: Hashable, Sendable {
    /// This piece holds for host times from here on (the first one for all before it, too).
    public let from: HostTime
    /// Where `offset` is exact.
    public let anchor: HostTime
    /// Nanoseconds to add at `anchor`.
    public let offset: Double
    /// Nanoseconds to add per nanosecond after `anchor`: -3e-6 for a clock that gains 3 ppm.
    public let drift: Double
    /// The worst half-width within this piece, nanoseconds.
    public let bound: Double
    /// Around a step: which side an instant belongs to is not known, and the bound covers both.
    public let isGuard: Bool

    public init(
      from: HostTime, anchor: HostTime, offset: Double, drift: Double, bound: Double, isGuard: Bool = false
    ) {
      self.from = from
      self.anchor = anchor
      self.offset = offset
      self.drift = drift
      self.bound = bound
      self.isGuard = isGuard
    }
  }

  /// - Precondition: `pieces` is not empty.
  public init(pieces: [Piece], folds: TimeFolds = TimeFolds()) {
    self.init(pieces: pieces, courses: [], folds: folds)
  }

  /// - Precondition: `pieces` is not empty.
  init(pieces: [Piece], courses: [BoundCourse], folds: TimeFolds = TimeFolds()) {
    precondition(!pieces.isEmpty, "a clock map without a piece")
    self.pieces = pieces
    self.courses = courses
    self.folds = folds
  }

  /// The same clock as another capture of its host has it.
  public func folded(_ folds: TimeFolds) -> ClockMap { ClockMap(pieces: pieces, courses: courses, folds: folds) }

  /// The reference's own map.
  public static let identity = ClockMap(pieces: [
    Piece(
      from: HostTime(nanoseconds: .min), anchor: HostTime(nanoseconds: 0), offset: 0, drift: 0, bound: 0)
  ])

  /// Of something else than a frame: where the clock was set back, times repeat, and the later one is meant.
  public func caseTime(_ time: HostTime) -> CaseTime {
    caseTime(unfolded: HostTime(nanoseconds: folds.unfold(time.nanoseconds)))
  }

  /// Of a frame: `file` is its file's index in the capture, `frame` its number there, from 1.
  @inline(__always)
  public func caseTime(_ time: HostTime, file: Int, frame: UInt32) -> CaseTime {
    caseTime(unfolded: HostTime(nanoseconds: folds.unfold(time.nanoseconds, file: file, frame: frame)))
  }

  @inlinable
  public func caseTime(unfolded time: HostTime) -> CaseTime {
    CaseTime(nanoseconds: time.nanoseconds &+ Int64(nearest: shift(at: time)))
  }

  /// Nanoseconds to add to an unfolded time.
  @inlinable
  func shift(at time: HostTime) -> Double { piece(at: time).shift(at: time.nanoseconds) }

  /// Half-width in nanoseconds of what is known about the clock at `time`.
  public func bound(at time: HostTime) -> Double {
    let unfolded = HostTime(nanoseconds: folds.unfold(time.nanoseconds))
    return bound(unfolded: unfolded) + Double(folds.doubt(at: time.nanoseconds))
  }

  /// The same at an unfolded time, as a frame has it.
  public func bound(unfolded time: HostTime) -> Double {
    let place = place(of: time)
    guard courses.indices.contains(place), !pieces[place].isGuard else { return pieces[place].bound }
    return min(pieces[place].bound, courses[place].bound(at: time.nanoseconds))
  }

  /// The same at an instant of the case's time.
  public func bound(at time: CaseTime) -> Double {
    // The host's own reading then: one step from a first guess is exact to far below what bounds change over.
    let first = time.nanoseconds &- Int64(saturating: shift(at: HostTime(nanoseconds: time.nanoseconds)).rounded())
    let second = time.nanoseconds &- Int64(saturating: shift(at: HostTime(nanoseconds: first)).rounded())
    return bound(unfolded: HostTime(nanoseconds: second))
  }

  /// The worst half-width anywhere but around steps, nanoseconds.
  public var worstBound: Double { pieces.reduce(0) { $1.isGuard ? $0 : max($0, $1.bound) } }

  @usableFromInline
  func piece(at time: HostTime) -> Piece { pieces.count == 1 ? pieces[0] : pieces[place(of: time)] }

  private func place(of time: HostTime) -> Int {
    var low = 0
    var high = pieces.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if pieces[middle].from.nanoseconds <= time.nanoseconds { low = middle } else { high = middle - 1 }
    }
    return low
  }
}

extension ClockMap.Piece {
  /// Nanoseconds to add at an instant.
  @inlinable
  func shift(at time: Int64) -> Double { offset + drift * Double(time &- anchor.nanoseconds) }
}
