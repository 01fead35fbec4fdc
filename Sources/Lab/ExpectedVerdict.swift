public import CaseModel

/// What a run of an incident's playbook must conclude.
public struct ExpectedVerdict: Hashable, Sendable {
  public let kind: FindingKind
  /// The vantages between which it happens, in the direction of the affected packets; equal when it happens at one; no
  /// `to` beyond the last vantage.
  public let location: Location
  /// `proven`, or `probable` where the lab can only emulate the fault.
  public let certainty: FindingRecord.Certainty
  /// A root cause; a note where what people suffer from is by design, and the verdict is healthy.
  public let standing: FindingRecord.Standing

  public init(
    _ kind: FindingKind, from: VantageName, to: VantageName?, certainty: FindingRecord.Certainty = .proven,
    standing: FindingRecord.Standing = .rootCause
  ) {
    self.kind = kind
    location = Location(from: from, to: to)
    self.certainty = certainty
    self.standing = standing
  }

  public init(
    _ kind: FindingKind, at vantage: VantageName, certainty: FindingRecord.Certainty = .proven,
    standing: FindingRecord.Standing = .rootCause
  ) {
    self.init(kind, from: vantage, to: vantage, certainty: certainty, standing: standing)
  }
}
