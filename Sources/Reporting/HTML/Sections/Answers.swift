internal import CaseModel
internal import Diagnoses

extension PostmortemPage {
  /// Why, in three lines, and what to do: what somebody reads who reads nothing else.
  func answers() -> Markup {
    guard let leading = headline.leading, let toDo = whatToDo() else { return .nothing }
    let lines = (headline.why + [headline.reading].compactMap { $0 }).map { citation in
      element("a", ["href": "#\(leading.id)"], .prose(citation.label)) + element("p", [:], .prose(citation.says))
        + (citation.change.map { element("p", [:], .prose($0)) } ?? .nothing)
    }
    let question = leading.finding.openQuestion.map {
      element("p", ["class": "open"], .prose(Headline.capitalized($0) + "."))
    }
    return element(
      "dl", ["class": "facts answers"],
      element(
        "div", [:], element("dt", [:], "Why"),
        element("dd", [:], element("ol", [:], lines.map { element("li", [:], $0) })),
        question.map { element("dd", [:], $0) } ?? .nothing),
      card(toDo))
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
