internal import ArgumentParser
internal import CaseModel
internal import Diagnoses
internal import Evidence
internal import Lab
internal import Planning
internal import Playbooks
internal import Remotes
internal import Running

/// One incident of the lab, put to the test: brought up, run over real SSH with wrong clocks, judged, taken down.
struct LabTrial: Sendable {
  let incident: any Incident
  let variant: IncidentVariant
  let console: Console
  let cases: String
  var options = LabOptions()
  /// In place of the incident's own; then only the kind is compared, since another playbook may look less closely.
  var playbook: String?
  /// The last host's clock is set by so much while it records.
  var clockStep: Duration?
  /// Which of several of the same incident; nil where there is one.
  var round: Int?
  /// The case that this one is set beside: the broken network's, for the mended one.
  var comparedCase: String?

  struct Result: Sendable {
    let incident: any Incident
    let variant: IncidentVariant
    /// What was wrong with the verdict, or why there is none; empty when it was right.
    let wrongs: [String]
    /// The verdict in a few words.
    let says: String
    let exit: ExitCode?
    /// The verdict at length.
    let words: String
    let seconds: Double
    /// The folder of its case.
    var caseFolder: String?

    var isRight: Bool { wrongs.isEmpty }
  }

  func run() async throws -> Result {
    let started = ContinuousClock.now
    var options = options
    options.variant = variant
    console.say("lab: \(incident.name), \(variant == .fault ? "with the fault" : "mended: \(incident.control)")")
    let lab = try await Lab.up(incident, options)
    do {
      let result = try await investigate(lab, since: started)
      try await lab.down()
      return result
    } catch {
      try await lab.down()
      throw error
    }
  }

  private func investigate(_ lab: RunningLab, since started: ContinuousClock.Instant) async throws -> Result {
    try await lab.startTraffic()
    var request = RunRequest(
      playbookPath: try ShippedPlaybook.path(playbook ?? incident.playbook), inventoryPath: lab.inventoryPath)
    request.caseRoot = cases
    request.comparedCase = comparedCase
    let suffix = round.map { "-\($0)" } ?? ""
    request.caseID = CaseID("\(Instant.compact(request.started.nanoseconds))-\(incident.name)-\(variant)\(suffix)")
    request.variables = try variables(of: lab, known: request)
    let clocks = SkewedClocks(
      ClockSkew.drawn(for: lab.hosts.map(\.name), seed: options.seed, now: request.started.nanoseconds))
    request.connector = { SkewedConnector(DefaultConnector(note: $0), clocks: clocks) }
    request.timers = Plan.Timers(silence: .seconds(10), grace: .seconds(6))
    request.observe = { report in
      guard case .recording = report else { return }
      Task {
        if let clockStep, let host = lab.hosts.last?.name {
          // Once packets have been seen under the clock that it was before.
          try? await Task.sleep(for: .seconds(2))
          clocks.set(host, by: clockStep, now: ControllerClock.now().nanoseconds)
          console.say("lab: the clock of \(host) was set by \(clockStep)")
        }
        await provoke(lab)
      }
    }
    let (judged, exit) = try await Investigation(console: console, usesAllCores: false).runAndJudge(request)
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    return Result(
      incident: incident, variant: variant,
      wrongs: wrongs(judged.judgement, lab, hasHappened: try await lab.hasHappened())
        + ClockTruth(skews: clocks.all).mistakes(judged.findings, judged.scene.evidence.manifest.captures),
      says: LabTrial.summary(judged.judgement), exit: exit, words: judged.words, seconds: seconds,
      caseFolder: request.caseID.map { "\(cases)/\($0)" })
  }

  /// Those that the playbook knows.
  private func variables(of lab: RunningLab, known request: RunRequest) throws -> [String: String] {
    guard playbook != nil else { return lab.variables }
    let known = parsePlaybook(
      try RunRequest.text(of: request.playbookPath, "playbook"), file: request.playbookPath, variables: [:],
      fillMissing: true, filterProblem: { _ in nil }
    ).value?.variables.map(\.name)
    return lab.variables.merging(lab.otherVariables) { own, _ in own }.filter { known?.contains($0.key) == true }
  }

  private func provoke(_ lab: RunningLab) async {
    do throws(Failure) {
      try await lab.provoke()
      console.say(
        variant == .fault ? "lab: the fault was provoked" : "lab: the same was done to the mended network")
    } catch { console.error("\(error)") }
  }

  // MARK: Against the truth

  private func wrongs(_ judgement: Diagnoses.Judgement, _ lab: RunningLab, hasHappened: Bool) -> [String] {
    guard variant == .fault else {
      return [
        hasHappened ? "the mended network has the fault" : nil,
        judgement.verdict == .healthy ? nil : "the mended network is \(judgement.verdict.rawValue)",
      ].compactMap { $0 }
    }
    return (hasHappened ? [] : ["the fault did not happen"]) + mistakes(judgement, lab)
  }

  /// The one root cause of the expected kind and place, or, where it is by design, a note of it and nothing else.
  private func mistakes(_ judgement: Diagnoses.Judgement, _ lab: RunningLab) -> [String] {
    let expected = incident.expected
    let isNote = expected.standing == .note
    let roots = judgement.rootCauses.map(\.finding)
    let candidates = judgement.findings.map(\.finding).filter { $0.standing == expected.standing }
    guard let found = candidates.first(where: { $0.kind == expected.kind }) else {
      return ["it is \(expected.kind.rawValue), which was not said"]
    }
    var mistakes: [String] = []
    if judgement.verdict != (isNote ? .healthy : .rootCause) {
      mistakes.append("the verdict is \(judgement.verdict.rawValue)")
    }
    if roots.count != (isNote ? 0 : 1) { mistakes.append("\(roots.count) root causes were said") }
    guard playbook == nil else { return mistakes }
    if found.location != expected.location { mistakes.append("it is \(LabTrial.place(expected.location))") }
    if found.certainty != expected.certainty { mistakes.append("it is \(expected.certainty.rawValue)") }
    if let remedy = lab.remedy, !found.remedies.contains(where: { $0.isSame(as: remedy) }) {
      mistakes.append("the report does not print `\(remedy.command)`, which mends it")
    }
    return mistakes
  }

  private static func summary(_ judgement: Diagnoses.Judgement) -> String {
    let note = judgement.findings.first { $0.finding.standing == .note && $0.finding.kind == .periodicClose }
    guard let shown = (judgement.rootCauses.first ?? note)?.finding else { return judgement.verdict.rawValue }
    let standing = shown.standing == .note ? "healthy, \(shown.kind.rawValue) as a note" : shown.kind.rawValue
    return "\(standing), \(shown.certainty.rawValue), \(place(shown.location))"
  }

  static func place(_ location: Location) -> String {
    let from = location.from?.text ?? "?"
    if location.from == location.to { return "at \(from)" }
    return "\(from) to \(location.to?.text ?? "beyond")"
  }
}

extension LabTrial.Result {
  /// Where there is no verdict.
  init(_ trial: LabTrial, failed error: any Error) {
    self.init(
      incident: trial.incident, variant: trial.variant, wrongs: ["no verdict: \(error)"], says: "none", exit: nil,
      words: "", seconds: 0)
  }
}

extension Remedy {
  /// Word for word, and for the same place.
  fileprivate func isSame(as remedy: LabRemedy) -> Bool {
    command == remedy.command
      && on == remedy.host.name.text + (remedy.namespace.map { ", network namespace \($0)" } ?? "")
  }
}
