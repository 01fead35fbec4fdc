internal import ArgumentParser
internal import CaseModel
internal import Lab

/// Incidents of the lab, put to the test side by side: each has hosts, addresses and a case of its own.
struct LabTrials: Sendable {
  let incidents: [any Incident]
  let console: Console
  let cases: String
  /// Labs that stand at the same time. They mostly wait.
  let atOnce: Int
  /// Labs that are laid out anew for each incident and variant, each with other addresses, ports and sizes.
  var times = 1
  var options = LabOptions()

  /// In the order of the incidents, the one with the fault before the mended one; as many of each as were asked for.
  /// A trial that comes to no verdict is wrong, and the others go on; after Ctrl-C no other begins.
  func run() async -> [LabTrial.Result] {
    let trials = all
    return await withTaskGroup(of: (Int, LabTrial.Result).self) { group in
      var results: [(Int, LabTrial.Result)] = []
      var next = trials.startIndex
      func start() {
        guard next < trials.endIndex else { return }
        let number = next
        next += 1
        group.addTask { (number, await result(of: trials[number])) }
      }
      for _ in 0..<max(1, atOnce) { start() }
      while let (number, result) = await group.next() {
        results.append((number, result))
        console.say(LabTable.line(result))
        if result.exit?.rawValue == ExitStatus.interrupted { next = trials.endIndex }
        start()
      }
      return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private var all: [LabTrial] {
    var trials: [LabTrial] = []
    for round in 0..<max(1, times) {
      for incident in incidents {
        for variant in IncidentVariant.allCases {
          // Labs that stand at the same time must not draw the same addresses.
          var options = options
          options.seed &+= UInt64(trials.count)
          let title = "\(incident.name), \(variant == .fault ? "broken" : "mended")"
          trials.append(
            LabTrial(
              incident: incident, variant: variant, console: Console(quiet: true, speaker: title), cases: cases,
              options: options, round: times > 1 ? round + 1 : nil))
        }
      }
    }
    return trials
  }

  private func result(of trial: LabTrial) async -> LabTrial.Result {
    do { return try await trial.run() } catch { return LabTrial.Result(trial, failed: error) }
  }
}
