internal import CaseModel
internal import Lab
internal import Running
internal import Synchronization

/// Incidents of the lab, put to the test side by side: each has hosts, addresses and a case of its own. The mended network follows
/// the broken one, and is set beside it.
struct LabTrials: Sendable {
  let incidents: [any Incident]
  let console: Console
  let cases: String
  /// Labs that stand at the same time. They mostly wait.
  let atOnce: Int
  /// Labs that are laid out anew for each incident and variant, each with other names, addresses, ports, sizes and clocks.
  var times = 1
  var options = LabOptions()
  /// In place of each incident's own.
  var playbook: String?

  private enum Event: Sendable {
    case ended(Int, [LabTrial.Result])
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
    _ pairs: [Pair], until interrupts: AsyncStream<Interruption>
  ) async -> (results: [LabTrial.Result], wasInterrupted: Bool) {
    let isEnding = Flag()
    return await withTaskGroup(of: Event.self) { group in
      var results: [(Int, [LabTrial.Result])] = []
      var waiting = Array(pairs.enumerated().reversed())
      func start() {
        guard let (number, pair) = waiting.popLast() else { return }
        group.addTask { .ended(number, await run(pair, unless: isEnding)) }
      }
      group.addTask {
        for await _ in interrupts { return .interrupted }
        return .quiet
      }
      for _ in 0..<max(1, atOnce) { start() }
      var running = min(pairs.count, max(1, atOnce))
      while running > 0, let event = await group.next() {
        switch event {
        case .quiet: break
        case .interrupted:
          isEnding.set()
          waiting = []
        case .ended(let number, let pair):
          results.append((number, pair))
          if waiting.isEmpty { running -= 1 } else { start() }
        }
      }
      group.cancelAll()
      let all = results.sorted { $0.0 < $1.0 }.flatMap(\.1)
      return (all, isEnding.isSet && all.count < pairs.count * IncidentVariant.allCases.count)
    }
  }

  /// One incident, broken and mended.
  private struct Pair: Sendable {
    let incident: any Incident
    let options: LabOptions
    /// Which of several; nil where there is one.
    let round: Int?
  }

  private final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
  }

  private var all: [Pair] {
    (0..<max(1, times)).flatMap { round in
      incidents.enumerated().map { number, incident in
        // The mended network is the broken one in everything else.
        var options = options
        options.drawsNames = true
        options.seed &+= UInt64(round * incidents.count + number)
        return Pair(incident: incident, options: options, round: times > 1 ? round + 1 : nil)
      }
    }
  }

  private func run(_ pair: Pair, unless isEnding: Flag) async -> [LabTrial.Result] {
    var results: [LabTrial.Result] = []
    for variant in IncidentVariant.allCases where results.isEmpty || !isEnding.isSet {
      let title = "\(pair.incident.name), \(variant == .fault ? "broken" : "mended")"
      let trial = LabTrial(
        incident: pair.incident, variant: variant, console: Console(quiet: true, speaker: title), cases: cases,
        options: pair.options, playbook: playbook, round: pair.round,
        comparedCase: results.last?.caseFolder)
      let result = await result(of: trial)
      console.say(LabTable.line(result))
      results.append(result)
    }
    return results
  }

  private func result(of trial: LabTrial) async -> LabTrial.Result {
    do { return try await trial.run() } catch { return LabTrial.Result(trial, failed: error) }
  }
}
