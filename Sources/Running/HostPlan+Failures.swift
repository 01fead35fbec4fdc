internal import CaseModel
internal import Planning
internal import Remotes

/// The sentences of what a host refused.
extension HostPlan {
  var lost: Failure {
    Failure(
      "connection-lost", host: name, what: "could not go on with \(name)", cause: "its connection was lost",
      left: "the keeper on it ends everything by itself and keeps the files")
  }

  var leftBehind: Failure {
    Failure(
      "left-behind", host: name, what: "did not remove `\(folder)` on \(name)",
      cause: "not everything in it could be fetched", left: "nothing in it runs any more; the files wait there",
      hint: "fetch it with `scp -r \(name):\(folder) .`, then remove it")
  }

  func failure(
    _ command: ShellCommand, _ outcome: CommandOutcome, _ code: String, what: String, hint: String? = nil
  ) -> Failure {
    Failure(
      code, host: name, what: what,
      cause: outcome.errorText.split(separator: "\n").last.map(String.init) ?? "it said nothing",
      command: FailedCommand(text: command.text, ending: outcome.ending.description, stderr: outcome.errorText),
      hint: hint)
  }

  func notFound(_ namespace: NamespacePlan, _ command: ShellCommand, _ outcome: CommandOutcome) -> Failure {
    failure(
      command, outcome, outcome.ending == .exited(127) ? "missing-tool" : "no-namespace",
      what: "could not find \(namespace.name) on \(name)", hint: "`absent: skip` in its role goes on without it")
  }

  /// Why a capture does not record, in tcpdump's own words.
  func captureFailure(_ capture: CapturePlan, state: UnitState?, log: String) -> Failure {
    let words = log.split(separator: "\n").map(String.init)
    let status: String
    if case .ended(_, _, let code?, _) = state { status = "status \(code)" } else { status = "no status" }
    let isMissing = status == "status 127"
    return Failure(
      isMissing ? "missing-tool" : "capture-not-started", host: name,
      what: "could not start capture \(capture.vantage) on \(name)",
      cause: isMissing
        ? "there is no `tcpdump` on it"
        : words.last { !$0.isEmpty } ?? "`tcpdump` ended with \(status) before it was listening",
      command: FailedCommand(
        text: capture.unit.command.map(ShellWord.quote).joined(separator: " "), ending: status, stderr: log),
      left: "captures on the other hosts go on, and the case is marked incomplete",
      hint: isMissing
        ? "install the package `tcpdump` on \(name)"
        : "`ip link` on \(name) lists its interfaces; capturing needs root there")
  }
}
