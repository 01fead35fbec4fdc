public import CaseModel

/// The one way from a host's time to the case's: a piecewise line with a bound, made by alignment.
///
/// Pieces lie on the host's unfolded time (`TimeFold`): where the clock was never set back, that is its time.
public struct ClockMap: Hashable, Sendable {
  /// In order of `from`; never empty.
  public let pieces: [Piece]
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
    precondition(!pieces.isEmpty, "a clock map without a piece")
    self.pieces = pieces
    self.folds = folds
  }

  /// The same clock as another capture of its host has it.
  public func folded(_ folds: TimeFolds) -> ClockMap { ClockMap(pieces: pieces, folds: folds) }

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
    CaseTime(nanoseconds: time.nanoseconds &+ Int64(saturating: shift(at: time).rounded()))
  }

  /// Nanoseconds to add to an unfolded time.
  @inlinable
  func shift(at time: HostTime) -> Double { piece(at: time).shift(at: time.nanoseconds) }

  /// Half-width in nanoseconds of what is known about the clock at `time`.
  public func bound(at time: HostTime) -> Double {
    let unfolded = HostTime(nanoseconds: folds.unfold(time.nanoseconds))
    return piece(at: unfolded).bound + Double(folds.doubt(at: time.nanoseconds))
  }

  /// The worst half-width anywhere but around steps, nanoseconds.
  public var worstBound: Double { pieces.reduce(0) { $1.isGuard ? $0 : max($0, $1.bound) } }

  @usableFromInline
  func piece(at time: HostTime) -> Piece {
    if pieces.count == 1 { return pieces[0] }
    var low = 0
    var high = pieces.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if pieces[middle].from.nanoseconds <= time.nanoseconds { low = middle } else { high = middle - 1 }
    }
    return pieces[low]
  }
}

extension ClockMap.Piece {
  /// Nanoseconds to add at an instant.
  @inlinable
  func shift(at time: Int64) -> Double { offset + drift * Double(time &- anchor.nanoseconds) }
}
