public import CaseModel
public import Correlation
internal import Evidence
internal import Wire

/// SYNs that nobody answers
///
/// A SYN that reaches a listening or a closed port is answered (RFC 9293, 3.10.7.1 and 3.10.7.2). Where every copy of it vanishes
/// between two places while other packets pass, or arrives at a host whose stack counts nothing, a filter dropped it: a firewall, a
/// security group, a route that leads nowhere. This names an effect; which rule it was no packet tells. A filter that rejects, and
/// a router without a way, say so by ICMP (RFC 792; RFC 1812, 5.2.7.1; RFC 4443, 3.1), and their address with it. A server whose
/// queue of openings under way is full drops SYNs, too, unless it answers with cookies (RFC 4987, 3.6; Linux, `tcp_conn_request`:
/// `TCPReqQFullDrop`, and without cookies from three quarters of `tcp_max_syn_backlog` on). A client that goes on to another
/// address of the service at once (RFC 8305) has lost a moment and no connection: that is noted.
public struct SynFiltered: Diagnosis {
  public static let kind = FindingKind.synFiltered
  public static let explanation = """
    SYNs that nobody answers

    A SYN that reaches a listening or a closed port is answered, with SYN and ACK or with RST. Where every copy of it
    vanishes between two places while other packets pass, or arrives at a host whose stack counts no drop, a filter dropped
    it: a firewall, a security group, a route that leads nowhere, an address that nobody has. A filter that rejects, and a
    router that knows no way, say so by ICMP (administratively prohibited, port, host or network unreachable): then the
    message's sender is who did it, and one SYN is enough to know, as stacks give up at once.

    A server's own stack drops SYNs while its queue of openings under way is full: a flood, or many openings whose last ACK
    does not come. `TcpExtTCPReqQFullDrop` and `TcpExtListenDrops` rise then, and `TcpExtListenOverflows`, which counts full
    accept queues, does not. SYN cookies answer all the same.

    At the client: the same SYN after 1, 3 and 7 s, then "connection timed out". At the server nothing at all, or SYNs
    without an answer. From one capture at the client it is only possible: what lies behind it, nobody saw. Where the client
    went on to another address of the service within 2 s and was taken there (a name with an IPv6 and an IPv4 address, say),
    it is a note with the time that this cost: no connection failed.

    This names an effect, and is a root cause only where nothing else explains the silence: not a full accept queue, not time
    stamps that run backwards. Answers that take another way than the SYNs, past the captures, are no silence: the client
    goes on.

    To do: capture on both sides of the next filter on the way; its rule's counter (`nft list ruleset`, `iptables-save -c`)
    rises with every SYN.
    """
  public static let wants = [
    "captures on both sides of the filter, up to the server", "ICMP and ICMPv6 in the capture filter",
    "counters TcpExtListenOverflows, TcpExtListenDrops, TcpExtTCPReqQFullDrop and TcpExtPAWSPassive of the server, before and after",
    "sysctls `net.ipv4.tcp_syncookies` and `net.ipv4.tcp_max_syn_backlog` there",
  ]
  public static let explains: [FindingKind] = [.packetLoss]

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    OpeningClue.all(Self.kind, story, scene, evenAbandoned: true)
  }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    let fallbacks = Fallbacks(of: Set(clues.filter(mayFallBack).map(\.flow)).sorted(), scene)
    let tried = clues.filter { !isAbandoned($0) || fallbacks.found[$0.flow] != nil }
    guard !tried.isEmpty else {
      return clues.isEmpty ? OpeningWords.allAnswered(scene, showsFirst: true) : unrepeated(clues)
    }
    let triage = OpeningTriage(tried, scene)
    var replaced: [(OpeningTriage.Member, Fallback)] = []
    var byPlace: [[OpeningTriage.Member]] = []
    var groups: [OpeningTriage.Group] = []
    var servers: [Set<IPAddress>] = []
    var places: [Verge: Int] = [:]
    for group in triage.groups(of: .filtered) + unexplained(triage) {
      for member in group.members {
        if let fallback = fallbacks.found[member.clue.flow] {
          replaced.append((member, fallback))
          continue
        }
        let place = Verge(location: location(member, group, scene), reason: member.opening.rejection?.reason)
        if let known = places[place] {
          servers[known].insert(group.server)
          byPlace[known].append(member)
        } else {
          places[place] = byPlace.count
          byPlace.append([member])
          groups.append(group)
          servers.append([group.server])
        }
      }
    }
    let findings =
      triage.groups(of: .backlog).compactMap { backlogFinding($0, scene) }
      + byPlace.indices.compactMap { finding(byPlace[$0], groups[$0], scene, isOne: servers[$0].count == 1) }
      + notes(replaced, scene)
    if !findings.isEmpty { return .found(findings) }
    let others = Set(triage.groups.flatMap(\.members).map(\.cause))
    if others.contains(.stamps) { return .refuted(because: "the server dropped the SYNs for their time stamps") }
    if others.contains(.queue) { return .refuted(because: "the server's accept queue was full") }
    return .refuted(because: "every SYN that the server's own stack did not drop was answered")
  }

  /// One SYN may be lost, or the capture ended before its answer came.
  private func unrepeated(_ clues: [Clue]) -> Conclusion {
    .refuted(
      because:
        "no SYN was repeated in vain; \(Wording.count(clues.count, "opening")) got no answer to the only one that was seen, which "
        + "says nothing", shown: clues.prefix(2).flatMap(\.citations))
  }

  private func isAbandoned(_ clue: Clue) -> Bool { (clue.detail as? Opening)?.outcome == .abandoned }

  private func mayFallBack(_ clue: Clue) -> Bool {
    (clue.detail as? Opening).map { [.silent, .rejected, .abandoned].contains($0.outcome) } ?? false
  }

  /// What a stack dropped without telling why, and answers that did not get through: only possible, and never healthy.
  private func unexplained(_ triage: OpeningTriage) -> [OpeningTriage.Group] {
    triage.groups(of: .unknown).compactMap { group in
      var own = group
      own.members = group.members.filter { [.silent, .answerLost, .abandoned].contains($0.opening.outcome) }
      return own.members.isEmpty ? nil : own
    }
  }

  /// Where they end, and what is said of it.
  private struct Verge: Hashable {
    let location: Location
    let reason: Rejection.Reason?
  }

  func location(_ member: OpeningTriage.Member, _ group: OpeningTriage.Group, _ scene: Scene) -> Location {
    let opening = member.opening
    let from = OpeningWords.name(opening.edge, scene)
    if opening.rejection?.isMadeThere == true, opening.rejection?.reference.vantage == opening.edge {
      return Location(from: from, to: from)
    }
    if let missing = opening.missingAt { return Location(from: from, to: OpeningWords.name(missing, scene)) }
    if let next = opening.nextPlace { return Location(from: from, to: OpeningWords.name(next, scene)) }
    return group.location(scene)
  }

  /// Seen to vanish, with all its copies, between two captures that show other packets: probable. At the server's door only where
  /// its host counted none of the drops that a stack makes.
  private func certainty(_ members: [OpeningTriage.Member], _ group: OpeningTriage.Group) -> FindingRecord.Certainty {
    let copies = members.map(\.opening.copies.count).max() ?? 0
    guard copies >= 3 else { return .possible }
    if members.allSatisfy({ $0.opening.missingAt != nil }) { return .probable }
    return group.isItsPlace && group.readings?.droppedNothing == true ? .probable : .possible
  }

  private func finding(
    _ members: [OpeningTriage.Member], _ group: OpeningTriage.Group, _ scene: Scene, isOne: Bool
  ) -> Finding? {
    guard let first = members.first else { return nil }
    if let rejection = first.opening.rejection { return finding(members, group, rejection, scene) }
    let place = location(first, group, scene)
    let ranked = members.sorted {
      (-$0.opening.copies.count, $0.clue.flow) < (-$1.opening.copies.count, $1.clue.flow)
    }
    let readings = isOne ? group.readings : nil
    let checks: [Citation] = [
      readings.flatMap { $0.overflows?.citation(says: $0.overflowWords) },
      readings?.drops?.citation(says: "openings that a listening socket dropped"),
    ].compactMap { $0.map(Citation.check) }
    return Finding(
      kind: Self.kind, standing: .rootCause, certainty: certainty(members, group),
      title: title(ranked, place), explanation: text(ranked, place, group), flows: OpeningWords.flows(members),
      location: place, citations: OpeningWords.citations(ranked, scene) + checks, remedies: [remedy(place, first)])
  }
}

// MARK: - Sentences

extension SynFiltered {
  private func title(_ members: [OpeningTriage.Member], _ place: Location) -> String {
    let count = Wording.count(OpeningWords.flows(members).count, "connection")
    let outcome = members.first?.opening.outcome
    let what = outcome == .answerLost ? "answers to SYNs" : outcome == .late ? "the first SYNs" : "SYNs"
    let server = OpeningWords.server(members)
    guard let from = place.from else { return "\(what) of \(server) are not answered: \(count)" }
    guard let to = place.to else { return "nothing beyond `\(from)` answers SYNs to \(server): \(count)" }
    if from == to, outcome == .answerLost {
      return "\(what) of \(count) with \(server) are not seen past `\(from)`"
    }
    if from == to {
      return members.first?.opening.missingAt == nil
        ? "SYNs to \(server) arrive at `\(from)` and are not answered: \(count)"
        : "\(what) of \(count) with \(server) vanish at `\(from)`"
    }
    return "\(what) of \(count) with \(server) vanish between `\(from)` and `\(to)`"
  }

  private func text(
    _ members: [OpeningTriage.Member], _ place: Location, _ group: OpeningTriage.Group
  ) -> String {
    guard let first = members.first else { return "" }
    let copies = Wording.count(first.opening.copies.count, "copy", plural: "copies")
    var text = "\(first.opening.source) sent \(copies) of its SYN to \(first.opening.server). "
    if let heldUp = first.opening.heldUp {
      text =
        "\(copies) of the SYN of \(first.opening.source) to \(first.opening.server) got lost before one came through: "
        + "its opener had waited for \(Wording.duration(nanoseconds: heldUp)) when the answer came. "
    } else if first.opening.outcome == .answerLost, first.opening.nextPlace != nil {
      text += "They were answered, again and again. "
    }
    if let to = place.to, first.opening.nextPlace != nil {
      text += whereabouts(first.opening, to, isSame: to == place.from)
    } else if group.isItsPlace {
      text +=
        group.readings?.droppedNothing == true
        ? "They arrive, nothing answers, and the stack there counts neither a full accept queue nor any other drop. "
        : first.opening.outcome == .answerLost
          ? "They arrive and are answered, again and again: the answers do not get through, or their ACKs do not come back. "
          : (group.readings?.drops?.delta ?? 0) > 0
            ? "They arrive, nothing answers, and the stack there counts openings that it dropped, but not why. "
            : "They arrive and nothing answers; what the stack there counted was not read. "
    } else {
      text += "What lies beyond the last capture, nobody saw. "
    }
    let answered = group.neighbours.count(where: \.wasAnswered)
    if answered > 0, Set(members.map(\.opening.server.address)).count == 1 {
      text += "\(group.server) answered \(Wording.count(answered, "other connection")) meanwhile. "
    }
    guard !group.isItsPlace || (group.readings?.drops?.delta ?? 0) == 0 else {
      return text + "Its limits (`net.ipv4.tcp_max_syn_backlog`, `net.ipv4.tcp_syncookies`, memory) would tell."
    }
    guard first.opening.heldUp == nil else {
      return text + "A limit on the way (connections, rate, ports or memory for them) would look like this."
    }
    return text + "A filter on the way, or an address that nobody has, would look like this."
  }

  /// What the next captured place on their way shows of them.
  private func whereabouts(_ opening: Opening, _ to: VantageName, isSame: Bool) -> String {
    let them = opening.outcome == .answerLost ? "of the answers" : "of them"
    switch (opening.missingAt != nil, isSame) {
    case (true, true):
      return "None \(them) leaves `\(to)` again, whose capture shows other packets of that service on both sides. "
    case (true, false):
      return "None \(them) is seen at `\(to)`, which was capturing and shows other packets of that service. "
    case (false, true):
      return "None \(them) is seen to leave `\(to)` again; whether its capture would have shown them is not certain. "
    case (false, false):
      return "None \(them) is seen at `\(to)`; whether its capture would have shown them is not certain. "
    }
  }

  private func remedy(_ place: Location, _ member: OpeningTriage.Member) -> Remedy {
    let on = place.to ?? place.from
    return Remedy(
      on: on?.text ?? "the server", command: "nft list ruleset; iptables-save -c",
      effect:
        "shows rules with their counters: one that drops port \(member.opening.server.port) rises with every SYN; between two "
        + "captures it is the device in the middle that must be asked",
      sideEffects: "none: it reads", rollback: "nothing to undo")
  }
}
