public import CaseModel
public import Correlation
internal import Wire

/// A reset made by connection tracking
///
/// A translator (NAT, a service address, masquerading) renames packets by its connection tracking entry. A segment outside the
/// window that tracking expects is INVALID; an INVALID packet belongs to no entry and is not renamed. Forwarded under its own
/// address it reaches an end that knows no such peer and answers with a RST, and that RST fits the real connection at the other
/// end and kills it. Delivered to the translator's own host instead, it is that host's stack that sends the RST, which the end
/// behind it never sees. Either way each side reports that the other one reset, and neither did.
///
/// Seen in packets: the same segment under two names at the translator, or under a foreign name at the receiver; a RST whose
/// sequence number is the one that segment acknowledged; and refusals from then on. A filter on one five-tuple hides it.
///
/// Linux: `tcp_in_window` in `nf_conntrack_proto_tcp.c` refuses the segment, which leaves it without an entry, and what has no entry
/// `nf_nat` does not rename. RFC 9293, 3.10.7.1: a segment for no connection is answered with a RST whose sequence number it
/// acknowledged; 3.10.7.4 with RFC 5961, 3.2: such a RST ends a connection where it stands at its left edge.
public struct ConntrackInvalidReset: Diagnosis {
  public static let kind = FindingKind.conntrackInvalidReset
  public static let explanation = """
    A reset made by connection tracking

    A translator (NAT, a service address, masquerading) renames packets by its connection tracking entry. A segment outside
    the window that tracking expects is INVALID: it belongs to no entry and is not renamed. Forwarded under its own address
    it reaches an end that knows no such peer and answers with a RST, and that RST fits the real connection at the other end
    and kills it. Delivered to the translator's own host instead, it is that host's stack that sends the RST, and the end
    behind it never sees it. Either way each side reports that the other one reset, and neither did. Such segments are
    ordinary: duplicates that come late, repeats of what a busy receiver had acknowledged, data beyond a window that shrank
    on the way.

    At the translator: the same segment comes in under the service's name and goes out under its sender's own, and a RST
    whose sequence number is the one that the segment acknowledged comes back. At its receiver: a segment from an address
    that it never spoke to. At its sender: a RST in the midst of a transfer, and later segments of the peer that it refuses.
    A capture filter on one five-tuple hides it: filter by port. Kernels before 6.1 call segments above and below the window
    INVALID, later ones only those above it.

    Confused with: an idle timeout (there a long silence comes first, and the entry is gone: nothing is translated
    afterwards), a firewall's reset, a server that crashed.

    To do: `sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1` on the translator, or drop what is INVALID before it gets
    out; `conntrack -S` counts it (`invalid`).
    """
  public static let wants = [
    "captures on both sides of the translator, filtered by port and not by address",
    "captures at both ends", "`conntrack -S` before and after, on the translator",
    "sysctl `net.netfilter.nf_conntrack_tcp_be_liberal`", "`uname -r` of the translator",
    "the tracepoint `tcp:tcp_send_reset` of the host that sent the RST",
  ]
  public static let explains: [FindingKind] = [.endpointReset, .middleboxReset, .packetLoss]

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    guard story.flow.transport == 6 else { return [] }
    let frames = FrameCitations(story, scene)
    // Nothing is reset without a RST.
    guard story.hasReset else { return tolerated(story, frames).map { [$0] } ?? [] }
    let names = PlaceNames(story)
    let forwarded = UntranslatedSegments(story, names).all().compactMap { clue($0, names, frames, scene) }
    if !forwarded.isEmpty { return forwarded }
    return AnsweringTranslators(story, names, scene.timeline.vantages).all().compactMap { clue($0, frames, scene) }
  }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    var groups: [[Clue]] = []
    for clue in clues where !isTolerated(clue) {
      if let index = groups.firstIndex(where: { isAlike($0[0], clue) }) {
        groups[index].append(clue)
      } else {
        groups.append([clue])
      }
    }
    let findings = groups.compactMap { finding($0, scene) }
    if !findings.isEmpty { return .found(findings) }
    guard scene.timeline.flows.counts.tcp > 0 else {
      return .notTestable(wanting: "a capture with TCP connections in it")
    }
    guard scene.timeline.vantages.count > 1 || scene.timeline.flows.contains(where: isRenamed) else {
      return .notTestable(wanting: "a second capture, on the other side of the translator")
    }
    guard scene.timeline.flows.contains(where: isRenamed) else {
      return .refuted(because: Sentences.noTranslator)
    }
    if let tolerated = clues.first(where: isTolerated) { return refuted(by: tolerated, scene) }
    return .refuted(because: Sentences.allTranslated)
  }

  private func isAlike(_ a: Clue, _ b: Clue) -> Bool {
    a.location == b.location && a.measures["own_stack"] == b.measures["own_stack"]
  }

  private func isRenamed(_ flow: Flow) -> Bool {
    Set(flow.aliases.map { [$0.opener, $0.acceptor] }).count > 1
  }
}

// MARK: - A segment forwarded untranslated

extension ConntrackInvalidReset {
  private func clue(
    _ segment: UntranslatedSegment, _ names: PlaceNames, _ frames: FrameCitations, _ scene: Scene
  ) -> Clue? {
    // Without a RST nothing was reset; a peer that goes on sending survived it (RFC 5961, 3.2: out of its window).
    guard let first = segment.strays.first, !segment.resets.isEmpty, !segment.survived else { return nil }
    let location = location(segment, frames)
    let citations = ForwardedSentences(segment, names, frames).citations
    let readings = readings(at: location, scene)
    return Clue(
      kind: Self.kind, location: location, certainty: certainty(segment, readings), citations: citations,
      measures: distance(segment.standing).merging(
        [
          "own_stack": 0, "refused": segment.refusals.isEmpty ? 0 : 1,
          "opener": frames.story[first].isFromOpener ? 1 : 0,
        ]
      ) { first, _ in first },
      words: [
        "real": frames.source(first), "receiver": frames.destination(first),
        "service": regularSource(first, names, frames),
        "reset_at": frames.frame(segment.resets[0]), "reset_from": frames.source(segment.resets[0]),
        "reset_to": frames.destination(segment.resets[0]),
      ], detail: frames.cite(segment.resets[0], ""))
  }

  /// Proven: untranslated beyond doubt, its RST seen leaving one end and arriving at the other, out of the window. A host that says
  /// that it enforces no window, or a kernel that lets such a segment be, contradicts; a tracker that counted INVALID agrees.
  private func certainty(_ segment: UntranslatedSegment, _ readings: TrackerReadings?) -> FindingRecord.Certainty {
    let contradicted = readings?.isLiberal == true
    let bothEnds = Set(segment.resets.map(\.vantage)).count > 1
    let enough = segment.translator != nil || Set(segment.strays.map(\.vantage)).count > 1 || bothEnds
    switch segment.standing {
    case _ where contradicted: return .possible
    case .inside: return readings?.agrees == true ? .probable : .possible
    case .undecided: return enough && bothEnds && readings?.agrees == true ? .proven : .probable
    case let outside where outside.isBelow && readings?.letsBelowWindowBe == true: return .probable
    default:
      let complete = enough && bothEnds && !segment.refusals.isEmpty
      return complete || (enough && readings?.agrees == true) ? .proven : .probable
    }
  }

  /// At the translator where it was captured, else between the last place with the one name and the first with the other.
  private func location(_ segment: UntranslatedSegment, _ frames: FrameCitations) -> Location {
    if let translator = segment.translator {
      let name = frames.scene.timeline.vantages[translator].name
      return Location(from: name, to: name)
    }
    guard let stray = segment.strays.first else { return Location(from: nil, to: nil) }
    let sender = frames.story[stray].isFromOpener
    let own = frames.story.rank(stray.vantage, fromOpener: sender)
    let before = frames.story.tracks.indices.filter { frames.story.rank($0, fromOpener: sender) < own }
      .max { frames.story.rank($0, fromOpener: sender) < frames.story.rank($1, fromOpener: sender) }
    return Location(from: before.map { frames.scene.timeline.vantages[$0].name }, to: frames.vantage(stray))
  }

  private func regularSource(_ stray: RecordReference, _ names: PlaceNames, _ frames: FrameCitations) -> String {
    guard let alias = names.regular(stray) else { return "another address" }
    return "\(frames.story[stray].isFromOpener ? alias.opener : alias.acceptor)"
  }
}

// MARK: - A segment that the translator's own host answered

extension ConntrackInvalidReset {
  private func clue(_ answer: AnsweredByTranslator, _ frames: FrameCitations, _ scene: Scene) -> Clue? {
    let name = frames.vantage(answer.reset)
    let readings = answer.isOfThisHost ? TrackerReadings(at: name, scene) : nil
    let before = answer.isOfThisHost ? name : answer.behind.map { scene.timeline.vantages[$0].name }
    return Clue(
      kind: Self.kind, location: Location(from: before, to: name),
      certainty: certainty(answer, readings), citations: AnsweredSentences(answer, frames).citations,
      measures: distance(answer.standing).merging(
        [
          "own_stack": 1, "ended": answer.arrival == nil ? 0 : 1, "sent_on": Double(answer.sentOnCount),
          "arrived": answer.arrivedCount.map(Double.init) ?? -1,
          "opener": frames.story[answer.reset].isFromOpener ? 1 : 0,
        ]
      ) { first, _ in first },
      words: [
        "claimed": frames.source(answer.reset), "receiver": frames.destination(answer.reset),
        "behind": answer.behind.map { scene.timeline.vantages[$0].name.text } ?? "",
        "reset_at": frames.frame(answer.reset), "reset_from": frames.source(answer.reset),
        "reset_to": frames.destination(answer.reset),
      ], detail: frames.cite(answer.reset, ""))
  }

  /// A RST that the vantage behind does not show could still come from a box between: its hop count, or the tracker's own
  /// count, settles it.
  private func certainty(_ answer: AnsweredByTranslator, _ readings: TrackerReadings?) -> FindingRecord.Certainty {
    if readings?.isLiberal == true { return .possible }
    if answer.standing.isBelow, readings?.letsBelowWindowBe == true { return .possible }
    if readings?.agrees == true { return answer.isOfThisHost && answer.standing.isOutside ? .proven : .probable }
    // A translator between two captures: the RST has come less far than the segments in whose name it comes.
    let isBetween =
      answer.isOfNearerHost && answer.standing.isOutside && (answer.sentOnCount > 0 || answer.lastSent != nil)
    return answer.isOfThisHost || isBetween ? .probable : .possible
  }
}

// MARK: - What the case says of it

extension ConntrackInvalidReset {
  func distance(_ standing: TrackedWindow.Standing) -> [String: Double] {
    switch standing {
    case .inside: [:]
    case .ahead(let bytes): ["ahead_bytes": Double(bytes)]
    case .behind(let bytes, let allowed): ["behind_bytes": Double(bytes), "allowed_bytes": Double(allowed)]
    case .acknowledgesUnsent(let bytes): ["unsent_bytes": Double(bytes)]
    case .acknowledgesLongAgo(let bytes, let allowed):
      ["old_ack_bytes": Double(bytes), "allowed_bytes": Double(allowed)]
    case .undecided(let bytes): ["outside_bytes": Double(bytes)]
    }
  }

  /// Only of the translator itself: what the hosts beside it say of their own tracking proves nothing.
  func readings(at location: Location, _ scene: Scene) -> TrackerReadings? {
    guard let place = location.from, place == location.to else { return nil }
    return TrackerReadings(at: place, scene)
  }

  private func finding(_ clues: [Clue], _ scene: Scene) -> Finding? {
    let ranked = clues.sorted {
      ($1.certainty, $1.citations.count, $0.flow) < ($0.certainty, $0.citations.count, $1.flow)
    }
    guard let leading = ranked.first else { return nil }
    let readings = readings(at: leading.location, scene)
    let others = ranked.dropFirst().prefix(9).flatMap { $0.citations.prefix(2) }
    let kernel = KernelReset(
      leading.detail as? Citation, from: leading.words["reset_from"] ?? "", to: leading.words["reset_to"] ?? "", scene)
    let sentences = Sentences(
      leading, others: Set(clues.map(\.flow)).count - 1, readings: readings, kernel: kernel)
    return Finding(
      kind: Self.kind, standing: .rootCause, certainty: leading.certainty, title: sentences.title,
      explanation: sentences.explanation, flows: Set(clues.map(\.flow)).sorted(), location: leading.location,
      citations: leading.citations + (kernel.map { [$0.citation] } ?? []) + others + (readings?.citations ?? []),
      remedies: sentences.remedies(scene))
  }
}
