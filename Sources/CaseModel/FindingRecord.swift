/// One finding as it stands in `findings.json`. Built only from a `Finding`, which cannot exist without a citation.
public struct FindingRecord: Hashable, Sendable, Codable {
  public enum Standing: String, Sendable, Codable {
    case rootCause = "root-cause"
    /// Explained by another finding.
    case symptom
    /// Made it worse, or explains no flow that the trigger marked.
    case contributing
    case note
  }

  public enum Certainty: String, Sendable, Codable, Comparable {
    /// The only sign of it is compatible with something else.
    case possible
    case probable
    /// Packets and host evidence agree, or packets alone leave no other reading.
    case proven

    private var rank: Int {
      switch self {
      case .possible: 0
      case .probable: 1
      case .proven: 2
      }
    }
    public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
  }

  public var id: String
  public var kind: FindingKind
  public var standing: Standing
  public var certainty: Certainty
  public var title: String
  public var explanation: String
  public var flows: [FlowName]
  /// Ids of the findings that this one explains.
  public var explains: [String]
  public var location: Location
  public var evidence: [Citation]
  public var remedies: [Remedy]

  public init(
    id: String, kind: FindingKind, standing: Standing, certainty: Certainty, title: String, explanation: String,
    flows: [FlowName], explains: [String], location: Location, evidence: [Citation], remedies: [Remedy]
  ) {
    self.id = id
    self.kind = kind
    self.standing = standing
    self.certainty = certainty
    self.title = title
    self.explanation = explanation
    self.flows = flows
    self.explains = explains
    self.location = location
    self.evidence = evidence
    self.remedies = remedies
  }
}

/// Between which vantages it happens, in the direction of the affected packets; equal when it happens at one.
public struct Location: Hashable, Sendable, Codable {
  public var from: VantageName?
  /// nil: beyond the last vantage.
  public var to: VantageName?

  public init(from: VantageName?, to: VantageName?) {
    self.from = from
    self.to = to
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(from, forKey: .from)
    try container.encode(to, forKey: .to)
  }

  private enum CodingKeys: String, CodingKey { case from, to }
}

/// A change that would end it: printed, never made.
public struct Remedy: Hashable, Sendable, Codable {
  /// The vantage, host or role on which to run it.
  public var on: String
  public var command: String
  public var effect: String
  public var sideEffects: String
  public var rollback: String

  public init(on: String, command: String, effect: String, sideEffects: String, rollback: String) {
    self.on = on
    self.command = command
    self.effect = effect
    self.sideEffects = sideEffects
    self.rollback = rollback
  }
}
