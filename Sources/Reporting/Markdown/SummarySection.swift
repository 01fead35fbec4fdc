internal import CaseModel
internal import Correlation
internal import Diagnoses

/// What it was, where, and how sure that is.
func summarySection(_ judgement: Judgement, _ scene: Scene) -> String {
  let headline = Headline(judgement, scene)
  var paragraphs = ["**Verdict: \(MarkdownText.prose(headline.verdict)).**"]
  if let leading = headline.leading {
    paragraphs[0] += " " + MarkdownText.prose(leading.finding.title) + "."
    paragraphs.append(MarkdownText.prose(certaintySentence(leading.finding)))
    paragraphs.append(MarkdownText.list(essentials(judgement, scene)))
    let rest = judgement.reasons.filter { $0 != leading.finding.title }
    if !rest.isEmpty { paragraphs.append(MarkdownText.list(rest.map { MarkdownText.prose($0) })) }
  } else {
    paragraphs.append(MarkdownText.list(judgement.reasons.map { MarkdownText.prose($0) }))
  }
  return "## Summary\n\n" + paragraphs.joined(separator: "\n\n")
}

/// How much, since when, and what to do.
private func essentials(_ judgement: Judgement, _ scene: Scene) -> [String] {
  let clock = CaseClock(scene.timeline)
  var items = [MarkdownText.prose(Headline(judgement, scene).impact)]
  if let first = judgement.impact.first {
    let time = clock.text(first, bound: judgement.worstBound(clock))
    items.append("first seen \(time) (\(MarkdownText.prose(clock.scale)))")
  }
  if let remedy = Headline(judgement, scene).remedy {
    items.append(
      "\(remedy.onlyLooks ? "look next" : "remedy, not applied yet"): \(MarkdownText.code(remedy.command)) on "
        + MarkdownText.prose(remedy.place)
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
  case .probable: "Probable, by \(Wording.list(basis)); something that would settle it is missing."
  case .possible: "Only possible: \(Wording.list(basis)) would also fit something else."
  }
}
