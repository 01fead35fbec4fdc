internal import CaseModel
internal import Lab
internal import Running

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
  /// In place of each incident's own.
  var playbook: String?

  private enum Event: Sendable {
    case ended(Int, LabTrial.Result)
    case interrupted
    /// There was no interrupt.
    case quiet
  }

  /// A trial that comes to no verdict is wrong, and the others go on. After Ctrl-C no other begins; those under way end as runs
  /// do.
  /// - Returns: in the order of the incidents, the one with the fault before the mended one, as many of each as were asked for;
  ///   and whether any are missing for an interrupt.
  func run() async -> (results: [LabTrial.Result], wasInterrupted: Bool) {
    await Interrupts.during { interrupts in await run(all, until: interrupts) }
  }

  private func run(
    _ trials: [LabTrial], until interrupts: AsyncStream<Interruption>
  ) async -> (results: [LabTrial.Result], wasInterrupted: Bool) {
    await withTaskGroup(of: Event.self) { group in
      var results: [(Int, LabTrial.Result)] = []
      var waiting = Array(trials.enumerated().reversed())
      func start() {
        guard let (number, trial) = waiting.popLast() else { return }
        group.addTask { .ended(number, await result(of: trial)) }
      }
      group.addTask {
        for await _ in interrupts { return .interrupted }
        return .quiet
      }
      for _ in 0..<max(1, atOnce) { start() }
      var wasInterrupted = false
      var running = min(trials.count, max(1, atOnce))
      while running > 0, let event = await group.next() {
        switch event {
        case .quiet: break
        case .interrupted:
          wasInterrupted = !waiting.isEmpty
          waiting = []
        case .ended(let number, let result):
          results.append((number, result))
          console.say(LabTable.line(result))
          if waiting.isEmpty { running -= 1 } else { start() }
        }
      }
      group.cancelAll()
      return (results.sorted { $0.0 < $1.0 }.map(\.1), wasInterrupted)
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
              options: options, playbook: playbook, round: times > 1 ? round + 1 : nil))
        }
      }
    }
    return trials
  }

  private func result(of trial: LabTrial) async -> LabTrial.Result {
    do { return try await trial.run() } catch { return LabTrial.Result(trial, failed: error) }
  }
}
