/// `findings.json`, and what `analyze --json` prints.
public struct FindingsDocument: Hashable, Sendable, Codable {
  public static let schema = "stakeout.findings/1"

  public enum Verdict: String, Sendable, Codable {
    case rootCause = "root-cause"
    /// Nothing wrong was seen, and the evidence was good enough to see it.
    case healthy
    case inconclusive
  }

  public var schema = FindingsDocument.schema
  public var tool: String
  public var verdict: Verdict
  /// The vantage whose clock the case's times are.
  public var reference: VantageName?
  /// The first packet, case time.
  public var t0: CaseTime?
  /// Case time against the controller's UTC, in seconds; nil for foreign captures.
  public var utcOffset: Double?
  public var utcBound: Double?
  public var trigger: Trigger
  public var impact: Impact
  public var findings: [FindingRecord]
  public var hypotheses: [Hypothesis]
  public var flows: [FlowRecord]
  public var clocks: [ClockRecord]
  public var doubts: [Doubt]
  /// What the same measures were before a change, where this case was made to see what it did.
  public var comparison: Comparison?

  public init(
    tool: String, verdict: Verdict, reference: VantageName?, t0: CaseTime?, utcOffset: Double?, utcBound: Double?,
    trigger: Trigger, impact: Impact, findings: [FindingRecord], hypotheses: [Hypothesis], flows: [FlowRecord],
    clocks: [ClockRecord], doubts: [Doubt], comparison: Comparison? = nil
  ) {
    self.tool = tool
    self.verdict = verdict
    self.reference = reference
    self.t0 = t0
    self.utcOffset = utcOffset
    self.utcBound = utcBound
    self.trigger = trigger
    self.impact = impact
    self.findings = findings
    self.hypotheses = hypotheses
    self.flows = flows
    self.clocks = clocks
    self.doubts = doubts
    self.comparison = comparison
  }

  private enum CodingKeys: String, CodingKey {
    case schema, tool, verdict, reference, t0, trigger, impact, findings, hypotheses, flows, clocks, doubts, comparison
    case utcOffset = "utc_offset_s"
    case utcBound = "utc_bound_s"
  }

  /// What is not known is null, not absent.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(schema, forKey: .schema)
    try c.encode(tool, forKey: .tool)
    try c.encode(verdict, forKey: .verdict)
    try c.encode(reference, forKey: .reference)
    try c.encode(t0, forKey: .t0)
    try c.encode(utcOffset, forKey: .utcOffset)
    try c.encode(utcBound, forKey: .utcBound)
    try c.encode(trigger, forKey: .trigger)
    try c.encode(impact, forKey: .impact)
    try c.encode(findings, forKey: .findings)
    try c.encode(hypotheses, forKey: .hypotheses)
    try c.encode(flows, forKey: .flows)
    try c.encode(clocks, forKey: .clocks)
    try c.encode(doubts, forKey: .doubts)
    // Most cases are compared with none.
    try c.encodeIfPresent(comparison, forKey: .comparison)
  }

  /// The same measures twice.
  public struct Comparison: Hashable, Sendable, Codable {
    public var before: CaseMeasures
    public var after: CaseMeasures

    public init(before: CaseMeasures, after: CaseMeasures) {
      self.before = before
      self.after = after
    }
  }

  /// The trigger on the case's time line, with the flows that it marks as bad.
  public struct Trigger: Hashable, Sendable, Codable {
    public var kind: TriggerRecord.Kind
    public var occurred: Bool
    public var at: CaseTime?
    public var host: HostName?
    public var flows: [FlowName]

    public init(
      kind: TriggerRecord.Kind, occurred: Bool, at: CaseTime? = nil, host: HostName? = nil, flows: [FlowName] = []
    ) {
      self.kind = kind
      self.occurred = occurred
      self.at = at
      self.host = host
      self.flows = flows
    }
  }

  public struct Impact: Hashable, Sendable, Codable {
    public var flows: Int
    public var affected: Int
    public var first: CaseTime?
    public var last: CaseTime?

    public init(flows: Int, affected: Int, first: CaseTime? = nil, last: CaseTime? = nil) {
      self.flows = flows
      self.affected = affected
      self.first = first
      self.last = last
    }
  }
}

/// What became of one kind in this case.
public struct Hypothesis: Hashable, Sendable, Codable {
  public enum Outcome: String, Sendable, Codable {
    case found, refuted
    case notTestable = "not-testable"
  }

  public let kind: FindingKind
  public let outcome: Outcome
  /// Refuted by what, or not testable for want of what.
  public let because: String
  /// What was looked at, where a kind is refuted by something that can be shown.
  public let evidence: [Citation]

  public init(kind: FindingKind, outcome: Outcome, because: String, evidence: [Citation] = []) {
    self.kind = kind
    self.outcome = outcome
    self.because = because
    self.evidence = evidence
  }
}

extension Hypothesis {
  private enum CodingKeys: String, CodingKey { case kind, outcome, because, evidence }

  public init(from decoder: any Decoder) throws {
    let c = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      kind: try c.decode(FindingKind.self, forKey: .kind), outcome: try c.decode(Outcome.self, forKey: .outcome),
      because: try c.decode(String.self, forKey: .because),
      evidence: try c.decodeIfPresent([Citation].self, forKey: .evidence) ?? [])
  }

  /// Without evidence there is no such key.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(kind, forKey: .kind)
    try c.encode(outcome, forKey: .outcome)
    try c.encode(because, forKey: .because)
    if !evidence.isEmpty { try c.encode(evidence, forKey: .evidence) }
  }
}
