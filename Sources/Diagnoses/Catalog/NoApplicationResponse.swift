public import CaseModel
public import Correlation
internal import Evidence
internal import Wire

/// A request that the application never answered
///
/// The request arrived, the server's TCP acknowledged it, and no answer to it was ever sent, while others on the same connection
/// were answered. The network did its part: an acknowledgment says that the bytes are with the server's host (RFC 9293, 3.4), and
/// an unbroken stream of answers says that none was lost.
public struct NoApplicationResponse: Diagnosis {
  public static let kind = FindingKind.noApplicationResponse
  public static let explanation = """
    A request that the application never answered

    The request arrived, the server's TCP acknowledged it, and no answer to it was ever sent, or only after the client had
    given up, while other requests were answered. The network did its part: an acknowledgment says that the bytes are with
    the server's host, and an unbroken stream of answers says that none was lost on its way back. It is the application's to
    explain: a lost job, a lock, a queue that is full, a worker that died, a dependency that hangs.

    At the server: the request, its acknowledgment within milliseconds, and then nothing of it, though later requests are
    answered. At the client the same; that the answer was not lost on its way there only an unbroken stream can tell. Where
    the client closes at its deadline and the answer meets a RST, the application was slow, not silent.

    Requests are told apart by what the flow itself teaches: where one message ends and the next begins, and which part of a
    request its answer repeats (a transaction number, a tag, an id), or by the playbook's `request-id`. Without such a part
    only the last request of a connection that took turns can be told; inside TLS nothing is more than possible.

    Confused with: lost answers (bytes are missing, or sent again), an MTU black hole (the answer is sent, and large), a
    receiver that stopped reading (its window is closed), protocols that want no answer.

    To do: find the process (`ss -ltnp`), then its log for that request's id; a stack or thread dump while it hangs tells
    most.
    """
  public static let wants = [
    "a capture at the server with whole packets (`payload: true`)",
    "a pattern for the request's id (`look-for: request-id`), or a text of the bad one (`look-for: bad`)",
    "the application's log",
  ]
  public static let explains: [FindingKind] = []

  /// Connections that are read.
  private static let most = 64

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    let late = lateClues(story, scene)
    let frames = FrameCitations(story, scene)
    let said = (scene.lookedFor?.hits(story) ?? []).map { frames.cite($0, "the text that was looked for") }
    let shape = late.isEmpty ? DialogueShape(story) : nil
    guard shape != nil || !said.isEmpty else { return late }
    let clue = Clue(
      kind: Self.kind, location: Location(from: shape.map { frames.vantage($0.sign) }, to: nil), certainty: .possible,
      citations: shape.map { [frames.cite($0.sign, "perhaps a request without an answer")] } ?? said,
      measures: ["suspected": shape == nil ? 0 : 1, "open_at_end": shape?.isOpenAtEnd == true ? 1 : 0], detail: said)
    return late + [clue].compactMap { $0 }
  }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    let late = lateFindings(clues, scene)
    let suspected = clues.filter { $0.measures["suspected"] == 1 }
    let chosen = suspected.sorted {
      ($1.measures["open_at_end"] ?? 0, $0.flow) < ($0.measures["open_at_end"] ?? 0, $1.flow)
    }.prefix(Self.most)
    let hits = clues.compactMap { clue in
      (clue.detail as? [Citation]).flatMap { $0.isEmpty ? nil : (flow: clue.flow, citations: $0) }
    }
    let read = Set(chosen.map(\.flow) + hits.prefix(Self.most).map(\.flow))
    let silences = UnansweredRequests(read.sorted(), scene).all()
    var groups: [[UnansweredRequest]] = []
    for silence in silences {
      if let known = groups.firstIndex(where: { $0[0].location == silence.location && $0[0].server == silence.server })
      {
        groups[known].append(silence)
      } else {
        groups.append([silence])
      }
    }
    let findings = groups.compactMap(finding) + late
    if !findings.isEmpty { return .found(findings) }
    let dialogues = scene.timeline.flows.counts.tcp
    guard dialogues > 0 else { return .notTestable(wanting: "a capture with TCP connections in it") }
    let doubtful = clues.count { $0.measures["suspected"] == 1 || $0.detail is LateAnswer }
    return .refuted(
      because: doubtful == 0
        ? "in \(Wording.count(dialogues, "connection")) no request was acknowledged and then passed over"
        : "what looked like a request without an answer (\(Wording.count(doubtful, "connection"))) was answered, or cannot "
          + "be told from one that wants none", shown: hits.prefix(2).flatMap(\.citations))
  }

  private func finding(_ requests: [UnansweredRequest]) -> Finding? {
    let ranked = requests.sorted {
      ($0.isLookedFor ? 0 : 1, $1.certainty, $0.flow) < ($1.isLookedFor ? 0 : 1, $0.certainty, $1.flow)
    }
    guard let leading = ranked.first else { return nil }
    let count = requests.reduce(0) { $0 + $1.count }
    let all = requests.reduce(0) { $0 + $1.count + $1.answered }
    return Finding(
      kind: Self.kind, standing: .rootCause, certainty: leading.certainty,
      title:
        "\(leading.server) never answered \(Wording.count(count, "request")) of \(Wording.grouped(Int64(all))) that it had received",
      explanation: leading.text, flows: Set(requests.map(\.flow)).sorted(), location: leading.location,
      citations: leading.citations + ranked.dropFirst().prefix(9).flatMap { $0.citations.prefix(3) },
      remedies: [
        Remedy(
          on: leading.server, command: "ss -ltnp 'sport = :\(leading.server.split(separator: ":").last ?? "")'",
          effect:
            "names, as root, the process that listens there: its log at the time of the request tells what became of it",
          sideEffects: "none: it reads", rollback: "nothing to undo")
      ], seen: .spanning(requests.compactMap(\.seen).flatMap { [$0.lowerBound, $0.upperBound] }))
  }
}
