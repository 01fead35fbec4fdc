internal import CaseModel
internal import Diagnoses

extension PostmortemPage {
  /// Why, in three lines, and what to do: what somebody reads who reads nothing else.
  func answers() -> Markup {
    guard let leading = headline.leading, let toDo = whatToDo() else { return whyItIsNone() }
    let question = leading.finding.openQuestion.map {
      element("p", ["class": "open"], .prose(Headline.capitalized($0) + "."))
    }
    return element(
      "dl", ["class": "facts answers"],
      element(
        "div", [:], element("dt", [:], "Why"),
        element(
          "dd", [:],
          lines(
            headline.why + [headline.reading].compactMap { $0 }, of: leading, besides: leading.finding.loss?.absence)),
        question.map { element("dd", [:], $0) } ?? .nothing),
      card(toDo))
  }

  /// What people took for a fault, and is by design, is shown, too.
  private func whyItIsNone() -> Markup {
    guard let note = byDesign else { return .nothing }
    let cited = note.finding.citations.prefix(3)
    return element(
      "dl", ["class": "facts answers"],
      element(
        "div", [:], element("dt", [:], "Why"), element("dd", [:], lines(Array(cited), of: note))))
  }

  /// - Parameter absence: what no capture shows: no citation can.
  private func lines(_ citations: [Citation], of judged: JudgedFinding, besides absence: String? = nil) -> Markup {
    let lines = citations.map { citation in
      element("a", ["href": "#\(judged.id)"], .prose(citation.label)) + element("p", [:], .prose(citation.says))
        + (citation.value.map { element("p", [:], .prose($0)) } ?? .nothing)
    }
    let absence = absence.map {
      [element("a", ["href": "#\(judged.id)"], "all captures") + element("p", [:], .prose($0))]
    }
    return element("ol", [:], (lines + (absence ?? [])).map { element("li", [:], $0) })
  }

  private func whatToDo() -> Fact? {
    guard headline.leading != nil else { return nil }
    guard let remedy = headline.remedy else {
      return ("What to do", Markup("No command ends it"), element("a", ["href": "#cause"], "see the root cause"))
    }
    return (
      remedy.onlyLooks ? "Where to look next" : "What to do",
      element("code", ["class": "command"], remedy.command),
      Markup("on ") + .prose("\(names.beside(remedy.place)): \(remedy.briefEffect)")
        + (remedy.onlyLooks ? Markup(". ") : .prose(". Not applied yet. Side effects: \(remedy.sideEffects). "))
        + element("a", ["href": "#remedies"], remedy.onlyLooks ? "What it shows" : "Effect, side effects, rollback")
    )
  }
}
