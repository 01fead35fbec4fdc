internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// SYNs that the server's own stack dropped because too many openings were under way.
extension SynFiltered {
  func backlogFinding(_ group: OpeningTriage.Group, _ scene: Scene) -> Finding? {
    guard let readings = group.readings, let full = readings.fullBacklog else { return nil }
    let ranked = group.members.sorted {
      (-$0.opening.copies.count, $0.clue.flow) < (-$1.opening.copies.count, $1.clue.flow)
    }
    let sentences = BacklogSentences(group: group, members: ranked, readings: readings, isCounted: full == .counted)
    let certainty: FindingRecord.Certainty = full == .counted && group.isItsPlace ? .proven : .probable
    return Finding(
      kind: Self.kind, standing: .rootCause, certainty: certainty, title: sentences.title, explanation: sentences.text,
      flows: OpeningWords.flows(group.members), location: group.location(scene),
      citations: OpeningWords.citations(ranked, scene) + sentences.checks, remedies: sentences.remedies)
  }
}

private struct BacklogSentences {
  let group: OpeningTriage.Group
  let members: [OpeningTriage.Member]
  let readings: ListenerReadings
  let isCounted: Bool

  var title: String {
    let count = Wording.count(OpeningWords.flows(members).count, "connection")
    return
      "\(OpeningWords.server(members)) dropped SYNs: \(isCounted ? "its SYN queue was full" : "its SYN queue was nearly full") "
      + "(\(count))"
  }

  var text: String {
    let silent = members.count { $0.opening.outcome == .silent }
    let late = members.count - silent
    var parts: [String] = []
    if silent > 0 { parts.append("\(Wording.count(silent, "opening")) got no answer to any SYN") }
    if late > 0 { parts.append("\(Wording.count(late, "opening")) got one only after a retry") }
    var text = (group.isItsPlace ? "The SYNs arrive at the server: " : "") + Wording.list(parts) + ". "
    if isCounted, let delta = readings.backlogDrops?.delta {
      text +=
        "On \(readings.name) the kernel dropped \(Wording.count(Int(clamping: delta), "SYN")) because too many openings were under way"
    } else if let delta = readings.drops?.delta {
      text +=
        "On \(readings.name) listening sockets dropped \(Wording.count(Int(clamping: delta), "opening")); with SYN cookies off that "
        + "begins at three quarters of `net.ipv4.tcp_max_syn_backlog`"
        + (readings.mostOpenings.map { " (\($0.value) there)" } ?? "")
    }
    text += ", and no accept queue was full: connections were taken as soon as they were open. "
    let openers = Set(members.map(\.opening.source.address)).count
    return text
      + "Openings fill that queue whose last ACK never comes: a flood of SYNs with false senders, a way back that loses "
      + "SYN-ACKs, or a burst of distant openers (\(Wording.count(openers, "address", plural: "addresses")) among those passed over)."
  }

  var checks: [Citation] {
    [
      readings.backlogDrops?.citation(says: "SYNs dropped because too many openings were under way"),
      readings.drops?.citation(says: "openings that a listening socket dropped, for whatever reason"),
      readings.overflows?.citation(says: readings.overflowWords),
      readings.cookies?.citation(says: "0: no SYN cookies, 1: where the queue is full"),
      readings.mostOpenings?.citation(says: "openings under way that are remembered without cookies"),
    ].compactMap { $0.map(Citation.check) }
  }

  var remedies: [Remedy] {
    let place = readings.place
    let six = group.server.isIPv6 ? "-6 " : ""
    let now = readings.mostOpenings?.value
    return [
      Remedy(
        on: place, command: "ss \(six)-tn state syn-recv",
        effect:
          "shows who holds the places: many addresses that never answer are a flood, one network is a way back that loses",
        sideEffects: "none: it reads", rollback: "nothing to undo"),
      Remedy(
        on: place, command: "sysctl -w net.ipv4.tcp_syncookies=1",
        effect:
          "a full queue is answered with cookies instead of silence (now \(readings.cookies?.value ?? "not read")); holds for "
          + "IPv6 too",
        sideEffects:
          "connections opened by a cookie have no window scaling and no SACK unless both ends use time stamps",
        rollback: "sysctl -w net.ipv4.tcp_syncookies=\(readings.cookies?.value ?? "1")"),
      Remedy(
        on: place, command: "sysctl -w net.ipv4.tcp_max_syn_backlog=4096",
        effect:
          "more openings may be under way (now \(now ?? "not read")); one socket's queue is no longer than its `listen()` backlog and "
          + "`net.core.somaxconn`"
          + (readings.somaxconn.map { " (\($0.value) there)" } ?? "") + ": raise these with it",
        sideEffects: "some hundred bytes of memory for each opening under way",
        rollback: "sysctl -w net.ipv4.tcp_max_syn_backlog=\(now ?? "OLD-VALUE")"),
    ]
  }
}
