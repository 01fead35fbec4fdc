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
  let paint = Paint(isOn: color)
  var lines = [paint.verdict(judgement.verdict, "verdict: \(plain(headline.verdict))")]
  if let leading = headline.leading?.finding {
    lines[0] += "; " + headline.impact
    lines.append("  " + plain(leading.title))
    lines += leading.citations.prefix(3).map { "  \(paint.faint(label($0)))  \(plain($0.says))" }
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
      "  \(remedy.onlyLooks ? "look next" : "remedy, not applied yet"): `\(plain(remedy.command))` on \(plain(remedy.on))"
    )
  }
  return lines.joined(separator: "\n") + "\n"
}

/// Without the marks of Markdown that sentences carry.
private func plain(_ text: String) -> String { SafeText.visible(text.replacing("`", with: "")) }

private func label(_ citation: Citation) -> String {
  switch citation {
  case .packet(let packet): plain("\(packet.vantage) frame \(packet.frame)")
  case .check(let check): plain("\(check.host) \(check.check)")
  case .log(let log): plain("\(log.host) \(log.file):\(log.line)")
  }
}
