internal import CaseModel
internal import Playbooks

/// What of a playbook this version reads and validates, but does not execute: `run` refuses it, naming each.
func unsupportedParts(of playbook: Playbook) -> [Failure] {
  var parts: [(mark: SourceMark, what: String)] = []
  for role in playbook.roles where role.inside != .host {
    parts.append((role.mark, "role `\(role.name)` inside a namespace or container"))
  }
  for capture in playbook.captures {
    if capture.limits.ring != nil { parts.append((capture.mark, "a capture ring")) }
    if case .named(let names) = capture.interfaces, names.count > 1 {
      parts.append((capture.mark, "one capture of several interfaces"))
    }
  }
  for check in playbook.checks where check.every != nil { parts.append((check.mark, "`every` of a check")) }
  for trace in playbook.traces { parts.append((trace.mark, "`traces`")) }
  for instrument in playbook.instruments { parts.append((instrument.mark, "`instruments`")) }
  for log in playbook.logs { parts.append((log.mark, "`logs`")) }
  for keys in playbook.keyLogs { parts.append((keys.mark, "`tls-keys`")) }
  for probe in playbook.probes {
    if case .run = probe.action {} else { parts.append((probe.mark, "probe `\(probe.name)` that is not a `run`")) }
  }
  for trigger in playbook.until {
    if case .duration = trigger.event {} else { parts.append((trigger.mark, "a trigger other than `duration`")) }
  }
  return parts.sorted { $0.mark < $1.mark }.map { part in
    Failure(
      "not-executed", what: "could not run `\(playbook.file)`",
      cause: "\(part.what) at \(part.mark) is understood, but not executed by \(Tool.name)",
      hint: "take it out of the playbook for now")
  }
}
