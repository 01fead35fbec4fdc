internal import ArgumentParser
internal import CaseModel
internal import Diagnoses
internal import Lab
internal import Planning
internal import Remotes
internal import Running

/// One incident of the lab, put to the test: brought up, run over real SSH with wrong clocks, judged, taken down.
struct LabTrial: Sendable {
  let incident: any Incident
  let variant: IncidentVariant
  let console: Console
  let cases: String
  var seed: UInt64 = .random(in: 1 ... .max)

  struct Result: Sendable {
    let incident: String
    let variant: IncidentVariant
    let isRight: Bool
    let says: String
    let exit: ExitCode
    let words: String
    let seconds: Double
  }

  func run() async throws -> Result {
    let started = ContinuousClock.now
    var options = LabOptions(seed: seed)
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
      playbookPath: try ShippedPlaybook.path(incident.playbook), inventoryPath: lab.inventoryPath)
    request.caseRoot = cases
    request.variables = lab.variables
    request.connector = { SkewedConnector(DefaultConnector(note: $0)) }
    request.timers = Plan.Timers(silence: .seconds(3), grace: .seconds(6))
    request.observe = { report in
      guard case .recording = report else { return }
      Task { await provoke(lab) }
    }
    let (judged, exit) = try await Investigation(console: console).runAndJudge(request)
    return Result(
      incident: incident.name, variant: variant, isRight: isExpected(judged), says: summary(judged), exit: exit,
      words: judged.words, seconds: (ContinuousClock.now - started) / .seconds(1))
  }

  private func provoke(_ lab: RunningLab) async {
    do throws(Failure) {
      try await lab.provoke()
      console.say(
        variant == .fault ? "lab: the fault was provoked" : "lab: the same was done to the mended network")
    } catch { console.error("\(error)") }
  }

  /// The one root cause of the expected kind and place, or, mended, nothing at all.
  private func isExpected(_ judged: Judged) -> Bool {
    guard variant == .fault else { return judged.judgement.verdict == .healthy }
    let roots = judged.judgement.rootCauses.map(\.finding)
    return roots.count == 1 && roots[0].kind == incident.expected.kind
      && roots[0].location == Location(from: incident.expected.from, to: incident.expected.to)
      && roots[0].certainty.rawValue == incident.expected.certainty
  }

  private func summary(_ judged: Judged) -> String {
    guard let root = judged.judgement.rootCauses.first?.finding else { return judged.judgement.verdict.rawValue }
    return "\(root.kind.rawValue), \(root.certainty.rawValue), at \(root.location.from?.text ?? "?")"
  }
}
