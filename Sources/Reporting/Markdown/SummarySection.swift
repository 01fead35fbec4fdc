internal import CaseModel
internal import Correlation
internal import Diagnoses

/// What it was, where, and how sure that is.
func summarySection(_ judgement: Judgement, _ scene: Scene, _ names: HostNames) -> String {
  let headline = Headline(judgement, scene)
  var paragraphs = ["**Verdict: \(MarkdownText.prose(headline.verdict)).**"]
  if let leading = headline.leading {
    paragraphs[0] += " " + MarkdownText.prose(Headline.capitalized(names.beside(leading.finding.title))) + "."
    paragraphs.append(MarkdownText.prose(certaintySentence(leading.finding)))
    if let question = leading.finding.openQuestion { paragraphs.append(MarkdownText.prose(question + ".")) }
    let absence = leading.finding.loss?.absence.map { [["all captures", $0]] } ?? []
    let why = headline.why.map { [$0.label, $0.says] } + absence
    paragraphs.append(MarkdownText.table(["where", "what it shows"], why.map { $0.map(MarkdownText.prose) }))
    paragraphs.append(MarkdownText.list(essentials(judgement, scene, names)))
    let rest = judgement.reasons.filter { $0 != leading.finding.title }
    if !rest.isEmpty { paragraphs.append(MarkdownText.list(rest.map { MarkdownText.prose($0) })) }
  } else {
    paragraphs.append(MarkdownText.list(judgement.reasons.map { MarkdownText.prose($0) }))
  }
  return "## Summary\n\n" + paragraphs.joined(separator: "\n\n")
}

/// How much, since when, and what to do.
private func essentials(_ judgement: Judgement, _ scene: Scene, _ names: HostNames) -> [String] {
  let clock = CaseClock(scene.timeline)
  let headline = Headline(judgement, scene)
  let whose = headline.affected.map { ", " + names.beside($0) } ?? ""
  var items = [MarkdownText.prose(headline.impact + whose)]
  if let first = judgement.impact.first {
    let time = clock.text(first, bound: judgement.worstBound(clock))
    let rest = Aftermath(judgement, scene)?.brief.map { ", " + $0 } ?? ""
    items.append("first seen \(time) (\(MarkdownText.prose(clock.scale)))" + MarkdownText.prose(rest))
  }
  if let remedy = headline.remedy {
    items.append(
      "\(remedy.onlyLooks ? "look next" : "remedy, not applied yet"): \(MarkdownText.code(remedy.command)) on "
        + MarkdownText.prose(names.beside(remedy.place))
    )
  }
  return items
}

/// What the certainty rests on.
func certaintySentence(_ finding: Finding) -> String {
  let frames = finding.citations.compactMap { citation in
    if case .packet(let packet) = citation { packet } else { nil }
  }
  let readings = finding.citations.filter { if case .check = $0 { true } else { false } }.count
  let vantages = Set(frames.map(\.vantage)).count
  // What vanishes on the way is proven by the next capture's silence.
  let silent = finding.location.to.flatMap { to in
    finding.location.from != to && finding.location.from != nil && !frames.contains { $0.vantage == to } ? to : nil
  }
  let basis = [
    frames.isEmpty ? nil : "\(Wording.count(frames.count, "frame")) at \(Wording.count(vantages, "vantage"))",
    silent.map { "what `\($0)` does not show" },
    readings == 0 ? nil : Wording.count(readings, "host reading"),
  ].compactMap { $0 }
  return switch finding.certainty {
  case .proven: "Proven by \(Wording.list(basis))."
  case .probable: "Probable, by \(Wording.list(basis)); \(finding.settling) would settle it."
  case .possible: "Only possible: \(Wording.list(basis)) would also fit something else."
  }
}
