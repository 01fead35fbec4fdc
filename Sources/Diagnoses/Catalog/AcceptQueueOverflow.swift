public import CaseModel
internal import Checks
public import Correlation
internal import Evidence
internal import Wire

/// An accept queue that is full
///
/// Connections whose handshake is complete wait in the listening socket's accept queue until the application takes them. Its length
/// is the smaller of `listen()`'s backlog and `net.core.somaxconn` of the network namespace. While it is full, Linux drops SYNs
/// (`tcp_conn_request`) and the ACKs that would complete a handshake (`tcp_v4_syn_recv_sock`), or, with
/// `tcp_abort_on_overflow`, answers these with RST.
public struct AcceptQueueOverflow: Diagnosis {
  public static let kind = FindingKind.acceptQueueOverflow
  public static let explanation = """
    An accept queue that is full

    Connections whose handshake is complete wait in the listening socket's accept queue until the application takes them. It
    holds as many as the smaller of `listen()`'s backlog and `net.core.somaxconn`, the latter of the network namespace that
    the socket lives in: a container's own, not the host's. While it is full, Linux drops new SYNs and the ACKs that would
    complete a handshake; with `net.ipv4.tcp_abort_on_overflow=1` it answers such an ACK with RST. Either the application
    takes connections too slowly (it hangs, or one thread does everything), or a burst meets a short queue.

    At the client: connects that take 1, 3 or 7 s longer, or fail; or a connection that opens at once and then says nothing,
    while SYN and ACK come again. At the server: SYNs arrive and are answered late or never; the last ACK, and even data,
    have arrived and SYN and ACK are sent again. `TcpExtListenOverflows` rises with every one. The queue may be empty again a
    moment later: `ss -ltn` shows it only while it lasts (Recv-Q above Send-Q).

    Confused with: a firewall that drops SYNs (no counter of the server moves), a full queue of openings under way
    (`TcpExtTCPReqQFullDrop` rises and `TcpExtListenOverflows` does not), time stamps that run backwards
    (`TcpExtPAWSPassive`).

    To do: find out why the application does not accept before its queue is made longer. Then raise its backlog and
    `net.core.somaxconn` together and start it again: the length is fixed when it listens.
    """
  public static let wants = [
    "a capture at the server",
    "counters TcpExtListenOverflows and TcpExtListenDrops before and after, in its namespace",
    "`ss -ltn` there, again and again while it lasts",
    "sysctls `net.core.somaxconn` and `net.ipv4.tcp_abort_on_overflow` there",
  ]
  public static let explains: [FindingKind] = [.endpointReset, .packetLoss, .noApplicationResponse]

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] { OpeningClue.all(Self.kind, story, scene) }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    guard let clues = OpeningWords.silent(clues) else { return OpeningWords.noneSilent(clues, scene) }
    let triage = OpeningTriage(clues, scene)
    let findings = triage.groups(of: .queue).compactMap { finding($0, scene) }
    if !findings.isEmpty { return .found(findings) }
    if let steady = triage.groups.compactMap(\.readings).first(where: { $0.overflows?.delta == 0 }) {
      return .refuted(because: "`TcpExtListenOverflows` did not move on \(steady.name)")
    }
    if triage.groups.allSatisfy({ $0.members.allSatisfy { $0.opening.missingAt != nil } }) {
      return .refuted(because: "the SYNs without an answer did not get as far as the server")
    }
    if triage.groups.contains(where: { $0.readings?.rejectedStamps == true && $0.readings?.overflowed != true }) {
      return .refuted(because: "what the server dropped it dropped for the time stamps")
    }
    return .notTestable(
      wanting: "the counter `TcpExtListenOverflows`, before and after, in the network namespace of "
        + Wording.list(Set(triage.groups.map { "\($0.server)" }).sorted()))
  }

  private func finding(_ group: OpeningTriage.Group, _ scene: Scene) -> Finding? {
    let ranked = group.members.sorted {
      (-$0.opening.copies.count, $0.clue.flow) < (-$1.opening.copies.count, $1.clue.flow)
    }
    let sentences = QueueSentences(group: group, members: ranked, scene: scene)
    return Finding(
      kind: Self.kind, standing: .rootCause, certainty: certainty(group), title: sentences.title,
      explanation: sentences.explanation, flows: OpeningWords.flows(group.members),
      location: group.location(scene),
      citations: OpeningWords.citations(ranked, scene) + sentences.checks, remedies: sentences.remedies)
  }

  /// Proven where its own host counted overflows and nothing else that drops openings; a queue seen full is nearly as good.
  private func certainty(_ group: OpeningTriage.Group) -> FindingRecord.Certainty {
    // Its own place shows ACK and data arriving and being passed over: hardly anything else does that.
    let isSeen = group.isItsPlace && group.members.contains { $0.opening.outcome == .confirmationIgnored }
    guard let readings = group.readings, readings.overflows?.delta != nil || !isSeen else {
      return isSeen ? .probable : .possible
    }
    if readings.overflowed { return group.isItsPlace && !readings.rejectedStamps ? .proven : .probable }
    return group.members.contains { readings.fullQueue(port: $0.opening.server.port) != nil } ? .probable : .possible
  }
}

private struct QueueSentences {
  let group: OpeningTriage.Group
  let members: [OpeningTriage.Member]
  let scene: Scene

  private func count(_ outcome: Opening.Outcome) -> Int { members.count { $0.opening.outcome == outcome } }

  var title: String {
    let count = Wording.count(OpeningWords.flows(members).count, "connection")
    return "the accept queue of \(OpeningWords.server(members)) was full: \(count) not taken"
  }

  var explanation: String {
    var parts: [String] = []
    if count(.silent) > 0 { parts.append("\(Wording.count(count(.silent), "opening")) got no answer to any SYN") }
    if count(.late) > 0 { parts.append("\(Wording.count(count(.late), "opening")) got one only after a retry") }
    if count(.confirmationIgnored) > 0 {
      parts.append("in \(count(.confirmationIgnored)) the ACK and the data behind it were passed over")
    }
    if count(.aborted) > 0 { parts.append("\(count(.aborted)) were reset as soon as they were open") }
    var text = group.isItsPlace ? "The SYNs arrive at the server: " : "Of what was sent to the server, "
    text += Wording.list(parts) + ". "
    if let readings = group.readings {
      if let delta = readings.overflows?.delta, delta > 0 {
        text +=
          "On \(readings.name) the kernel counted \(Wording.count(Int(clamping: delta), "opening")) refused by a full accept queue"
        text +=
          readings.stampRejections?.delta == 0 || readings.stampRejections == nil
          ? ". " : ", and others for their time stamp. "
      }
      if let queue = fullest {
        text += "`ss` showed \(queue.waiting) connections waiting where \(queue.limit.map(String.init) ?? "?") may. "
      }
      if let most = readings.somaxconn?.value { text += "`net.core.somaxconn` is \(most) there. " }
    }
    return text + "The application takes connections more slowly than they come, or the queue is too short for a burst."
  }

  private var ports: [UInt16] { Set(members.map(\.opening.server.port)).sorted() }
  private var fullest: ListenQueues.Queue? {
    ports.compactMap { group.readings?.fullQueue(port: $0) }.flatMap { $0.samples.map(\.value) }
      .max { $0.waiting < $1.waiting }
  }

  var checks: [Citation] {
    guard let readings = group.readings else { return [] }
    var all: [Citation] = [
      readings.overflows?.citation(says: readings.overflowWords),
      readings.drops?.citation(says: "openings that a listening socket dropped, for whatever reason"),
      readings.stampRejections?.citation(says: readings.stampWords),
      readings.somaxconn?.citation(says: "the longest that an accept queue may be here"),
      readings.abortsOnOverflow?.citation(says: "1 answers with RST instead of silence"),
    ].compactMap { $0.map(Citation.check) }
    for port in ports {
      guard let queue = readings.queue(port) else { continue }
      let fullest = queue.samples.map(\.value).max { $0.waiting < $1.waiting }
      let says = fullest.map {
        "at most \($0.waiting) connections waiting where \($0.limit.map(String.init) ?? "?") may"
      }
      all.append(
        .check(queue.citation(says: "accept queue of port \(port): \(says ?? "not told")") { "\($0.waiting)" }))
    }
    return all
  }

  var remedies: [Remedy] {
    let place = group.readings?.place ?? "\(group.server)"
    let current = group.readings?.somaxconn?.value
    return [
      Remedy(
        on: place, command: "sysctl -w net.core.somaxconn=4096",
        effect:
          "listening sockets may ask for longer queues (\(current.map { "now \($0)" } ?? "its value now was not read")); the "
          + "application must ask for one, `listen(fd, 4096)`, and be started again: the length is fixed when it listens",
        sideEffects: "connections wait longer instead of being refused; holds for this network namespace only",
        rollback: "sysctl -w net.core.somaxconn=\(current ?? "128")"),
      Remedy(
        on: place, command: "ss -ltnp",
        effect: "shows which process is behind (Recv-Q above Send-Q): if it stands still, a longer queue only hides it",
        sideEffects: "none: it reads", rollback: "nothing to undo"),
    ]
  }
}
