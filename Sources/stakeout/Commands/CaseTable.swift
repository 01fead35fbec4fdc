internal import CaseModel
internal import CaseStore
internal import FoundationEssentials
internal import Reporting

/// The cases of a folder, oldest first: what was found, where, how much, since when. Names come from folders and playbooks.
struct CaseTable {
  let root: String

  static let header = ["CASE", "STATE", "VERDICT", "WHERE", "AFFECTED", "SINCE", "PLAYBOOK"]

  /// One row for each folder that holds a readable case.
  func rows() -> [[String]] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return names.filter { $0 != "latest" }.sorted().compactMap(row)
  }

  private func row(_ name: String) -> [String]? {
    guard let folder = try? CaseFolder.open("\(root)/\(name)"), let manifest = try? folder.manifest() else {
      return nil
    }
    let bytes = try? folder.read(CasePath.findings)
    let findings = bytes.flatMap { try? JSONText.decode(FindingsDocument.self, from: $0) }
    let cells = [name, manifest.state.rawValue] + told(findings) + [manifest.playbook ?? "taken by hand"]
    return cells.map(SafeText.visible)
  }

  private func told(_ findings: FindingsDocument?) -> [String] {
    guard let findings else { return ["not judged", "", "", ""] }
    let root = findings.findings.first { $0.standing == .rootCause && $0.certainty > .possible }
    guard findings.verdict == .rootCause, let root else {
      return [findings.verdict.rawValue, "", "0 of \(findings.impact.flows)", since(findings)]
    }
    return [
      "\(root.kind.rawValue) (\(root.certainty.rawValue))", place(root.location),
      "\(findings.impact.affected) of \(findings.impact.flows)", since(findings),
    ]
  }

  private func place(_ location: Location) -> String {
    switch (location.from?.text, location.to?.text) {
    case (let from?, let to?): from == to ? "at \(from)" : "\(from) to \(to)"
    case (let from?, nil): "beyond \(from)"
    case (nil, let to?): "before \(to)"
    case (nil, nil): ""
    }
  }

  /// To the second, in UTC where it is known.
  private func since(_ findings: FindingsDocument) -> String {
    guard let time = findings.impact.first ?? findings.t0 else { return "" }
    let shift = findings.utcOffset.flatMap { Int64(exactly: ($0 * 1e9).rounded()) } ?? 0
    return String(Instant.text(time.nanoseconds &+ shift).prefix(19)).replacing("T", with: " ")
  }
}
