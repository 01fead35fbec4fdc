internal import CaseModel
internal import Diagnoses

/// How much, since when, until when.
func impactSection(_ judgement: Judgement, _ scene: Scene) -> String {
  let clock = CaseClock(scene.timeline)
  let impact = judgement.impact
  var items = [MarkdownText.prose(Headline(judgement, scene).impact)]
  let bound = judgement.worstBound(clock)
  if judgement.verdict != .healthy, let first = impact.first, let last = impact.last {
    let scale = MarkdownText.prose(clock.scale)
    let start = clock.text(first, bound: bound)
    items.append(
      first == last
        ? "seen at \(start) (\(scale))" : "seen from \(start) to \(clock.text(last, bound: bound)) (\(scale))")
  }
  if let after = Aftermath(judgement, scene)?.text { items.append(MarkdownText.prose(after)) }
  items.append("_To do: what people noticed, for how long, and what it cost._")
  return "## Impact\n\n" + MarkdownText.list(items)
}

extension Judgement {
  /// The worst half-width among the vantages that the root causes cite.
  func worstBound(_ clock: CaseClock) -> Double {
    rootCauses.flatMap(\.finding.citations).reduce(0) { worst, citation in
      guard case .packet(let packet) = citation else { return worst }
      return max(worst, clock.bound(of: packet.vantage) ?? 0)
    }
  }
}
