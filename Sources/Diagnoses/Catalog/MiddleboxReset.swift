public import CaseModel
public import Correlation
internal import Evidence
internal import Wire

/// A reset that neither end sent
///
/// A RST in the name of an end that did not send it: a firewall, an intrusion prevention system, a load balancer or a translator made
/// it. Told by where it was seen first, while the capture nearer to its claimed sender shows all else of that end, and by its hop
/// count (RFC 791, 3.2: every forwarding takes one). This is an effect: root cause only where nothing else explains it.
public struct MiddleboxReset: Diagnosis {
  public static let kind = FindingKind.middleboxReset
  public static let explanation = """
    A reset that neither end sent

    A RST in the name of an end that did not send it: a firewall, an intrusion prevention system, a load balancer or a
    translator made it, by a rule, at a limit of its own, or because it had lost the connection. Often both ends get one,
    each in the other's name.

    It is told by where it was seen first: the capture nearer to its claimed sender shows everything else of that end and not
    this. Where nobody captured there, by its hop count: what has been made on this side of a router was forwarded less often
    than what came through it. From one end alone a TTL of its own is strong and never proof. A RST that acknowledges nothing
    and has no packet number, where that end numbers its packets and had not closed, was made by a stack without that
    connection: that is only ever possible.

    This names an effect: which rule made it the device's own log must tell. It is a root cause only where neither a silence
    that was too long nor a translator's connection tracking explains it.

    Confused with: a server that resets by itself (its own capture shows the RST leaving), an idle timeout, a RST that a
    translator passes on under another name.

    To do: capture on both sides of the suspected device, then ask its log and the counters of its rules at the time of the
    RST.
    """
  public static let wants = [
    "a capture at the end in whose name the RST comes", "captures on both sides of what is suspected",
  ]
  public static let explains: [FindingKind] = [.endpointReset, .packetLoss]

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    guard story.flow.transport == 6, story.hasReset else { return [] }
    let frames = FrameCitations(story, scene)
    return ForeignReset.all(story, PlaceNames(story), scene.timeline.vantages).compactMap { reset in
      certainty(reset).flatMap { ResetClue(reset, frames).clue(Self.kind, $0) }
    }
  }

  /// Proven where the capture before certainly did not show it; a hop count of its own is strong, and never alone a proof.
  private func certainty(_ reset: ForeignReset) -> FindingRecord.Certainty? {
    let signs = reset.signs
    // What answers a segment out of its time is a host that lost track of the connection, and not a rule that ends it.
    if reset.isStale { return signs.weight > 0 || signs.isOfNoConnection ? .possible : nil }
    if signs.isAbsentBefore {
      return signs.isUnforwarded || signs.hasOtherDistance || reset.sentOn != nil ? .proven : .probable
    }
    switch signs.weight {
    case 3...: return .probable
    case 2: return reset.sentOn != nil ? .probable : .possible
    // A stack that resets a connection sends nothing more on it.
    case 1 where signs.hasOtherDistance && reset.isSentOnBehind: return .probable
    case 1 where signs.hasOtherDistance || signs.isPerhapsAbsentBefore: return .possible
    default: return signs.isOfNoConnection ? .possible : nil
    }
  }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    let places = Dictionary(grouping: oneOfEachFlow(clues)) {
      [$0.location.from?.text ?? "", $0.location.to?.text ?? ""]
    }
    let findings = places.keys.sorted { $0.joined(separator: " ") < $1.joined(separator: " ") }.compactMap {
      finding(places[$0] ?? [])
    }
    if !findings.isEmpty { return .found(findings) }
    let connections = scene.timeline.flows.counts.tcp
    guard connections > 0 else { return .notTestable(wanting: "a capture with TCP connections in it") }
    return .refuted(
      because:
        "in \(Wording.count(connections, "connection")) every RST came from the end that it names, as far as was seen")
  }

  /// What resets a connection often tells both ends: one incident, at the place that is known best.
  private func oneOfEachFlow(_ clues: [Clue]) -> [Clue] {
    func rank(_ clue: Clue) -> (FindingRecord.Certainty, Int) {
      (clue.certainty, (clue.location.from == nil ? 0 : 1) + (clue.location.to == nil ? 0 : 1))
    }
    let flows = Dictionary(grouping: clues, by: \.flow)
    return flows.keys.sorted().compactMap { flow in
      guard let own = flows[flow], let first = own.first else { return nil }
      return own.dropFirst().reduce(first) { rank($1) > rank($0) ? $1 : $0 }
    }
  }

  private func finding(_ clues: [Clue]) -> Finding? {
    let ranked = clues.sorted { ($1.certainty, $0.flow) < ($0.certainty, $1.flow) }
    guard let leading = ranked.first else { return nil }
    let flows = Set(clues.map(\.flow)).sorted()
    let what = flows.count == 1 ? "a connection" : Wording.count(flows.count, "connection")
    return Finding(
      kind: Self.kind, standing: .rootCause, certainty: leading.certainty,
      title:
        "\(what) of \(leading.words["receiver"] ?? "an end") reset \(Wording.place(leading.location)), by neither end",
      explanation:
        "A RST in the name of \(leading.words["claimed"] ?? "an end") is seen first at \(leading.words["at"] ?? ""). "
        + "\(leading.certainty == .possible ? "It may not be that end's" : "That end did not send it"): \(leading.words["why"] ?? "").",
      flows: flows, location: leading.location,
      citations: leading.citations + ranked.dropFirst().prefix(9).flatMap { $0.citations.prefix(2) },
      remedies: [
        Remedy(
          on: leading.location.to?.text ?? leading.location.from?.text ?? "the device between",
          command: "nft list ruleset; iptables-save -c; journalctl -k --since '1 hour ago'",
          effect:
            "shows a rule that rejects with a TCP reset, and its counter; a device without a shell has a log of its own",
          sideEffects: "none: it reads", rollback: "nothing to undo")
      ])
  }
}
