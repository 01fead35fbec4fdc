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

    A SYN to a port without a listener is answered with RST. That is a quick and clear answer, and usually what its asker
    wanted to know, so it is a note. It is a fault only where the connection that a trigger marked was refused: then the
    process does not run, listens on another address, or a firewall rejects in its name.

    At the client: "connection refused" within one round trip. At the server: the SYN arrives and a RST leaves, sequence
    number 0, acknowledging the SYN. When the port took others tells more: before and after but not meanwhile, it was started
    again; others in between, one of several hosts behind the address does not listen. A RST that has come less or more far
    than the server's other answers (TTL) was made by somebody else. SYN and ACK behind the RST: two hosts have that address.

    Confused with: a filter that rejects with a TCP reset, which looks the same but for its TTL; an accept queue that is full
    with `tcp_abort_on_overflow`, where the RST comes only after the handshake; a filter that drops, which gives silence.

    To do: `ss -ltnp` on the server, in the network namespace of the service; behind a service address, ask which backends
    are ready.
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
    let fallbacks = Fallbacks(of: Set(clues.map(\.flow)).sorted(), scene)
    let places = Dictionary(grouping: clues) { clue in
      [
        clue.location.from?.text ?? "", clue.location.to?.text ?? "",
        fallbacks.found[clue.flow].map { "\($0.server)" } ?? "",
      ]
    }
    let ordered = places.keys.sorted { $0.joined(separator: " ") < $1.joined(separator: " ") }
    let findings = ordered.compactMap { finding(places[$0] ?? [], fallbacks, scene) }
    if !findings.isEmpty { return .found(findings) }
    let opened = scene.timeline.flows.counts.opened
    guard opened > 0 else { return .notTestable(wanting: "a capture with the SYN of a TCP connection in it") }
    return .refuted(because: "none of \(Wording.count(opened, "opening")) was answered with RST")
  }

  private func finding(_ clues: [Clue], _ fallbacks: Fallbacks, _ scene: Scene) -> Finding? {
    let ranked = clues.sorted { $0.flow < $1.flow }
    let openings = ranked.compactMap { $0.detail as? Opening }
    guard let first = ranked.first, let opening = openings.first else { return nil }
    let flows = Set(clues.map(\.flow)).sorted()
    let service = PortService(
      Set(openings.map(\.server)), refused: flows, at: opening.answer?.vantage ?? opening.vantage, scene)
    let sentences = RefusalSentences(
      openings: openings, flows: flows, location: first.location, service: service,
      fallbacks: flows.compactMap { fallbacks.found[$0] })
    return Finding(
      kind: Self.kind, standing: .note, certainty: .proven, title: sentences.title, explanation: sentences.text,
      flows: flows, location: first.location,
      citations: citations(first, scene) + ranked.dropFirst().prefix(9).flatMap(\.citations)
        + (fallbacks.found[first.flow]?.citations ?? service.citations),
      remedies: [sentences.remedy], isSettled: fallbacks.found[first.flow] != nil)
  }
}

private struct RefusalSentences {
  let openings: [Opening]
  let flows: [Int]
  let location: Location
  let service: PortService
  /// Of all of them, or of none.
  let fallbacks: [Fallback]

  private var server: String { OpeningWords.server(openings.map(\.server)) }

  var title: String {
    let clients = Set(openings.map(\.source.address)).sorted().map { "\($0)" }
    let who = clients.count > 3 ? Wording.count(clients.count, "address", plural: "addresses") : Wording.list(clients)
    return "\(server) refused \(Wording.count(flows.count, "connection")) of \(who)"
  }

  var text: String {
    let twice = openings.count { $0.contradiction != nil }
    return twice > 0
      ? contested(twice) + origin
      : "Every SYN was answered with RST at once: nobody listened there. " + instead + meanwhile + origin
  }

  private func contested(_ twice: Int) -> String {
    "SYNs were answered with RST, and \(Wording.count(twice, "of them", plural: "of them")) with SYN and ACK as well, which came too late: two hosts "
      + "answer to that address (it is given twice), or something on the way refuses in its name. "
  }

  private var instead: String {
    let delays = fallbacks.map(\.delay).sorted()
    guard let fallback = fallbacks.first, let most = delays.last else { return "" }
    return
      "The client went on to \(fallback.server) at most \(Wording.duration(nanoseconds: most)) later and was taken there, as "
      + "clients do with the addresses of a name: no connection failed. "
  }

  /// A port that refuses some and takes others.
  private var meanwhile: String {
    let taken = service.before + service.between + service.after
    guard taken > 0 else { return "" }
    if service.between > 0 {
      return
        "Between the refusals the same port took \(Wording.count(service.between, "other connection")): one of several hosts behind "
        + "that address does not listen, or something limits how many it takes. "
    }
    switch (service.before > 0, service.outage) {
    case (true, let outage?):
      return
        "The same port took connections before (\(service.before)) and after (\(service.after)), and none for "
        + "\(Wording.duration(nanoseconds: outage)): whoever listens there was started again. "
    case (false, let outage?):
      return
        "\(Wording.duration(nanoseconds: outage)) after the first refusal the same port took connections (\(service.after)): whoever "
        + "listens there had only just been started. "
    case (_, nil):
      return
        "The same port had taken connections before (\(service.before)), and none that was seen after them: whoever listened there has "
        + "stopped, or something limits how many it takes. "
    }
  }

  private var origin: String {
    let from = location.from?.text ?? "the capture"
    if location.to != nil { return "The RST is seen leaving the host itself (`\(from)`)." }
    let beyond = "The RST comes from beyond `\(from)`: the host, or a firewall in its name."
    guard !service.taking.isEmpty, !service.refusing.isEmpty else { return beyond }
    func hops(_ counts: Set<UInt8>) -> String { Wording.list(counts.sorted().map { "\($0)" }) }
    return service.refusing.isSubset(of: service.taking)
      ? "The RST comes from beyond `\(from)`, with the hop count (\(hops(service.refusing))) of those answers that take a connection."
      : "The RST comes from beyond `\(from)` with a hop count of \(hops(service.refusing)), where the answers that take a connection "
        + "have \(hops(service.taking)): another host refuses, or a filter in its name."
  }

  var remedy: Remedy {
    Remedy(
      on: openings.first.map { "\($0.server.address)" } ?? server, command: "ss -ltn",
      effect: "shows what listens there, and on which address",
      sideEffects: "none: it reads", rollback: "nothing to undo")
  }
}
