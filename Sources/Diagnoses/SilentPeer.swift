internal import CaseModel
internal import Correlation

/// What is said of a sender that never hears of some bytes: of nothing any more, because path or peer are dead, or of all but
/// those. Nobody saw which.
///
/// A sender repeats at doubling distances until it gives the connection up (RFC 9293, 3.8.3; Linux: `net.ipv4.tcp_retries2`, some
/// 15 minutes).
struct SilentPeer {
  /// Which of the witnesses of loss a clue of this is (`sees`).
  static let witness: Double = 3

  static func clue(_ silence: Silence, _ frames: FrameCitations, _ scene: Scene) -> Clue? {
    let names = scene.timeline.vantages
    var citations = silence.transmissions.prefix(6).enumerated().map { position, reference in
      frames.cite(reference, says(silence, position))
    }
    if let heard = silence.lastHeard {
      let says =
        silence.isAnswered
        ? "the other end is heard, and still waits for these bytes" : "the last that was heard of the other end here"
      citations.append(frames.cite(heard, says))
    }
    guard let first = silence.transmissions.first else { return nil }
    let isThere =
      silence.far == nil && silence.fromOpener
      && frames.story.ownership(ofAcceptor: silence.near.vantage, scene) == .certain
    let near = names[silence.near.vantage].name
    return Clue(
      kind: .packetLoss,
      location: Location(from: near, to: isThere ? near : silence.far.map { names[$0.vantage].name }),
      certainty: .possible, citations: citations,
      measures: [
        "sees": witness, "from_opener": silence.fromOpener ? 1 : 0,
        "transmissions": Double(silence.transmissions.count),
        "nanoseconds": Double(silence.length), "answered": silence.isAnswered ? 1 : 0,
        "keep_alives": silence.isOfKeepAlives ? 1 : 0, "arrive": isThere ? 1 : 0,
        "lost": silence.isLostThere ? 1 : 0,
      ],
      words: ["sender": frames.source(first), "receiver": frames.destination(first), "at": frames.frame(first)],
      last: silence.transmissions.last.flatMap(frames.time))
  }

  private static func says(_ silence: Silence, _ position: Int) -> String {
    if silence.isOfKeepAlives { return position == 0 ? "a keep-alive, and no answer" : "another one" }
    return position == 0 ? "sent, and never acknowledged" : "sent again"
  }

  static func finding(_ clues: [Clue]) -> Finding? {
    guard let leading = clues.first else { return nil }
    let flows = Set(clues.map(\.flow)).sorted()
    let sender = leading.words["sender"] ?? "a sender"
    let receiver = leading.words["receiver"] ?? "the other end"
    let times = Wording.count(Int(leading.measures["transmissions"] ?? 0), "time")
    let length = Wording.duration(nanoseconds: Int64(leading.measures["nanoseconds"] ?? 0))
    let isAnswered = leading.measures["answered"] == 1
    let isAsked = leading.measures["keep_alives"] == 1
    let what = isAsked ? "asked \(times) whether the other end was still there" : "sent the same bytes \(times)"
    return Finding(
      kind: .packetLoss, standing: .rootCause, certainty: .possible,
      title: isAnswered
        ? "\(receiver) never acknowledged bytes that \(sender) sent \(times)"
        : "\(receiver) was not heard of any more, though \(sender) \(what)",
      explanation:
        "\(sender) \(what) in \(length), from \(leading.words["at"] ?? "the first") on, and "
        + (isAnswered
          ? "though the other end was heard from, it never acknowledged them. " : "nothing came back. ")
        + whereabouts(leading)
        + (flows.count > 1 ? " The same happened to \(Wording.count(flows.count - 1, "other connection"))." : ""),
      flows: flows, location: leading.location,
      citations: leading.citations + clues.dropFirst().prefix(9).flatMap { $0.citations.prefix(2) })
  }

  private static func whereabouts(_ clue: Clue) -> String {
    if clue.measures["arrive"] == 1 {
      return
        "They arrive at the other end's own host: it hangs or is overloaded, a filter there drops them, or its answers do "
        + "not leave it."
    }
    let here = clue.location.from?.text ?? "that place"
    if let next = clue.location.to {
      return clue.measures["lost"] == 1
        ? "None of them shows past `\(here)`, though the next capture was running."
        : "None of them shows at `\(next)`, whose capture may have ended by then: the path is dead there, or the other end is."
    }
    return clue.measures["answered"] == 1
      ? "They are lost every time, or their receiver discards them: a capture on the other side would tell."
      : "The path is dead, one way or both, or the other end is: a capture on the other side would tell."
  }
}
