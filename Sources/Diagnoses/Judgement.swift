public import CaseModel

/// What a case comes to.
public struct Judgement: Sendable {
  public let verdict: FindingsDocument.Verdict
  /// Sentences, most important first: what was missing where the verdict is inconclusive, what bears it otherwise.
  public let reasons: [String]
  /// False when no capture held a readable frame: then there is nothing to judge.
  public let isReadable: Bool
  /// Root causes first, most flows first.
  public let findings: [JudgedFinding]
  /// One for every kind, in the kinds' declared order.
  public let hypotheses: [Hypothesis]
  public let trigger: FindingsDocument.Trigger
  public let impact: FindingsDocument.Impact
  /// The evidence's, the timeline's and the judge's own.
  public let doubts: [Doubt]

  public init(
    verdict: FindingsDocument.Verdict, reasons: [String], isReadable: Bool, findings: [JudgedFinding],
    hypotheses: [Hypothesis], trigger: FindingsDocument.Trigger, impact: FindingsDocument.Impact, doubts: [Doubt]
  ) {
    self.verdict = verdict
    self.reasons = reasons
    self.isReadable = isReadable
    self.findings = findings
    self.hypotheses = hypotheses
    self.trigger = trigger
    self.impact = impact
    self.doubts = doubts
  }

  /// Why a kind without a diagnosis is not testable.
  public static let unexamined = "this version does not examine it yet"

  public var rootCauses: [JudgedFinding] { findings.filter { $0.finding.standing == .rootCause } }
}

/// A finding in its place: its standing is final.
public struct JudgedFinding: Sendable {
  /// `F1`, `F2`, ... in order of rank.
  public let id: String
  public let finding: Finding
  /// Ids of the findings that this one explains.
  public let explains: [String]

  public init(id: String, finding: Finding, explains: [String]) {
    self.id = id
    self.finding = finding
    self.explains = explains
  }
}
