internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Evidence

/// What was found, with what proves it.
extension PostmortemPage {
  func cause() -> Markup? {
    let causes = judgement.rootCauses
    guard !causes.isEmpty else { return nil }
    return Markup(causes.map(finding))
  }

  func otherFindings() -> Markup? {
    let others = judgement.findings.filter { $0.finding.standing != .rootCause }
    return others.isEmpty ? nil : Markup(others.map(finding))
  }

  private func finding(_ judged: JudgedFinding) -> Markup {
    let finding = judged.finding
    var parts = [
      element("h3", [:], .prose("\(judged.id): \(names.beside(finding.title))")),
      element("p", ["class": "dim"], .prose(findingFacts(judged, judgement, scene))),
      element("p", ["class": "explanation"], .prose(finding.explanation)),
    ]
    if judged.finding.standing == .rootCause, let question = finding.openQuestion {
      parts.append(element("p", [:], .prose(question + ".")))
    }
    parts += frames(finding)
    if !finding.readings.isEmpty { parts.append(readings(finding.readings)) }
    return element("article", ["id": judged.id], parts)
  }

  /// Frames shown at once: the most telling ones, which a finding cites first. The others take a click.
  private static let shownFrames = 6

  private func frames(_ finding: Finding) -> [Markup] {
    let all = finding.packets
    guard all.count > Self.shownFrames + 2 else { return all.isEmpty ? [] : [frames(all)] }
    let telling = Set(
      finding.citations.compactMap { if case .packet(let packet) = $0 { packet } else { nil } }.prefix(Self.shownFrames)
    )
    let rest = all.filter { !telling.contains($0) }
    return [
      frames(all.filter(telling.contains)),
      element("details", [:], element("summary", [:], "\(Wording.count(rest.count, "more frame"))"), frames(rest)),
    ]
  }

  private func frames(_ packets: [Citation.Packet]) -> Markup {
    let day = clock.day(of: packets.compactMap(\.time))
    let rows = packets.map { packet -> [Markup] in
      let time = packet.time.map { clock.text($0, bound: clock.bound(of: packet.vantage), day: day) } ?? "not aligned"
      return [
        .code(packet.vantage.text), Markup("\(packet.frame)"), Markup(time),
        element("p", [:], .prose(packet.says)) + element("code", ["class": "filter"], packet.filter),
      ]
    }
    return .table(
      ["vantage", "frame", clock.heading(day: day), "what it shows, and its display filter"], rows, class: "frames")
  }

  private func readings(_ readings: [Citation.Check]) -> Markup {
    .table(
      ["host", "check", "before", "after", "what it shows"],
      readings.map { reading in
        [
          .code(reading.namespace == .host ? reading.host.text : "\(reading.host)/\(reading.namespace)"),
          .code(reading.check), reading.before.map(Markup.code) ?? Markup("not read"),
          reading.after.map(Markup.code) ?? Markup("not read"), .prose(reading.says),
        ]
      })
  }

  func remedies() -> Markup? {
    let causes = judgement.rootCauses + judgement.findings.filter { $0.finding.standing == .contributing }
    let remedies = causes.flatMap { judged in judged.finding.remedies.map { (judged.id, $0) } }
    guard !remedies.isEmpty else { return nil }
    let cards = remedies.map { id, remedy in
      element(
        "article", ["class": "remedy"],
        element("h3", [:], element("code", ["class": "command"], remedy.command)),
        element("p", ["class": "dim"], Markup("For \(id), on ") + .prose(names.beside(remedy.place))),
        element(
          "dl", [:], element("dt", [:], "Effect"), element("dd", [:], .prose(remedy.effect)),
          element("dt", [:], "Side effects"), element("dd", [:], .prose(remedy.sideEffects)),
          element("dt", [:], "Rollback"), element("dd", [:], .code(remedy.rollback))))
    }
    return element("p", [:], "Nothing of this has been done.") + element("div", ["class": "cards"], cards)
  }

  func hypotheses() -> Markup? {
    .table(
      ["kind", "outcome", "because"],
      judgement.hypotheses.map { row in
        [
          .code(row.kind.rawValue), element("span", ["class": "outcome \(row.outcome.rawValue)"], row.outcome.rawValue),
          .prose(row.prose),
        ]
      }, class: "hypotheses")
  }

  func people() -> Markup? {
    let blanks: [(String, String)] = [
      ("Impact", "what people noticed, for how long, and what it cost"),
      ("Detection", "who noticed, how, and what should have noticed first"),
      ("Resolution", "what was done in the end, when, by whom, and how it was checked"),
      ("Lessons", "what went well, what did not, where luck helped"),
      ("People", "who was there, and who owns this page"),
    ]
    let list = element(
      "dl", ["class": "blanks"],
      blanks.map { name, hint in
        element("dt", [:], name) + element("dd", [:], element("span", ["class": "dim"], "To do: \(hint)."))
      })
    return list + element("h3", [:], "Action items") + actionItems()
  }

  private func actionItems() -> Markup {
    let proposed = ActionItem.all(judgement, names).map { item -> [Markup] in
      [
        .prose(item.action), Markup(item.purpose.rawValue), .nothing, .nothing,
        element("a", ["href": "#\(item.finding)"], item.finding),
      ]
    }
    let hint = element("span", ["class": "dim"], "To do: what else, and who until when.")
    return .table(
      ["action", "type", "owner", "ticket", "for"], proposed + [[hint, .nothing, .nothing, .nothing, .nothing]])
  }
}
