import CaseModel
import Correlation
import Testing

@testable import Diagnoses

/// The judge's own rules, with diagnoses that find what they are told to.
struct JudgeTests {
  /// What a scripted diagnosis finds: a certainty per flow, by kind.
  @TaskLocal static var script: [FindingKind: [Int: FindingRecord.Certainty]] = [:]

  private static func conclusion(_ kind: FindingKind, _ clues: [Clue], root: Bool = true) -> Conclusion {
    guard let certainty = clues.map(\.certainty).max() else { return .refuted(because: "no sign of it") }
    let finding = Finding(
      kind: kind, standing: root ? .rootCause : .note, certainty: certainty, title: "\(kind.rawValue) it was",
      explanation: "", flows: Set(clues.map(\.flow)).sorted(), location: Location(from: "g", to: "g"),
      citations: clues.flatMap(\.citations))
    return finding.map { .found([$0]) } ?? .refuted(because: "no citation")
  }

  private static func clues(_ kind: FindingKind, _ story: FlowStory) -> [Clue] {
    let number = Int(story.flow.name.text.dropFirst(5)) ?? 0
    guard let certainty = script[kind]?[number] else { return [] }
    let citation = Citation.log(
      Citation.Log(host: "c", file: "log", line: number, time: nil, says: "flow \(number) broke"))
    return Clue(
      kind: kind, location: Location(from: "g", to: "g"), certainty: certainty, citations: [citation]
    ).map { [$0] } ?? []
  }

  struct Cause: Diagnosis {
    static let kind = FindingKind.mtuBlackhole
    static let explanation = "A cause"
    static let wants: [String] = []
    static let explains: [FindingKind] = [.packetLoss]
    func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] { JudgeTests.clues(Self.kind, story) }
    func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion { JudgeTests.conclusion(Self.kind, clues) }
  }

  struct Effect: Diagnosis {
    static let kind = FindingKind.packetLoss
    static let explanation = "An effect"
    static let wants: [String] = []
    static let explains: [FindingKind] = []
    func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] { JudgeTests.clues(Self.kind, story) }
    func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion { JudgeTests.conclusion(Self.kind, clues) }
  }

  private func judged(
    flows: Int = 4, _ script: [FindingKind: [Int: FindingRecord.Certainty]],
    catalog: [any Diagnosis.Type] = [Effect.self, Cause.self], workers: any Workers = InlineWorkers(),
    _ change: (inout SceneBuilder) -> Void = { _ in }
  ) throws -> Judgement {
    var builder = SceneBuilder()
    for flow in 1...flows { builder.connection(flow, at: Double(flow) / 10) }
    change(&builder)
    let scene = try builder.scene()
    return try Self.$script.withValue(script) { try judge(scene, by: catalog, workers: workers) }
  }

  private func standings(_ judgement: Judgement) -> [String] {
    judgement.findings.map {
      "\($0.id) \($0.finding.kind.rawValue) \($0.finding.standing.rawValue) \($0.finding.flows) explains \($0.explains)"
    }
  }

  @Test func aCauseSilencesWhatItExplainsWhereTheyShareFlows() throws {
    let judgement = try judged([.mtuBlackhole: [1: .proven, 2: .proven], .packetLoss: [1: .proven, 2: .probable]])
    #expect(
      standings(judgement) == [
        "F1 mtu-blackhole root-cause [0, 1] explains [\"F2\"]", "F2 packet-loss symptom [0, 1] explains []",
      ])
  }

  @Test func anEffectStaysACauseOnTheFlowsThatNothingExplains() throws {
    let judgement = try judged([.mtuBlackhole: [1: .proven], .packetLoss: [1: .proven, 2: .proven, 3: .proven]])
    #expect(
      standings(judgement) == [
        "F1 packet-loss root-cause [1, 2] explains []", "F2 mtu-blackhole root-cause [0] explains [\"F3\"]",
        "F3 packet-loss symptom [0] explains []",
      ])
  }

  @Test func theOrderOfTheCatalogDoesNotMatter() throws {
    let script: [FindingKind: [Int: FindingRecord.Certainty]] = [
      .mtuBlackhole: [1: .proven], .packetLoss: [1: .proven],
    ]
    let one = try judged(script, catalog: [Effect.self, Cause.self])
    let other = try judged(script, catalog: [Cause.self, Effect.self])
    #expect(standings(one) == standings(other))
  }

  @Test(arguments: [
    (FindingRecord.Certainty.proven, FindingsDocument.Verdict.rootCause),
    (.probable, .rootCause), (.possible, .inconclusive),
  ])
  func possibleAloneIsInconclusive(certainty: FindingRecord.Certainty, verdict: FindingsDocument.Verdict) throws {
    #expect(try judged([.mtuBlackhole: [1: certainty]]).verdict == verdict)
  }

  @Test func healthyIsAClaimAboutTheEvidenceToo() throws {
    #expect(try judged([:]).verdict == .healthy)
    let failed = HostRecord(
      name: "s", roles: [], result: .failed,
      failure: Failure("unreachable", what: "could not reach s", cause: "timeout"))
    let cases: [(String, (inout SceneBuilder) -> Void)] = [
      ("could not reach s", { $0.manifest.hosts = [failed] }),
      ("blind", { $0.doubts = [Doubt(says: "blind", couldHideFault: true)] }),
      ("lost 50 frames", { $0.drops = 50 }),
      (
        "died",
        { $0.manifest.captures = [CaptureRecord(vantage: "c", files: [], host: "c", endedBy: "died")] }
      ),
      ("could not be read", { $0.manifest.captures = [CaptureRecord(vantage: "x", files: [], host: "x")] }),
      ("no frame", { $0.packets = [] }),
    ]
    for (reason, change) in cases {
      let judgement = try judged([:], change)
      #expect(judgement.verdict == .inconclusive)
      #expect(judgement.reasons.contains { $0.contains(reason) }, "\(judgement.reasons)")
    }
  }

  @Test func aRootCauseStandsWhateverElseFailed() throws {
    let judgement = try judged([.mtuBlackhole: [1: .proven]]) {
      $0.manifest.hosts = [HostRecord(name: "s", roles: [], result: .failed)]
    }
    #expect(judgement.verdict == .rootCause)
    #expect(judgement.reasons.contains("`s` failed"))
  }

  @Test func aDoubtThatHidesNothingLeavesItHealthy() throws {
    let judgement = try judged([:]) { $0.doubts = [Doubt(says: "a clock was asked twice only")] }
    #expect(judgement.verdict == .healthy)
    #expect(judgement.doubts.map(\.says) == ["a clock was asked twice only"])
  }

  @Test func everyKindHasOneRow() throws {
    let judgement = try judged([.mtuBlackhole: [1: .proven]])
    #expect(judgement.hypotheses.map(\.kind) == FindingKind.hypotheses)
    let rows = Dictionary(uniqueKeysWithValues: judgement.hypotheses.map { ($0.kind, $0) })
    #expect(rows[.mtuBlackhole]?.outcome == .found)
    #expect(rows[.packetLoss] == Hypothesis(kind: .packetLoss, outcome: .refuted, because: "no sign of it"))
    #expect(
      rows[.pawsSynDrop]
        == Hypothesis(kind: .pawsSynDrop, outcome: .notTestable, because: "this version does not examine it yet"))
  }

  // The connections live from 0.1 s to half a second.
  private func trigger(_ kind: TriggerRecord.Kind, at: Double, occurred: Bool = true) -> TriggerRecord {
    TriggerRecord(kind: kind, occurred: occurred, at: HostTime(nanoseconds: Int64(at * 1e9)), host: "c")
  }

  @Test func aTriggerMarksWhatWasAliveOnItsHost() throws {
    let judgement = try judged([.mtuBlackhole: [1: .proven]]) { $0.manifest.trigger = trigger(.log, at: 2) }
    #expect(judgement.verdict == .rootCause)
    #expect(judgement.trigger.flows == ["flow-1", "flow-2", "flow-3", "flow-4"])
    #expect(judgement.impact.affected == 4)
  }

  @Test func aCauseThatTouchesNoMarkedFlowOnlyContributes() throws {
    let judgement = try judged([.mtuBlackhole: [1: .proven]]) {
      $0.connection(5, at: 100)
      $0.manifest.trigger = trigger(.probeFails, at: 101)
    }
    #expect(judgement.trigger.flows == ["flow-5"])
    #expect(standings(judgement) == ["F1 mtu-blackhole contributing [0] explains []"])
    #expect(judgement.verdict == .inconclusive)
  }

  @Test func ofTheFlowsAliveTheResetOnesAreMeant() throws {
    let judgement = try judged([:]) {
      $0.packet(at: 1.5, "S > C:40003 [R] seq 1001")
      $0.manifest.trigger = trigger(.log, at: 1.6)
    }
    #expect(judgement.trigger.flows == ["flow-3"])
  }

  @Test func aTriggerThatNothingExplainsIsInconclusive() throws {
    let judgement = try judged([:]) { $0.manifest.trigger = trigger(.operator, at: 1) }
    #expect(judgement.verdict == .inconclusive)
    #expect(judgement.reasons == ["the trigger fired, and nothing that was looked for explains it"])
  }

  @Test func aFaultThatDidNotOccurIsSaidFirst() throws {
    let judgement = try judged([:]) { $0.manifest.trigger = trigger(.duration, at: 60, occurred: false) }
    #expect(judgement.verdict == .healthy)
    #expect(judgement.reasons.first?.hasPrefix("the fault did not occur") == true)
  }

  /// Does the last first, as threads might.
  private struct BackwardWorkers: Workers {
    func each<R: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> R) throws -> [R] {
      try (0..<count).reversed().map(body).reversed()
    }
  }

  @Test func theOrderOfTheWorkNeverShows() throws {
    let script: [FindingKind: [Int: FindingRecord.Certainty]] = [
      .mtuBlackhole: [1: .proven, 3: .probable], .packetLoss: [1: .proven, 4: .probable],
    ]
    let judgement = try judged(script)
    #expect(standings(judgement) == standings(try judged(script, workers: BackwardWorkers())))
    #expect(judgement.impact.affected == 3)
  }

  @Test func failedExpectationsAreNotes() throws {
    let judgement = try judged([:], catalog: [FailedExpectation.self]) {
      $0.read(.after, "sysctl", on: "g", "net.netfilter.nf_conntrack_tcp_be_liberal = 0\n")
      $0.manifest.checks = [
        CheckRecord(
          host: "g", namespace: .host, check: "sysctl", names: ["net.netfilter.nf_conntrack_tcp_be_liberal"],
          expect: "1",
          why: "it has bitten before"),
        CheckRecord(host: "s", namespace: .host, check: "sysctl", names: ["net.core.somaxconn"], expect: "4096"),
      ]
    }
    #expect(judgement.verdict == .healthy)
    #expect(
      judgement.findings.map(\.finding.title) == [
        "`net.netfilter.nf_conntrack_tcp_be_liberal` on `g` is 0, and 1 was expected"
      ])
  }
}

/// The catalog as a whole.
struct DiagnosisCatalogTests {
  @Test func noKindTwice() {
    let kinds = DiagnosisCatalog.all.map { $0.kind }
    #expect(Set(kinds).count == kinds.count)
  }

  @Test func causesAndEffectsMakeNoCircle() {
    func effects(_ kind: FindingKind, _ seen: Set<FindingKind>) -> Bool {
      let next = DiagnosisCatalog.all.first { $0.kind == kind }?.explains ?? []
      return next.allSatisfy { !seen.contains($0) && effects($0, seen.union([$0])) }
    }
    for diagnosis in DiagnosisCatalog.all { #expect(effects(diagnosis.kind, [diagnosis.kind])) }
  }

  @Test func explanationsBeginWithATitle() {
    for diagnosis in DiagnosisCatalog.all {
      let lines = diagnosis.explanation.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count > 2 && lines[1].isEmpty, "\(diagnosis.kind)")
      #expect(!diagnosis.wants.isEmpty)
    }
  }
}
