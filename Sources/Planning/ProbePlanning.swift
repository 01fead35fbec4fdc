internal import CaseModel
internal import Playbooks

/// A probe as a unit of the keeper: `probe.sh` repeats the command and notes each time how it went.
///
/// nil for what this version cannot execute; `unsupportedParts` says so.
func probePlan(_ probe: Playbook.Probe, _ folder: String, _ options: PlanOptions) -> ProbePlan? {
  guard case .run(let words) = probe.action, !words.isEmpty else { return nil }
  let isForeground = probe.every == nil
  let times = isForeground ? probe.times : 0
  let interval = probe.every ?? .zero
  let unit = KeeperUnit(
    name: "probe.\(probe.name)",
    command: [
      "sh", "\(folder)/probe.sh", "\(times)", interval.secondsText, (probe.timeout ?? .seconds(30)).secondsText,
    ] + words,
    kind: .probe, output: .stdout("\(CasePath.component("probe.\(probe.name)")).out"), silence: options.timers.silence,
    grace: .zero, bytes: 10_000_000, flush: .zero)
  return ProbePlan(
    name: probe.name, namespace: .host, isForeground: isForeground, unit: unit,
    start: unit.start("probe \(probe.name)", folder))
}

extension Duration {
  /// Seconds with milliseconds where there are any: `2`, `0.250`.
  var secondsText: String {
    let (seconds, attoseconds) = components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    guard milliseconds != 0 else { return "\(seconds)" }
    let digits = "\(milliseconds)"
    return "\(seconds)." + String(repeating: "0", count: 3 - digits.utf8.count) + digits
  }
}
