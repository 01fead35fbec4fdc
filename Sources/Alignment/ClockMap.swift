public import CaseModel

/// The one way from a host's time to the case's: a piecewise line with a bound, made by alignment.
public struct ClockMap: Hashable, Sendable {
  /// In order of `from`; never empty.
  public let pieces: [Piece]

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

    public init(from: HostTime, anchor: HostTime, offset: Double, drift: Double, bound: Double) {
      self.from = from
      self.anchor = anchor
      self.offset = offset
      self.drift = drift
      self.bound = bound
    }
  }

  /// - Precondition: `pieces` is not empty.
  public init(pieces: [Piece]) {
    precondition(!pieces.isEmpty, "a clock map without a piece")
    self.pieces = pieces
  }

  /// The reference's own map.
  public static let identity = ClockMap(pieces: [
    Piece(
      from: HostTime(nanoseconds: .min), anchor: HostTime(nanoseconds: 0), offset: 0, drift: 0, bound: 0)
  ])

  public func caseTime(_ time: HostTime) -> CaseTime {
    let piece = piece(at: time)
    let shift = piece.offset + piece.drift * Double(time.since(piece.anchor))
    return CaseTime(nanoseconds: time.nanoseconds &+ Int64(saturating: shift.rounded()))
  }

  /// Half-width in nanoseconds of what is known about the clock at `time`.
  public func bound(at time: HostTime) -> Double { piece(at: time).bound }

  /// The worst half-width anywhere, nanoseconds.
  public var worstBound: Double { pieces.reduce(0) { max($0, $1.bound) } }

  private func piece(at time: HostTime) -> Piece {
    var low = 0
    var high = pieces.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if pieces[middle].from.nanoseconds <= time.nanoseconds { low = middle } else { high = middle - 1 }
    }
    return pieces[low]
  }
}
