public import CaseModel

/// A clock that was set.
public struct ClockStep: Hashable, Sendable {
  /// The first instant after it that is known.
  public var at: CaseTime
  /// The same by the clock itself, unfolded.
  public var unfolded: HostTime
  /// Nanoseconds: positive where it was set forward.
  public var by: Double
  /// Half-width of what is known of `by`, nanoseconds.
  public var bound: Double
  /// It may as well have been the other clock of the only evidence, set the other way.
  public var isAmbiguous: Bool

  public init(at: CaseTime, unfolded: HostTime, by: Double, bound: Double, isAmbiguous: Bool) {
    self.at = at
    self.unfolded = unfolded
    self.by = by
    self.bound = bound
    self.isAmbiguous = isAmbiguous
  }
}
