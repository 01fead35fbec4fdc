internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Evidence

/// Who took part and what was captured.
func runSection(_ scene: Scene) -> String {
  let manifest = scene.evidence.manifest
  var facts = [
    "case \(MarkdownText.code(manifest.id.text)), \(manifest.state.rawValue), by \(MarkdownText.prose(Tool.name))"
  ]
  if let playbook = manifest.playbook { facts.append("playbook \(MarkdownText.prose(playbook))") }
  if let spread = manifest.armedSpread {
    facts.append("all captures were armed within \(Wording.duration(nanoseconds: Int64(min(spread, 1e9) * 1e9)))")
  }
  facts += manifest.external.map {
    "no login on \(MarkdownText.code($0.role.text)) (\(MarkdownText.prose($0.address))): it has no capture"
  }
  var parts = ["## The run", MarkdownText.list(facts)]
  if !manifest.hosts.isEmpty { parts.append(hosts(manifest)) }
  parts.append(captures(scene))
  return parts.joined(separator: "\n\n")
}

private func hosts(_ manifest: Manifest) -> String {
  MarkdownText.table(
    ["host", "roles", "result"],
    manifest.hosts.map { host in
      [
        MarkdownText.code(host.name.text), MarkdownText.prose(host.roles.map(\.text).joined(separator: ", ")),
        host.failure.map { MarkdownText.prose("\(host.result.rawValue): \($0.what): \($0.cause)") }
          ?? host.result.rawValue,
      ]
    })
}

private func captures(_ scene: Scene) -> String {
  let rows = scene.evidence.captures.map { capture in
    let record = capture.record
    let health = scene.timeline.vantages.first { $0.name == record.vantage }?.health
    let frames = health?.frames ?? record.packets
    return [
      MarkdownText.code(record.vantage.text), MarkdownText.code(record.host.text),
      record.interface.map(MarkdownText.code) ?? "-", filter(record.filter),
      frames.map { Wording.grouped(Int64($0)) } ?? "", drops(health?.drops ?? record.drops),
      MarkdownText.prose(record.endedBy ?? "-"),
    ]
  }
  return MarkdownText.table(["capture", "host", "interface", "filter", "frames", "drops", "ended by"], rows)
}

/// A filter that nobody reads in a table is in `case.json`.
private func filter(_ text: String?) -> String {
  guard let text else { return "-" }
  guard text.count > 60 else { return MarkdownText.code(text) }
  let start = text.prefix(40).split(separator: " ").dropLast().joined(separator: " ")
  return "\(MarkdownText.code(start)) … (whole in `case.json`)"
}

private func drops(_ count: Int?) -> String { count.map { Wording.grouped(Int64($0)) } ?? "not counted" }
