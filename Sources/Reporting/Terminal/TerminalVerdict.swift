internal import CaseModel
public import Diagnoses

/// What `run` and `analyze` end with: the verdict in one line, up to three lines why, and where to look next.
///
/// - Parameters:
///   - postmortem: its path; nil where none was written.
///   - page: the same as a page for a browser.
///   - color: adds colour; nothing depends on it.
public func terminalVerdict(
  _ judgement: Judgement, _ scene: Scene, postmortem: String? = nil, page: String? = nil, color: Bool = false
) -> String {
  let headline = Headline(judgement, scene)
  let names = HostNames(judgement, scene)
  let paint = Paint(isOn: color)
  var lines = [paint.verdict(judgement.verdict, "verdict: \(plain(headline.verdict))")]
  if let leading = headline.leading?.finding {
    lines[0] += "; " + headline.impact
    lines.append("  " + plain(names.beside(leading.title)))
    if let question = leading.openQuestion { lines.append("  " + plain(question)) }
    lines += headline.why.map {
      "  \(paint.faint(plain($0.label)))  \(plain($0.says))\($0.value.map { ": " + plain($0) } ?? "")"
    }
    if let duration = duration(judgement, scene) { lines.append("  " + plain(duration)) }
  } else {
    lines += judgement.reasons.prefix(3).map { "  " + plain($0) }
    if judgement.reasons.count > 3 { lines.append("  and \(judgement.reasons.count - 3) more reasons") }
    // No fault by itself may still be what its reader is after.
    let notes = judgement.findings.filter { $0.finding.standing == .note }
    lines += notes.prefix(3).map { "  noted: " + plain($0.finding.title) }
    if notes.count > 3 { lines.append("  and \(Wording.count(notes.count - 3, "more note"))") }
  }
  if let postmortem {
    let page = page.map { ", or open \(SafeText.visible($0))" } ?? ""
    lines.append("  next: read \(SafeText.visible(postmortem))\(page)")
  }
  if let remedy = headline.remedy {
    lines.append(
      "  \(remedy.onlyLooks ? "look next" : "remedy, not applied yet"): `\(plain(remedy.command))` on \(plain(names.beside(remedy.on)))"
    )
  }
  return lines.joined(separator: "\n") + "\n"
}

/// Without the marks of Markdown that sentences carry.
private func plain(_ text: String) -> String { SafeText.visible(text.replacing("`", with: "")) }

/// `since 2026-11-21 05:10:33.004 (UTC), still there when the captures ended`.
private func duration(_ judgement: Judgement, _ scene: Scene) -> String? {
  guard let aftermath = Aftermath(judgement, scene) else { return nil }
  let clock = CaseClock(scene.timeline)
  let start = clock.text(aftermath.seen.lowerBound, bound: judgement.worstBound(clock))
  let rest = aftermath.brief.map { ", \($0)" } ?? ""
  return "\(aftermath.isMoment ? "at" : "since") \(start) (\(clock.scale))\(rest)"
}
