public import CaseModel

/// A claim with what proves it. It cannot be built without a citation.
public struct Finding: Sendable {
  public let kind: FindingKind
  /// What its own diagnosis makes of it; the judge may lower it (symptom, contributing).
  public var standing: FindingRecord.Standing
  public let certainty: FindingRecord.Certainty
  public let title: String
  public let explanation: String
  /// Indices of flows, ascending.
  public let flows: [Int]
  public let location: Location
  public let citations: [Citation]
  public let remedies: [Remedy]
  /// Whoever met it got what he wanted all the same: no trigger makes a cause of it.
  public let isSettled: Bool

  /// From its first to its last sign; nil where its clues tell.
  public let seen: ClosedRange<CaseTime>?
  /// nil where nothing was lost on the way.
  public var loss: Loss?

  /// What a loss hit, beyond its connections.
  public struct Loss: Sendable {
    /// Whether it is the openers' packets that were lost, or the acceptors'; nil where it is both.
    public let fromOpener: Bool?
    /// Lost packets with data, of all that went the same way; nil where those were not counted.
    public var share: (lost: Int, total: Int)?
    /// What no capture shows, where that is part of the claim: a sentence without its end.
    public var absence: String?
  }

  public init?(
    kind: FindingKind, standing: FindingRecord.Standing, certainty: FindingRecord.Certainty, title: String,
    explanation: String, flows: [Int], location: Location, citations: [Citation], remedies: [Remedy] = [],
    isSettled: Bool = false, seen: ClosedRange<CaseTime>? = nil
  ) {
    guard !citations.isEmpty else { return nil }
    self.kind = kind
    self.standing = standing
    self.certainty = certainty
    self.title = title
    self.explanation = explanation
    self.flows = flows
    self.location = location
    self.citations = citations
    self.remedies = remedies
    self.isSettled = isSettled
    self.seen = seen
  }
}

extension ClosedRange where Bound: Comparable {
  /// From the least to the greatest; nil of none.
  static func spanning(_ values: [Bound]) -> ClosedRange? {
    guard let least = values.min(), let greatest = values.max() else { return nil }
    return least...greatest
  }
}
