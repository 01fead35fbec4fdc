public import CaseModel
public import Correlation
internal import Evidence
internal import Wire

/// A receiver that stopped reading
///
/// An end closed its receive window and did not open it again while the other end asked (window probes, RFC 9293, 3.8.6.1): the
/// application there does not read what has arrived. Nothing is lost and the network is well. A window that opens again is flow
/// control at work.
public struct ReceiverStalled: Diagnosis {
  public static let kind = FindingKind.receiverStalled
  public static let explanation = """
    A receiver that stopped reading

    An end closed its receive window and did not open it again while the other end asked, again and again (window probes).
    What had been sent has arrived and was acknowledged: nothing is lost, the network is well, and the application at that
    end does not read: it hangs, waits for something else, or is far too slow.

    From everywhere: acknowledgments with window 0 from the one end, and from the other a byte or none at doubling distances,
    each answered with window 0 again. Wireshark calls them "ZeroWindow" and "ZeroWindowProbe".

    This names an effect. A window that opens again after a moment is flow control at work and is not mentioned; one that
    took a minute is. A client that stops a download on purpose looks the same: only its owner can tell.

    Confused with: a path that is dead (probes are not answered at all), a request without an answer (there the window is
    open), loss.

    To do: look at the process whose Recv-Q is full (`ss -tnmp`) and what it waits for. Larger buffers only put the stall
    off.
    """
  public static let wants = [
    "a capture at the end that closes its window, or the nearest one to it", "the whole of the stall in the capture",
    "counters TcpExtTCPToZeroWindowAdv, TcpExtTCPFromZeroWindowAdv before and after", "`ss -tnmp` there: a full Recv-Q",
  ]
  public static let explains: [FindingKind] = [
    .noApplicationResponse, .endpointReset, .periodicClose, .idleTimeoutReset,
  ]

  private static let second: Int64 = 1_000_000_000
  /// How often the other end must have asked.
  private static let leastProbes = 3

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    guard story.flow.transport == 6, ClosedWindow.isSuspected(story), let window = ClosedWindow.worst(story),
      let certainty = certainty(window)
    else { return [] }
    let frames = FrameCitations(story, scene)
    let vantage = frames.vantage(window.closing)
    return Clue(
      kind: Self.kind, location: Location(from: vantage, to: window.isAtReceiver ? vantage : nil), certainty: certainty,
      citations: citations(window, frames),
      measures: [
        "seconds": Double(window.length) / 1e9, "probes": Double(window.probes.count),
        "refusals": Double(window.refusals.count), "opened": window.opening == nil ? 0 : 1,
        "ended": window.end == nil ? 0 : 1, "taken": Double(max(0, story[window.closing].acknowledged &- 1)),
      ],
      words: [
        "receiver": frames.source(window.closing), "sender": frames.destination(window.closing),
        "at": frames.frame(window.closing),
      ]
    ).map { [$0] } ?? []
  }

  /// nil for what is no stall. One that lasts to the end of the capture may be over a moment later: the longer it was seen, the
  /// surer.
  private func certainty(_ window: ClosedWindow) -> FindingRecord.Certainty? {
    guard window.probes.count >= Self.leastProbes, !window.refusals.isEmpty else { return nil }
    if window.opening != nil { return window.length >= 60 * Self.second ? .probable : nil }
    if window.length >= 30 * Self.second || (window.end != nil && window.length >= 5 * Self.second) { return .proven }
    return window.length >= 5 * Self.second ? .probable : .possible
  }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    var groups: [[Clue]] = []
    for clue in clues {
      if let index = groups.firstIndex(where: { $0[0].location == clue.location && isOpened($0[0]) == isOpened(clue) })
      {
        groups[index].append(clue)
      } else {
        groups.append([clue])
      }
    }
    let found = groups.compactMap { finding($0, scene) }
    if !found.isEmpty { return .found(found) }
    let connections = scene.timeline.flows.counts.tcp
    guard connections > 0 else { return .notTestable(wanting: "a capture with TCP connections in it") }
    return .refuted(because: Self.nobodyStalled(connections))
  }

  private func isOpened(_ clue: Clue) -> Bool { clue.measures["opened"] == 1 }

  private func finding(_ clues: [Clue], _ scene: Scene) -> Finding? {
    let ranked = clues.sorted {
      ($1.certainty, $1.measures["seconds"] ?? 0, $0.flow) < ($0.certainty, $0.measures["seconds"] ?? 0, $1.flow)
    }
    guard let leading = ranked.first else { return nil }
    let flows = Set(clues.map(\.flow)).sorted()
    let counters = counters(leading, scene)
    return Finding(
      kind: Self.kind, standing: isOpened(leading) ? .note : .rootCause, certainty: leading.certainty,
      title: Self.title(leading, flows.count), explanation: Self.text(leading, flows.count), flows: flows,
      location: leading.location,
      citations: leading.citations + ranked.dropFirst().prefix(9).flatMap { $0.citations.prefix(2) } + counters,
      remedies: isOpened(leading) ? [] : [Self.remedy(leading)])
  }

  /// The closing end's own count, where it was read.
  private func counters(_ clue: Clue, _ scene: Scene) -> [Citation] {
    guard let name = clue.location.from, name == clue.location.to,
      let vantage = scene.timeline.vantages.first(where: { $0.name == name }),
      let reading = scene.evidence.counter(
        "TcpExtTCPToZeroWindowAdv", host: vantage.host, namespace: vantage.namespace), let delta = reading.delta,
      delta > 0
    else { return [] }
    return [.check(reading.citation(says: "this host closed a window \(Wording.count(Int(delta), "time"))"))]
  }
}

// MARK: - Sentences

extension ReceiverStalled {
  private func citations(_ window: ClosedWindow, _ frames: FrameCitations) -> [Citation] {
    var all = [
      frames.cite(window.closing, "\(frames.source(window.closing)) has taken everything so far and closes its window")
    ]
    for (position, probe) in window.probes.prefix(5).enumerated() {
      // Where its sender was captured it is cited there.
      let seen = frames.story.sightings(of: probe)
      let fromOpener = frames.story[probe].isFromOpener
      let sent = seen.min {
        frames.story.rank($0.vantage, fromOpener: fromOpener) < frames.story.rank($1.vantage, fromOpener: fromOpener)
      }
      all.append(
        frames.cite(
          sent ?? probe,
          position == 0 ? "\(frames.source(probe)) asks whether it is still closed" : "it asks again"))
    }
    if let last = window.refusals.last { all.append(frames.cite(last, "the window is still closed")) }
    if let opening = window.opening { all.append(frames.cite(opening, "the window opens again")) }
    if let end = window.end { all.append(frames.cite(end, "the connection ends with the window closed")) }
    return all
  }

  private static func duration(_ clue: Clue) -> String {
    Wording.duration(nanoseconds: Int64((clue.measures["seconds"] ?? 0) * 1e9))
  }

  private static func nobodyStalled(_ connections: Int) -> String {
    "in \(Wording.count(connections, "connection")) no window stayed closed while the other end had something to send"
  }

  private static func title(_ clue: Clue, _ flows: Int) -> String {
    let who = clue.words["receiver"] ?? "an end"
    let connections = flows > 1 ? " on \(Wording.count(flows, "connection"))" : ""
    return clue.measures["opened"] == 1
      ? "\(who) kept its window closed for \(duration(clue))\(connections), then read on"
      : "\(who) stopped reading\(connections): its window stayed closed for \(duration(clue))"
  }

  private static func text(_ clue: Clue, _ flows: Int) -> String {
    let probes = Int(clue.measures["probes"] ?? 0)
    let refusals = Int(clue.measures["refusals"] ?? 0)
    var says = [
      "\(clue.words["receiver"] ?? "The receiver") acknowledged \(Wording.count(Int(clue.measures["taken"] ?? 0), "byte")) and closed "
        + "its window (\(clue.words["at"] ?? "")).",
      "\(clue.words["sender"] ?? "The sender") asked \(Wording.count(probes, "time")) whether it may go on; "
        + "\(Wording.count(refusals, "answer")) said no.",
      "Nothing was lost and the path carried every question and answer: the application at the receiver does not read.",
    ]
    if clue.measures["opened"] == 1 {
      says.append("It read on after \(duration(clue)).")
    } else {
      says.append(
        clue.measures["ended"] == 1
          ? "The connection ended that way."
          : "Whether it read on after the capture ended, \(duration(clue)) later, is not known.")
    }
    if flows > 1 { says.append("The same happened on \(Wording.count(flows - 1, "other connection")).") }
    return says.joined(separator: " ")
  }

  private static func remedy(_ clue: Clue) -> Remedy {
    Remedy(
      on: clue.words["receiver"] ?? "the receiver", command: "ss -tnmp",
      effect:
        "shows the process whose Recv-Q is full; then look at what it waits for (`cat /proc/PID/wchan`, a stack or thread dump). "
        + "Larger buffers only put the stall off",
      sideEffects: "none: it reads", rollback: "nothing to undo")
  }
}
