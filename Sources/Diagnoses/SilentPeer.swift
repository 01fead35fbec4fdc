internal import CaseModel
internal import Correlation

/// What is said of a sender that hears nothing any more: a path or a peer that is dead, and nobody saw which.
struct SilentPeer {
  /// Which of the witnesses of loss a clue of this is (`sees`).
  static let witness: Double = 3

  static func clue(_ silence: Silence, _ frames: FrameCitations, _ scene: Scene) -> Clue? {
    let names = scene.timeline.vantages
    var citations = silence.transmissions.prefix(6).enumerated().map { position, reference in
      frames.cite(reference, position == 0 ? "sent, and never acknowledged" : "sent again")
    }
    if let heard = silence.lastHeard {
      citations.append(frames.cite(heard, "the last that was heard of the other end here"))
    }
    guard let first = silence.transmissions.first else { return nil }
    return Clue(
      kind: .packetLoss,
      location: Location(from: names[silence.near.vantage].name, to: silence.far.map { names[$0.vantage].name }),
      certainty: .possible, citations: citations,
      measures: [
        "sees": witness, "from_opener": silence.fromOpener ? 1 : 0,
        "transmissions": Double(silence.transmissions.count),
        "nanoseconds": Double(silence.length),
      ],
      words: ["sender": frames.source(first), "receiver": frames.destination(first), "at": frames.frame(first)])
  }

  static func finding(_ clues: [Clue]) -> Finding? {
    guard let leading = clues.first else { return nil }
    let flows = Set(clues.map(\.flow)).sorted()
    let sender = leading.words["sender"] ?? "a sender"
    let receiver = leading.words["receiver"] ?? "the other end"
    let times = Wording.count(Int(leading.measures["transmissions"] ?? 0), "time")
    let length = Wording.duration(nanoseconds: Int64(leading.measures["nanoseconds"] ?? 0))
    return Finding(
      kind: .packetLoss, standing: .rootCause, certainty: .possible,
      title: "\(receiver) was not heard of any more, though \(sender) sent the same bytes \(times)",
      explanation:
        "\(sender) sent the same bytes \(times) in \(length), from \(leading.words["at"] ?? "the first") on, and "
        + "nothing came back. The path is dead, one way or both, or the other end is: a capture on the other side would tell."
        + (flows.count > 1 ? " The same happened to \(Wording.count(flows.count - 1, "other connection"))." : ""),
      flows: flows, location: leading.location,
      citations: leading.citations + clues.dropFirst().prefix(9).flatMap { $0.citations.prefix(2) })
  }
}
