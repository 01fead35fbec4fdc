internal import CaseModel
internal import Playbooks

/// What of a playbook this version reads and validates, but does not execute: `run` refuses it, naming each.
func unsupportedParts(of playbook: Playbook) -> [Failure] {
  var parts: [(mark: SourceMark, what: String)] = []
  for check in playbook.checks where check.every != nil { parts.append((check.mark, "`every` of a check")) }
  for trace in playbook.traces { parts.append((trace.mark, "`traces`")) }
  for instrument in playbook.instruments { parts.append((instrument.mark, "`instruments`")) }
  for keys in playbook.keyLogs { parts.append((keys.mark, "`tls-keys`")) }
  return parts.sorted { $0.mark < $1.mark }.map { part in
    Failure(
      "not-executed", what: "could not run `\(playbook.file)`",
      cause: "\(part.what) at \(part.mark) is understood, but not executed by \(Tool.name)",
      hint: "take it out of the playbook for now")
  }
}
