public import CaseModel
public import Correlation
internal import Wire

/// A port where nobody listens
///
/// A SYN to a port without a listener is answered with RST (RFC 9293, 3.10.7.1). That is an answer, quick and clear, and usually
/// what its asker wanted to know: a note. It is a fault only where the trigger's own connection was refused.
public struct ConnectionRefused: Diagnosis {
  public static let kind = FindingKind.connectionRefused
  public static let explanation = """
    A port where nobody listens

    A SYN to a port without a listener is answered with RST. That is a quick and clear answer, and usually what its asker wanted
    to know, so it is a note. It is a fault only where the connection that a trigger marked was refused: then the process does
    not run, listens on another address, or a firewall rejects in its name.
    """
  public static let wants = ["a capture with the SYN and its answer, best at the server", "`ss -ltn` of the server"]
  public static let explains: [FindingKind] = [.endpointReset]

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    guard story.hasReset, let opening = Opening(story), opening.outcome == .refused, let answer = opening.answer else {
      return []
    }
    let frames = FrameCitations(story, scene)
    let vantage = frames.vantage(answer)
    let isOwn =
      [64, 128, 255].contains(story[answer].timeToLive) && story[answer].direction != .inbound
      && story.ownership(ofAcceptor: answer.vantage, scene) > .no
    return Clue(
      kind: Self.kind, location: Location(from: vantage, to: isOwn ? vantage : nil), certainty: .proven,
      citations: [
        frames.cite(answer, "\(frames.source(answer)) answers the SYN of \(frames.destination(answer)) with RST")
      ],
      detail: opening
    ).map { [$0] } ?? []
  }

  /// All frames of one connection.
  private func citations(_ clue: Clue, _ scene: Scene) -> [Citation] {
    let told = try? scene.timeline.eachStory(of: [clue.flow]) { story -> [Citation] in
      guard let opening = Opening(story) else { return [] }
      let frames = FrameCitations(story, scene)
      return OpeningClue(opening, frames).citations
        + resets(story, opening).map { frames.cite($0, "\(frames.source($0)) answers the SYN with RST") }
    }
    return told?.first?.result ?? clue.citations
  }

  /// Later refusals of the same connection at the same place: an opener may try again.
  private func resets(_ story: FlowStory, _ opening: Opening) -> [RecordReference] {
    guard let answer = opening.answer else { return [] }
    let records = story.tracks[answer.vantage].records
    let place = Place(story[answer], at: answer.vantage)
    return records.indices.filter { index in
      index > answer.index && !records[index].isFromOpener && records[index].isSegment
        && records[index].flags.contains(.rst) && Place(records[index], at: answer.vantage) == place
    }.prefix(4).map { RecordReference(vantage: answer.vantage, index: $0) }
  }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    let places = Dictionary(grouping: clues) { [$0.location.from?.text ?? "", $0.location.to?.text ?? ""] }
    let ordered = places.keys.sorted { $0.joined(separator: " ") < $1.joined(separator: " ") }
    let findings = ordered.compactMap { finding(places[$0] ?? [], scene) }
    if !findings.isEmpty { return .found(findings) }
    let opened = scene.timeline.flows.counts.opened
    guard opened > 0 else { return .notTestable(wanting: "a capture with the SYN of a TCP connection in it") }
    return .refuted(because: "none of \(Wording.count(opened, "opening")) was answered with RST")
  }

  /// Flows that are asked whether the same port took them.
  private static let most = 64

  /// A port that refuses some and takes others is restarted, or limited: worth a word.
  private func taken(_ servers: [Endpoint], beside refused: [Int], _ scene: Scene) -> String {
    let (ports, own) = (Set(servers), Set(refused))
    let others = scene.timeline.flows.indices.lazy.filter { index in
      let flow = scene.timeline.flows[index]
      return flow.transport == 6 && flow.sawOpening && !own.contains(index)
        && flow.aliases.contains { ports.contains($0.acceptor) }
    }.prefix(Self.most)
    let answered = try? scene.timeline.eachStory(of: Array(others)) { story in
      story.tracks.contains { $0.records.contains { !$0.isFromOpener && $0.flags.isSuperset(of: [.syn, .ack]) } }
    }
    let count = (answered ?? []).count(where: \.result)
    return count == 0
      ? ""
      : "The same port took \(Wording.count(count, "other connection")): whoever listens there was restarted, or something "
        + "limits how many it takes. "
  }

  private func finding(_ clues: [Clue], _ scene: Scene) -> Finding? {
    let ranked = clues.sorted { $0.flow < $1.flow }
    guard let first = ranked.first else { return nil }
    let openings = ranked.compactMap { $0.detail as? Opening }
    let server = OpeningWords.server(openings.map(\.server))
    let flows = Set(clues.map(\.flow)).sorted()
    let clients = Set(openings.map(\.source.address)).sorted().map { "\($0)" }
    let who = clients.count > 3 ? Wording.count(clients.count, "address", plural: "addresses") : Wording.list(clients)
    return Finding(
      kind: Self.kind, standing: .note, certainty: .proven,
      title: "\(server) refused \(Wording.count(flows.count, "connection")) of \(who)",
      explanation: "Every SYN was answered with RST at once: nobody listened there. "
        + taken(openings.map(\.server), beside: flows, scene)
        + (first.location.to != nil
          ? "The RST is seen leaving the host itself (`\(first.location.from?.text ?? "")`)."
          : "The RST comes from beyond `\(first.location.from?.text ?? "the capture")`: the host, or a firewall in its name."),
      flows: flows, location: first.location,
      citations: citations(first, scene) + ranked.dropFirst().prefix(9).flatMap(\.citations),
      remedies: [
        Remedy(
          on: openings.first.map { "\($0.server.address)" } ?? server, command: "ss -ltn",
          effect: "shows what listens there, and on which address",
          sideEffects: "none: it reads", rollback: "nothing to undo")
      ])
  }
}
