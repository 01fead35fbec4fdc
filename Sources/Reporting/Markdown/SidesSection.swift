internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Wire

/// The same connection as each vantage showed it: its name there, and what ended it. nil without a root cause.
func sidesSection(_ judgement: Judgement, _ scene: Scene) throws -> String? {
  guard let flow = judgement.rootCauses.first?.finding.flows.first else { return nil }
  let story = try scene.timeline.story(flow)
  let items = story.tracks.indices.filter { !story.tracks[$0].records.isEmpty }.map { side($0, story, scene) }
  return "## How each side saw it\n\nConnection \(MarkdownText.code(story.flow.name.text)), vantage by vantage:\n\n"
    + MarkdownText.list(items)
}

private func side(_ vantage: Int, _ story: FlowStory, _ scene: Scene) -> String {
  let place = scene.timeline.vantages[vantage]
  let roles = place.roles.isEmpty ? "" : " (\(place.roles.map(\.text).joined(separator: ", ")))"
  let regular = names(story, vantage, .regular)
  let strays = names(story, vantage, .stray)
  let seen = Wording.count(story.tracks[vantage].records.count, "frame")
  var text = "\(MarkdownText.code(place.name.text))\(MarkdownText.prose(roles)): \(seen), seen as "
  text += Wording.list(regular.map { MarkdownText.code($0) })
  if !strays.isEmpty { text += "; untranslated, as \(Wording.list(strays.map { MarkdownText.code($0) }))" }
  let endings = story.tracks[vantage].records.filter {
    !$0.flags.isDisjoint(with: [.rst, .fin]) && !$0.bits.contains(.icmpError)
  }
  guard !endings.isEmpty else { return text + "; neither FIN nor RST" }
  let told = endings.prefix(6).map { ending($0, story) }
  let rest = endings.count > 6 ? [MarkdownText.prose("and \(endings.count - 6) more")] : []
  return text + "\n" + (told + rest).map { "  - " + $0 }.joined(separator: "\n")
}

private func names(_ story: FlowStory, _ vantage: Int, _ nature: Alias.Nature) -> [String] {
  let own = story.flow.aliases.filter { $0.vantage == vantage && $0.nature == nature }
  return own.map { "\($0.opener) -> \($0.acceptor)" }
}

private func ending(_ record: Record, _ story: FlowStory) -> String {
  let kind = record.flags.contains(.rst) ? "RST" : "FIN"
  guard story.flow.aliases.indices.contains(Int(record.alias)) else { return "\(kind), frame \(record.frame)" }
  let alias = story.flow.aliases[Int(record.alias)]
  let (from, to) = record.isFromOpener ? (alias.opener, alias.acceptor) : (alias.acceptor, alias.opener)
  return "\(kind) from \(MarkdownText.code("\(from)")) to \(MarkdownText.code("\(to)")), frame \(record.frame)"
}
