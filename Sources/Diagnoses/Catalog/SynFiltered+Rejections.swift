internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// SYNs that somebody rejected by ICMP.
extension SynFiltered {
  func finding(
    _ members: [OpeningTriage.Member], _ group: OpeningTriage.Group, _ rejection: Rejection, _ scene: Scene
  ) -> Finding? {
    let ranked = members.sorted { $0.clue.flow < $1.clue.flow }
    guard let first = ranked.first else { return nil }
    let sentences = RejectionSentences(ranked, group, first.opening.rejection ?? rejection, first.clue.flow, scene)
    return Finding(
      kind: Self.kind, standing: .rootCause, certainty: certainty(rejection.reason), title: sentences.title,
      explanation: sentences.text, flows: OpeningWords.flows(members),
      location: sentences.corrected(location(first, group, scene)),
      citations: OpeningWords.citations(ranked, scene), remedies: [sentences.remedy])
  }

  /// A rule that rejects says so itself; a router that found nobody may find him a moment later.
  private func certainty(_ reason: Rejection.Reason) -> FindingRecord.Certainty {
    switch reason {
    case .prohibited, .portUnreachable: .proven
    case .hostUnreachable, .networkUnreachable: .probable
    }
  }
}

private struct RejectionSentences {
  let members: [OpeningTriage.Member]
  let group: OpeningTriage.Group
  let rejection: Rejection
  let scene: Scene
  private let sender: IPAddress?
  /// The capture whose own host sent the message, where its addresses are known.
  private let place: VantageName?

  init(
    _ members: [OpeningTriage.Member], _ group: OpeningTriage.Group, _ rejection: Rejection, _ flow: Int, _ scene: Scene
  ) {
    self.members = members
    self.group = group
    self.rejection = rejection
    self.scene = scene
    let seen = rejection.reference.vantage
    let record = try? scene.timeline.eachStory(of: [flow]) { $0[rejection.reference] }.first?.result
    sender = record.flatMap { record in
      scene.evidence.captures.indices.contains(seen)
        ? Rejection.sender(of: record, in: scene.evidence.captures[seen]) : nil
    }
    let vantage = scene.timeline.vantages[seen]
    let host = HostAddressBook.Place(host: vantage.host, namespace: vantage.namespace)
    let isOwn = sender.map { scene.addresses.has($0, at: host) == true || ($0 == group.server && group.isItsPlace) }
    place = isOwn == true ? vantage.name : nil
  }

  func corrected(_ location: Location) -> Location { place.map { Location(from: $0, to: $0) } ?? location }

  private var who: String { sender.map { "\($0)" } ?? "a router or firewall" }
  private var count: String { Wording.count(OpeningWords.flows(members).count, "connection") }

  var title: String {
    let server = OpeningWords.server(members)
    return switch rejection.reason {
    case .prohibited, .portUnreachable: "\(who) rejects SYNs to \(server): \(count)"
    case .hostUnreachable: "\(who) finds no host \(group.server): \(count) not opened"
    case .networkUnreachable: "\(who) has no route to \(group.server): \(count) not opened"
    }
  }

  var text: String {
    guard let first = members.first else { return "" }
    var text =
      "\(first.opening.source) sent its SYN to \(first.opening.server), and \(who) answered with ICMP: \(rejection.name). "
    switch rejection.reason {
    case .prohibited: text += "A rule of a filter there forbids it. "
    case .portUnreachable:
      text +=
        "A stack refuses TCP with RST, so this is the answer of a rule that rejects (`REJECT` without another word). "
    case .hostUnreachable: text += "Its neighbours were asked for that address, and nobody answered. "
    case .networkUnreachable: text += "Its routing table has no way there. "
    }
    let answered = group.neighbours.count(where: \.wasAnswered)
    if answered > 0, Set(members.map(\.opening.server.address)).count == 1 {
      text += "\(group.server) answered \(Wording.count(answered, "other connection")) meanwhile. "
    }
    return first.opening.copies.count > 1
      ? text : text + "The opener's stack gives up at once and says so to the application."
  }

  var remedy: Remedy {
    let on = place?.text ?? sender.map { "\($0)" } ?? "the device that sent the ICMP message"
    let port = members.first.map { "\($0.opening.server.port)" } ?? ""
    switch rejection.reason {
    case .prohibited, .portUnreachable:
      return Remedy(
        on: on, command: "nft list ruleset; iptables-save -c",
        effect: "shows the rule that rejects port \(port): its counter rises with every SYN",
        sideEffects: "none: it reads", rollback: "nothing to undo")
    case .hostUnreachable, .networkUnreachable:
      let six = group.server.isIPv6 ? "-6 " : ""
      return Remedy(
        on: on, command: "ip \(six)route get \(group.server); ip \(six)neighbour show \(group.server)",
        effect:
          "shows the way that it would take, and whether the next host on it answers (`FAILED` where it does not)",
        sideEffects: "none: it reads", rollback: "nothing to undo")
    }
  }
}
