internal import CaseModel
internal import Playbooks

/// What of a playbook this version reads and validates, but does not execute: `run` refuses it, naming each.
func unsupportedParts(of playbook: Playbook) -> [Failure] {
  let parts = playbook.instruments.map { (mark: $0.mark, what: "`instruments`") }
  return parts.sorted { $0.mark < $1.mark }.map { part in
    Failure(
      "not-executed", what: "could not run `\(playbook.file)`",
      cause: "\(part.what) at \(part.mark) is understood, but not executed by \(Tool.name)",
      hint: "take it out of the playbook for now")
  }
}
