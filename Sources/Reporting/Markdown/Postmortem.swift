public import CaseModel
public import Diagnoses
internal import Evidence

/// `postmortem.md`: the whole story, for a wiki, in the order of an incident review. The same case gives the same bytes.
///
/// - Parameters:
///   - hashes: SHA-256 of each evidence file in hexadecimal, by the path that citations use.
///   - shown: the connection that the case is told by, where it has been read already.
///   - comparison: with the case of before a change.
///   - language: that it is written in; names, commands, fields and files stay as they are.
/// - Throws: what reading records back from the spool throws.
public func postmortemMarkdown(
  _ judgement: Judgement, _ scene: Scene, hashes: [String: String] = [:], shown: ConnectionStory? = nil,
  comparison: FindingsDocument.Comparison? = nil, language: Language = .en
) throws -> String {
  var shown = try shown ?? ConnectionStory(judgement, scene)
  var book = PhraseBook.chinese
  book.titles = Set([scene.evidence.manifest.playbook].compactMap { $0 })
  if language == .zh { shown = shown?.translated(by: &book) }
  let names = HostNames(judgement, scene)
  let sections: [String?] = [
    titleSection(judgement, scene),
    summarySection(judgement, scene, names),
    impactSection(judgement, scene),
    comparisonSection(comparison),
    rootCauseSection(judgement, scene, names),
    try sidesSection(judgement, scene),
    ladderSection(shown, scene),
    triggerSection(judgement, scene),
    remediesSection(judgement, names),
    timelineSection(judgement, scene),
    otherFindingsSection(judgement, scene, names),
    hypothesesSection(judgement),
    peopleSection(judgement, names),
    doubtsSection(judgement),
    clocksSection(scene),
    runSection(scene),
    evidenceSection(judgement, scene, hashes),
  ]
  let page = sections.compactMap { $0 }.joined(separator: "\n\n") + "\n"
  var translation = MarkdownTranslation(book)
  return MicroSign.inMarkdown(language == .zh ? translation.page(page) : page)
}

private func titleSection(_ judgement: Judgement, _ scene: Scene) -> String {
  let headline = Headline(judgement, scene)
  let manifest = scene.evidence.manifest
  let origin =
    manifest.playbook.map { "Playbook \(MarkdownText.code($0)), case \(MarkdownText.code(manifest.id.text))." }
    ?? "Captures taken by hand."
  return "# \(headline.document): \(MarkdownText.prose(headline.verdict))\n\n\(origin)"
}
