internal import CaseModel
internal import Correlation
internal import Evidence

/// What findings, trigger and evidence amount to.
///
/// A root cause stands whatever else failed. Healthy is a claim about the evidence as much as about the network: a host, a capture
/// or an after-check that failed, a doubt that could hide a fault, or a fault that was seen and not explained, and it is
/// inconclusive.
struct Verdict {
  let outcome: FindingsDocument.Verdict
  let reasons: [String]
  let isReadable: Bool
  /// Of the judge's own.
  let doubts: [Doubt]

  /// - Parameter examined: the kinds that a diagnosis looked for.
  init(
    _ scene: Scene, _ findings: [JudgedFinding], _ marks: TriggerMarks, _ unanswered: [UnansweredDatagrams.Exchange],
    examined: [FindingKind]
  ) {
    isReadable = scene.timeline.vantages.contains { $0.health.frames > 0 }
    let causes = findings.filter { $0.finding.standing == .rootCause }
    var doubts = Self.losses(scene)
    if marks.namesFault, marks.flows.isEmpty {
      doubts.append(
        Doubt(
          host: scene.evidence.manifest.trigger.host,
          says: "the trigger marked no connection: none was seen there at that time"))
    }
    doubts += Self.unseenText(scene) + Self.nothingToJudge(scene)
    doubts += UnansweredDatagrams.doubts(unanswered, scene)
    self.doubts = doubts
    let shortcomings = Self.shortcomings(scene, own: doubts)
    guard isReadable else {
      outcome = .inconclusive
      reasons = [Self.unreadable(scene)] + shortcomings
      return
    }
    if causes.contains(where: { $0.finding.certainty > .possible }) {
      outcome = .rootCause
      reasons = causes.filter { $0.finding.certainty > .possible }.map(\.finding.title) + shortcomings
      return
    }
    var missing = causes.map { "only possible: \($0.finding.title)" }
    if marks.namesFault, causes.isEmpty, !Self.isByDesign(marks, findings) {
      missing.append(Self.unexplained(marks, findings))
    }
    missing += shortcomings
    outcome = missing.isEmpty ? .healthy : .inconclusive
    let notOccurred = marks.didNotOccur ? [Self.notOccurred] : []
    reasons = notOccurred + (missing.isEmpty ? [Self.sound(scene, examined)] : missing)
  }

  /// What keeps a case from being healthy.
  private static func shortcomings(_ scene: Scene, own: [Doubt]) -> [String] {
    let manifest = scene.evidence.manifest
    let doubts = (scene.evidence.doubts + scene.timeline.doubts + own).filter(\.couldHideFault)
    var says = manifest.hosts.filter { host in host.result != .ok && !doubts.contains { $0.host == host.name } }.map {
      host in
      "`\(host.name)` \(host.result == .failed ? "failed" : "did only a part")"
        + (host.failure.map { ": \($0.what): \($0.cause)" } ?? "")
    }
    says += manifest.captures.filter { $0.endedBy == "died" }.map { "the capture `\($0.vantage)` died before its end" }
    for capture in manifest.captures where !doubts.contains(where: { $0.vantage == capture.vantage }) {
      if !scene.timeline.vantages.contains(where: { $0.name == capture.vantage }) {
        says.append("the capture `\(capture.vantage)` could not be read")
      }
    }
    if manifest.state == .running { says.append("the case was still running when it was read") }
    return says
      + doubts.map { doubt in ((doubt.vantage?.text ?? doubt.host?.text).map { "`\($0)`: " } ?? "") + doubt.says }
  }

  /// Drops that somebody counted: from one frame in a thousand on, a fault could be among them.
  private static func losses(_ scene: Scene) -> [Doubt] {
    scene.timeline.vantages.compactMap { vantage in
      guard let drops = vantage.health.drops, drops > 0 else { return nil }
      return Doubt(
        vantage: vantage.name, host: vantage.host,
        says: "the capture `\(vantage.name)` lost \(Wording.count(drops, "frame")) of "
          + "\(Wording.grouped(Int64(vantage.health.frames) + Int64(drops)))",
        couldHideFault: drops > vantage.health.frames / 1_000)
    }
  }

  /// Of whole frames: where they were cut, nobody can expect to see it.
  private static func unseenText(_ scene: Scene) -> [Doubt] {
    guard scene.lookedFor?.isFound == false else { return [] }
    let isCut = scene.timeline.vantages.contains { $0.health.snaplen != nil }
    return [
      Doubt(
        says: "the text that was looked for shows in no payload: "
          + (isCut
            ? "frames were cut, and it may have been in what is missing"
            : "that dialogue was at another time, or is encrypted"),
        couldHideFault: !isCut)
    ]
  }

  /// Every kind shows in TCP; where there is none, nothing is known of any.
  private static func nothingToJudge(_ scene: Scene) -> [Doubt] {
    guard scene.timeline.flows.counts.tcp == 0 else { return [] }
    return [Doubt(says: "no TCP connection shows, and what is looked for shows in nothing else", couldHideFault: true)]
  }

  private static let notOccurred = "the fault did not occur: the wait ended by its duration, and no other trigger fired"

  private static func unreadable(_ scene: Scene) -> String {
    scene.evidence.captures.isEmpty
      ? "there is no capture" : "no frame could be read from \(Wording.count(scene.evidence.captures.count, "capture"))"
  }

  /// What the trigger saw was a server closing as it is meant to.
  private static func isByDesign(_ marks: TriggerMarks, _ findings: [JudgedFinding]) -> Bool {
    findings.contains {
      $0.finding.kind == .periodicClose && $0.finding.standing == .note
        && !Set(marks.flows).isDisjoint(with: $0.finding.flows)
    }
  }

  private static func unexplained(_ marks: TriggerMarks, _ findings: [JudgedFinding]) -> String {
    findings.contains { $0.finding.standing == .contributing }
      ? "the trigger fired, and what was found touches none of the connections that it marked"
      : "the trigger fired, and nothing that was looked for explains it"
  }

  private static func sound(_ scene: Scene, _ examined: [FindingKind]) -> String {
    let frames = scene.timeline.vantages.reduce(0) { $0 + $1.health.frames }
    let seen =
      "\(Wording.count(scene.timeline.flows.counts.connections, "connection")) in \(Wording.count(frames, "frame")) from "
      + "\(Wording.count(scene.timeline.vantages.count, "vantage")): nothing wrong was seen, and nothing was missing to see it"
    guard examined.count < FindingKind.allCases.count else { return seen }
    return seen
      + "; this version looks for \(Wording.list(examined.filter { FindingKind.hypotheses.contains($0) }.map { "`\($0.rawValue)`" })) only"
  }
}
