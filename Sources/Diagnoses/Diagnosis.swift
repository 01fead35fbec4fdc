public import CaseModel
public import Correlation
public import Evidence

/// One kind of trouble: how it is recognised, what refutes it, what it explains, what helps.
///
/// A diagnosis sees the same two things in every case: each flow's story, alone and perhaps on several threads; and then, once,
/// its own clues beside the whole. It keeps no state between the two.
public protocol Diagnosis: Sendable {
  static var kind: FindingKind { get }
  /// What it means, for `stakeout explain KIND`: prose, first line a title.
  static var explanation: String { get }
  /// The evidence that it reads, best first; any of it may be missing.
  static var wants: [String] { get }
  /// Kinds that this one explains where they share flows: they become its symptoms.
  static var explains: [FindingKind] { get }

  init()
  /// What one flow says. Sees every packet of it.
  func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue]
  /// What all clues together mean.
  func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion
}

/// What a diagnosis may look at beside a story.
public final class Scene: Sendable {
  public let evidence: CaseEvidence
  public let timeline: Timeline
  /// Which host has which address.
  let addresses: HostAddressBook
  /// The text that somebody complains about, searched for once.
  let lookedFor: LookedFor?

  public init(evidence: CaseEvidence, timeline: Timeline) {
    self.evidence = evidence
    self.timeline = timeline
    addresses = evidence.addresses()
    lookedFor = LookedFor(evidence, timeline)
  }
}

/// What a diagnosis noticed in one flow, and kept of it.
public struct Clue: Sendable {
  public let kind: FindingKind
  /// The flow's number in the timeline. Filled in by the judge, who knows whose story was inspected.
  public internal(set) var flow = 0
  /// Where, so that clues of one kind and place become one finding.
  public let location: Location
  /// `mayBe` clues alone never make a root cause.
  public let certainty: FindingRecord.Certainty
  /// Frames that prove it, most telling first; never empty.
  public let citations: [Citation]
  /// Kind-specific numbers for the sentences, by name: `behind_bytes`, `reset_frame`, ...
  public let measures: [String: Double]
  /// Names and addresses for the sentences: `translator`, `service`, ...
  public let words: [String: String]
  /// When its last sign was seen, where the citations stop before that; nil where they do not.
  public let last: CaseTime?
  /// What numbers and words cannot hold, for the diagnosis that noticed it.
  public let detail: (any Sendable)?

  /// nil without a citation: no claim without a frame, a counter or a line.
  public init?(
    kind: FindingKind, location: Location, certainty: FindingRecord.Certainty, citations: [Citation],
    measures: [String: Double] = [:], words: [String: String] = [:], last: CaseTime? = nil,
    detail: (any Sendable)? = nil
  ) {
    guard !citations.isEmpty else { return nil }
    self.kind = kind
    self.location = location
    self.certainty = certainty
    self.citations = citations
    self.measures = measures
    self.words = words
    self.last = last
    self.detail = detail
  }
}

/// What a diagnosis concludes for the case.
public enum Conclusion: Sendable {
  case found([Finding])
  /// - Parameter shown: what was looked at and is no fault, where frames or readings show it.
  case refuted(because: String, shown: [Citation] = [])
  case notTestable(wanting: String)
}
