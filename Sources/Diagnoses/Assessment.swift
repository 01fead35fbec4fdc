internal import CaseModel
internal import Correlation
internal import Evidence

/// The findings of a case on their way to a judgement: concluded causes first, so that an effect is only blamed for what no cause
/// explains.
struct Assessment {
  struct Entry {
    var finding: Finding
    /// Clues of its flows, for the impact.
    var clues: [Clue]
    /// Entries that this one explains.
    var explains: [Int] = []
  }

  let scene: Scene
  private let catalog: [any Diagnosis.Type]
  private(set) var entries: [Entry] = []
  private(set) var outcomes: [FindingKind: Conclusion] = [:]

  init(_ scene: Scene, _ catalog: [any Diagnosis.Type]) {
    self.scene = scene
    self.catalog = catalog
  }

  mutating func conclude(_ clues: [Clue]) {
    for diagnosis in causesFirst() { conclude(diagnosis, clues.filter { $0.kind == diagnosis.kind }) }
  }

  /// A root cause that touches none of the flows that the trigger marked did not make this fault.
  mutating func apply(_ marks: TriggerMarks) {
    guard marks.namesFault, !marks.flows.isEmpty else { return }
    let marked = Set(marks.flows)
    blameRefusals(of: marked)
    for index in entries.indices where entries[index].finding.standing == .rootCause {
      if marked.isDisjoint(with: entries[index].finding.flows) { entries[index].finding.standing = .contributing }
    }
  }

  /// A refused connection is an answer, unless it is the very one that the trigger is about and nothing else explains it.
  private mutating func blameRefusals(of marked: Set<Int>) {
    let isExplained = entries.contains {
      $0.finding.standing == .rootCause && !marked.isDisjoint(with: $0.finding.flows)
    }
    guard !isExplained else { return }
    for index in entries.indices
    where entries[index].finding.kind == .connectionRefused && entries[index].finding.standing == .note
      && !entries[index].finding.isSettled
    {
      if !marked.isDisjoint(with: entries[index].finding.flows) { entries[index].finding.standing = .rootCause }
    }
  }

  /// A diagnosis comes after all that explain it. A circle, which the catalog must not have, is cut in catalog order.
  private func causesFirst() -> [any Diagnosis.Type] {
    var waiting = catalog
    var ordered: [any Diagnosis.Type] = []
    while !waiting.isEmpty {
      let free = waiting.firstIndex { candidate in
        !waiting.contains { $0.kind != candidate.kind && $0.explains.contains(candidate.kind) }
      }
      ordered.append(waiting.remove(at: free ?? 0))
    }
    return ordered
  }

  private mutating func conclude(_ diagnosis: any Diagnosis.Type, _ clues: [Clue]) {
    let causes = entries.indices.filter { index in
      entries[index].finding.standing == .rootCause
        && catalog.contains {
          $0.kind == entries[index].finding.kind && $0.kind != diagnosis.kind && $0.explains.contains(diagnosis.kind)
        }
    }
    let explained = Set(causes.flatMap { entries[$0].finding.flows })
    let symptoms = clues.filter { explained.contains($0.flow) }
    let rest = clues.filter { !explained.contains($0.flow) }
    if !symptoms.isEmpty { conclude(diagnosis, symptoms, under: causes) }
    if symptoms.isEmpty || !rest.isEmpty { conclude(diagnosis, rest, under: []) }
  }

  private mutating func conclude(_ diagnosis: any Diagnosis.Type, _ clues: [Clue], under causes: [Int]) {
    let conclusion = diagnosis.init().conclude(clues, scene)
    if case .found(let findings) = conclusion {
      for var finding in findings {
        let sharing = causes.filter { !Set(entries[$0].finding.flows).isDisjoint(with: finding.flows) }
        if !sharing.isEmpty { finding.standing = .symptom }
        for cause in sharing { entries[cause].explains.append(entries.count) }
        let flows = Set(finding.flows)
        entries.append(Entry(finding: finding, clues: clues.filter { flows.contains($0.flow) }))
      }
      outcomes[diagnosis.kind] = conclusion
    } else if outcomes[diagnosis.kind] == nil {
      outcomes[diagnosis.kind] = conclusion
    }
  }
}

// MARK: - The judgement

extension Assessment {
  func judgement(_ marks: TriggerMarks, _ unanswered: [UnansweredDatagrams.Exchange]) -> Judgement {
    let order = entries.indices.sorted { rank($0) < rank($1) }
    var ids: [Int: String] = [:]
    for (position, entry) in order.enumerated() { ids[entry] = "F\(position + 1)" }
    let findings = order.map { entry in
      JudgedFinding(
        id: ids[entry] ?? "", finding: entries[entry].finding,
        explains: entries[entry].explains.sorted { rank($0) < rank($1) }.compactMap { ids[$0] })
    }
    let verdict = Verdict(scene, findings, marks, unanswered, examined: catalog.map { $0.kind }.sorted())
    return Judgement(
      verdict: verdict.outcome, reasons: verdict.reasons, isReadable: verdict.isReadable, findings: findings,
      hypotheses: hypotheses(findings), trigger: marks.document(scene), impact: impact(marks),
      doubts: scene.evidence.doubts + scene.timeline.doubts + verdict.doubts)
  }

  private struct Rank: Comparable {
    let standing: Int
    let flows: Int
    let certainty: FindingRecord.Certainty
    let kind: FindingKind
    let entry: Int

    static func < (a: Self, b: Self) -> Bool {
      (a.standing, b.flows, b.certainty, a.kind, a.entry) < (b.standing, a.flows, a.certainty, b.kind, b.entry)
    }
  }

  private func rank(_ entry: Int) -> Rank {
    let finding = entries[entry].finding
    let standing =
      switch finding.standing {
      case .rootCause: 0
      case .contributing: 1
      case .symptom: 2
      case .note: 3
      }
    return Rank(
      standing: standing, flows: finding.flows.count, certainty: finding.certainty, kind: finding.kind, entry: entry)
  }

  private func hypotheses(_ findings: [JudgedFinding]) -> [Hypothesis] {
    FindingKind.hypotheses.map { kind in
      switch outcomes[kind] {
      case .found:
        let own = findings.filter { $0.finding.kind == kind }
        return Hypothesis(
          kind: kind, outcome: .found, because: own.map { "\($0.id): \($0.finding.title)" }.joined(separator: "; "))
      case .refuted(let because, let shown):
        return Hypothesis(kind: kind, outcome: .refuted, because: because, evidence: shown)
      case .notTestable(let wanting):
        return Hypothesis(kind: kind, outcome: .notTestable, because: "wanting: \(wanting)")
      case nil: return Hypothesis(kind: kind, outcome: .notTestable, because: Judgement.unexamined)
      }
    }
  }

  private func signs(_ clues: [Clue]) -> [CaseTime] {
    clues.flatMap { clue in
      clue.citations.compactMap { if case .packet(let packet) = $0 { packet.time } else { nil } }
        + (clue.last.map { [$0] } ?? [])
    }
  }

  /// Flows that the root causes explain, and those that the trigger marked.
  private func impact(_ marks: TriggerMarks) -> FindingsDocument.Impact {
    let causes = entries.filter { $0.finding.standing == .rootCause }
    let affected = Set(causes.flatMap(\.finding.flows)).union(marks.flows)
    let times = causes.flatMap { cause in
      cause.finding.seen.map { [$0.lowerBound, $0.upperBound] } ?? signs(cause.clues)
    }
    return FindingsDocument.Impact(
      flows: scene.timeline.flows.counts.connections
        + affected.count(where: { !scene.timeline.flows[$0].isConnection }),
      affected: affected.count, first: times.min() ?? marks.at,
      last: times.max() ?? marks.at)
  }
}
