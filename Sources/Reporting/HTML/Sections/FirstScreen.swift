internal import Alignment
internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Evidence

/// What somebody sees who looks for five seconds: what broke, where, since when, how much, what to do.
extension PostmortemPage {
  func firstScreen() -> Markup {
    element("header", [:], eyebrow(), sentence(), verdictLine(), answers(), path(), facts())
  }

  private func eyebrow() -> Markup {
    let manifest = scene.evidence.manifest
    // What a playbook looks for is not yet what was found.
    let origin =
      manifest.playbook.map { Markup("playbook ") + .code($0) + Markup(" · case ") + .code(manifest.id.text) }
      ?? Markup("captures taken by hand")
    return element("p", ["class": "eyebrow"], Markup("\(headline.document) · ") + origin)
  }

  private func sentence() -> Markup {
    let title =
      headline.sentence ?? byDesign.map { "nothing is broken: \($0.finding.title)" } ?? plainSentence
    return element("h1", [:], Markup.prose(Headline.capitalized(names.beside(title))))
  }

  /// What people took for a fault, and is none.
  var byDesign: JudgedFinding? {
    judgement.verdict == .healthy ? judgement.findings.first { $0.finding.kind == .periodicClose } : nil
  }

  private var plainSentence: String {
    switch judgement.verdict {
    case .rootCause: "a root cause was found"
    case .healthy: "nothing wrong was seen" + (watched.map { " in \($0.length) of captures" } ?? "")
    case .inconclusive: judgement.isReadable ? "the evidence does not decide it" : "nothing could be read"
    }
  }

  private func verdictLine() -> Markup {
    let leading = headline.leading?.finding
    let word: String =
      switch judgement.verdict {
      // Where something happens is not yet why.
      case .rootCause:
        (leading?.isLocatedOnly == true ? "located" : "root cause")
          + (leading.map { ", \($0.certainty.rawValue)" } ?? "")
      case .healthy: "healthy"
      case .inconclusive: "inconclusive"
      }
    let isSure = leading.map { $0.certainty == .proven } ?? true
    var parts = [element("span", ["class": isSure ? "pill" : "pill unproven"], word)]
    if let leading {
      parts += [
        Markup(" "), .code(leading.kind.rawValue), Markup(" "),
        element("span", [:], .prose(Headline.place(leading.location))),
      ]
    }
    let line = element("p", ["class": "verdict"], parts)
    guard leading == nil else { return line }
    let reasons = judgement.reasons.prefix(4).map(Markup.prose)
    let more = judgement.reasons.count > 4 ? [Markup("and \(judgement.reasons.count - 4) more reasons")] : []
    let notes = judgement.findings.filter { $0.id != byDesign?.id }.prefix(3).map { judged in
      Markup("noted, ") + element("a", ["href": "#\(judged.id)"], judged.id) + .prose(": \(judged.finding.title)")
    }
    return line + element("div", ["class": "reasons"], .items(reasons + more + notes))
  }

  private func path() -> Markup {
    guard let shown, !shown.ladder.stops.isEmpty else { return .nothing }
    let location = headline.leading?.finding.location
    let map = PathMap(
      shown.ladder.stops, shown.flow, shown.summary, location: location, names: names,
      unit: headline.leading?.finding.kind == .mtuBlackhole ? "transmission" : "packet")
    let names = shown.ladder.stops.map(\.name.text).joined(separator: ", ")
    let place = location.map { "; the culprit is " + Headline.place($0).replacing("`", with: "") } ?? ""
    return element(
      "figure", ["class": "where"],
      PathDrawing(
        map: map, culprit: headline.leading?.finding.kind.rawValue, label: "the path: \(names)\(place)"
      ).markup(),
      element(
        "figcaption", [:],
        Markup("Connection ") + .code(shown.flow.name.text)
          + Markup(
            ", as each vantage saw it. Boxes are captures; frames and lost packets are counted for this connection alone."
          )
          + Markup(shown.ladder.passesTwice ? " A packet is a frame at every interface that it passes." : "")))
  }

  private func facts() -> Markup {
    element("dl", ["class": "facts"], [when(), howMuch(), howSure()].compactMap { $0 }.map(card))
  }

  func card(_ fact: Fact) -> Markup {
    element(
      "div", [:], element("dt", [:], fact.name), element("dd", ["class": "big"], fact.value),
      fact.more.map { element("dd", ["class": "dim"], $0) } ?? .nothing)
  }

  typealias Fact = (name: String, value: Markup, more: Markup?)

  private func when() -> Fact? {
    let bound = judgement.worstBound(clock)
    if judgement.verdict != .healthy, let first = judgement.impact.first {
      let last = judgement.impact.last ?? first
      let aftermath = Aftermath(judgement, scene)
      let start = clock.text(first, bound: bound)
      let end = clock.text(last, bound: bound, day: clock.day(of: [first, last]))
      let length = Wording.duration(nanoseconds: last.since(first))
      let seen = start.hasSuffix(end) ? clock.scale : "last seen \(end) (\(clock.scale)), \(length) later"
      // A reset that ends a silence happened at the silence's end.
      if headline.leading?.finding.kind == .idleTimeoutReset, judgement.impact.affected == 1, last > first {
        let began = "\(Headline.capitalized(clock.scale)); the silence had begun \(length) before"
        let rest = aftermath?.text.map { ". " + Headline.capitalized($0) + "." } ?? ""
        return ("Reset at", Markup(clock.text(last, bound: bound)), Markup.prose(began + rest))
      }
      let after = aftermath?.text.map { ". " + Headline.capitalized($0) + "." } ?? ""
      return (
        aftermath?.isMoment == true ? "When" : "Since", Markup(start), Markup.prose(Headline.capitalized(seen) + after)
      )
    }
    guard let watched else { return nil }
    let until = clock.text(watched.end, bound: bound, day: clock.day(of: [watched.start, watched.end]))
    return (
      "Watched from", Markup(clock.text(watched.start, bound: bound)),
      Markup.prose("until \(until) (\(clock.scale)), for \(watched.length)")
    )
  }

  /// From the first frame to the last; nil where no clock is known.
  private var watched: (start: CaseTime, end: CaseTime, length: String)? {
    let spans = scene.timeline.vantages.compactMap { vantage -> (CaseTime, CaseTime)? in
      guard let map = vantage.clock, let first = vantage.health.first, let last = vantage.health.last else {
        return nil
      }
      return (map.caseTime(unfolded: first), map.caseTime(unfolded: last))
    }
    guard let start = spans.map(\.0).min(), let end = spans.map(\.1).max() else { return nil }
    return (start, end, Wording.duration(nanoseconds: end.since(start)))
  }

  private func howMuch() -> Fact {
    let impact = judgement.impact
    guard judgement.verdict == .rootCause else {
      return ("Looked at", Markup(Wording.count(impact.flows, "connection")), Markup(lookedAt))
    }
    if let share = headline.share {
      let whose = headline.affected.map { ", \($0)" } ?? ""
      return ("Affected", Markup(share), .prose(names.beside("with data; \(headline.connections)\(whose)")))
    }
    return (
      "Affected",
      Markup("\(Wording.grouped(Int64(impact.affected))) of \(Wording.count(impact.flows, "connection"))"),
      headline.affected.map { .prose(names.beside($0)) }
    )
  }

  private var lookedAt: String {
    let frames = scene.timeline.vantages.reduce(0) { $0 + $1.health.frames }
    return "\(Wording.count(frames, "frame")) from \(Wording.count(scene.timeline.vantages.count, "vantage"))"
  }

  /// A network counts packets where a capture counts frames.
  private var apart: String {
    let frames = scene.timeline.vantages.reduce(0) { $0 + $1.health.frames }
    guard let share = headline.leading?.finding.loss?.share, share.total > frames else { return "" }
    return "; a frame may hold several packets that the card cuts or merges"
  }

  private func howSure() -> Fact? {
    guard let finding = headline.leading?.finding else {
      let examined = judgement.hypotheses.filter { $0.outcome == .refuted }.count
      let open = judgement.hypotheses.filter { $0.outcome == .notTestable }.map { "`\($0.kind.rawValue)`" }
      return (
        "Refuted", Markup("\(examined) of \(judgement.hypotheses.count) kinds of trouble"),
        open.isEmpty ? nil : .prose("not testable here: \(Wording.list(open))")
      )
    }
    let sentence = certaintySentence(finding)
    let word = finding.certainty.rawValue
    let basis = sentence.split(separator: " ").dropFirst().joined(separator: " ")
    return ("How sure", Markup(Headline.capitalized(word)), Markup.prose("\(basis) Looked at: \(lookedAt)\(apart)."))
  }
}
