public import CaseModel
public import Correlation
internal import Wire

/// An MTU black hole
///
/// Packets above a size vanish between two places and nobody tells their sender: a link, a tunnel or a switch carries less than
/// the sender's interface believes, and the ICMP message that should say so (RFC 1191, 4: fragmentation needed; RFC 8201, 3: packet
/// too big) is not made or does not arrive (RFC 2923, 2.1). What is small passes, what is large is sent again and again.
///
/// It is decided on ranges of bytes and on the sizes that packets have on the wire. A frame of 7,000 bytes in a capture is normal
/// where the card cuts segments (TSO, GSO) or puts them together (GRO): such a frame counts as segments of the size that the
/// receiver's SYN offered.
public struct MTUBlackhole: Diagnosis {
  public static let kind = FindingKind.mtuBlackhole
  public static let explanation = """
    An MTU black hole

    Packets above a size vanish between two places and nobody tells their sender: a link, a tunnel or a switch carries less
    than the sender's interface believes, and the ICMP message that should say so (fragmentation needed, packet too big) is
    not made or does not arrive. Connections open, pings and short answers work; long answers hang until a timeout, then the
    client gives up. A container network of 1500 bytes on an overlay that needs 50 of them for itself is the usual case.

    At the sender: the same segment again and again, at doubling distances, and acknowledgments that stand still. At the
    receiver: a handshake, small segments, and then nothing, or a hole with small segments behind it. With captures on both
    sides: every transmission above a size is lost on one hop while smaller ones pass the same hop before, between and after.
    The largest that passed and the smallest that did not enclose the size that the path carries. A large frame in a capture
    proves nothing: cards cut segments after the capture and join them before it, so frames count as segments of the size
    that the receiver's SYN offered.

    Confused with: loss, which strikes all sizes; a slow application, which acknowledges and says nothing; path MTU discovery
    that works (one round of loss, an ICMP message, smaller segments that pass).

    To do: measure it (`ping -M do -s SIZE`), then set the MTU of the interface or the overlay right at its source. Clamping
    the MSS on a router helps TCP at once; letting ICMP through helps everybody; `net.ipv4.tcp_mtu_probing=1` helps where
    neither is yours.
    """
  public static let wants = [
    "captures on both sides of the hop, not filtered by size", "ICMP and ICMPv6 in the capture filter",
    "`ip -d -s link` of every host on the way", "the SYNs of the connections",
    "sysctl `net.ipv4.tcp_mtu_probing` of the senders",
  ]
  public static let explains: [FindingKind] = [
    .packetLoss, .noApplicationResponse, .endpointReset, .middleboxReset, .idleTimeoutReset, .periodicClose,
  ]

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    guard story.flow.transport == 6, UnrepairedData.isSuspected(story) else { return [] }
    let places = PathPlaces(story)
    let frames = FrameCitations(story, scene)
    return [true, false].flatMap { fromOpener in
      if let loss = OversizeLoss(story, places, fromOpener: fromOpener) { return [clue(loss, frames, scene)] }
      return FewLosses.all(story, places, fromOpener: fromOpener).map { clue($0, frames, scene) }
    }.compactMap { $0 }
  }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    let connections = scene.timeline.flows.counts.tcp
    let few = clues.filter { $0.measures["few"] == 1 }
    let found = groups(clues.filter { $0.measures["few"] != 1 }).compactMap { finding($0, few, scene) }
    if !found.isEmpty { return .found(found) }
    guard connections > 0 else { return .notTestable(wanting: "a capture with TCP connections in it") }
    let largest = scene.timeline.vantages.map(\.health.largestFrame).max() ?? 0
    guard largest > Self.telling else {
      return .notTestable(wanting: BlackholeSentences.somethingLarge(than: Self.telling, largest))
    }
    return .refuted(because: BlackholeSentences.nothingBySize(connections))
  }

  /// What every link of the IPv6 Internet carries (RFC 8200, 5), and nearly every other: frames up to that size do not try a path.
  private static let telling = 1_280

  private func groups(_ clues: [Clue]) -> [[Clue]] {
    var groups: [[Clue]] = []
    for clue in clues {
      if let index = groups.firstIndex(where: { $0[0].location == clue.location }) {
        groups[index].append(clue)
      } else {
        groups.append([clue])
      }
    }
    return groups
  }
}

// MARK: - One flow

extension MTUBlackhole {
  private func clue(_ loss: OversizeLoss, _ frames: FrameCitations, _ scene: Scene) -> Clue? {
    let sentences = BlackholeFrames(loss, frames)
    return Clue(
      kind: Self.kind, location: loss.location(scene), certainty: loss.certainty, citations: sentences.citations,
      measures: [
        "largest_passed": Double(loss.largestPassed), "smallest_lost": Double(loss.smallestLost),
        "headers": Double(loss.headers), "lost": Double(loss.lost.count), "rounds": Double(loss.rounds),
        "passed_between": Double(loss.passedBetween.count), "hole": loss.sees == .hole ? 1 : 0,
        "unseen_beyond": loss.sees == .acknowledgments ? 1 : 0, "repaired": loss.repaired == nil ? 0 : 1,
        "in_tunnel": loss.isInTunnel ? 1 : 0, "from_opener": loss.fromOpener ? 1 : 0,
        "fragmentable": loss.mayBeFragmented ? 1 : 0, "limit": Double(loss.offered ?? 0),
        "told_mtu": Double(loss.toldMTU ?? 0), "errors": Double(loss.errors.count),
        "told_sender": loss.toldSender ? 1 : 0, "only_heard": loss.isOnlyHeard ? 1 : 0,
        "ipv6": loss.isIPv6 ? 1 : 0,
      ],
      words: [
        "sender": frames.source(loss.witness), "receiver": frames.destination(loss.witness),
        "first": frames.frame(loss.witness),
        "sender_vantage": senderVantage(loss, frames), "passing": passing(loss, scene),
      ], last: loss.lost.last.flatMap(frames.time), detail: sentences.largestPassed)
  }
}

extension MTUBlackhole {
  /// The interfaces on both sides of the hop, as far as the captures name them.
  private func passing(_ loss: OversizeLoss, _ scene: Scene) -> String {
    [loss.near, loss.far].compactMap { $0 }.compactMap { place in
      InterfaceNames.name(place.interface, at: scene.timeline.vantages[place.vantage], scene)
    }.joined(separator: " ")
  }

  /// The one nearest to the sender; none where the sender's side was not captured.
  private func senderVantage(_ loss: OversizeLoss, _ frames: FrameCitations) -> String {
    guard loss.sees != .hole, let first = frames.story.paths[loss.fromOpener].first else { return "" }
    return frames.scene.timeline.vantages[first.vantage].name.text
  }
}

extension MTUBlackhole {
  private func clue(_ few: FewLosses, _ frames: FrameCitations, _ scene: Scene) -> Clue? {
    Clue(
      kind: Self.kind, location: few.hop.location(scene), certainty: .possible,
      citations: few.lost.prefix(1).map {
        frames.cite($0, "\(Wording.count(Int(few.smallestLost), "byte")) of payload on another connection: lost, too")
      },
      measures: [
        "few": 1, "largest_passed": Double(few.largestPassed), "smallest_lost": Double(few.smallestLost),
        "from_opener": few.hop.fromOpener ? 1 : 0,
      ])
  }
}

// MARK: - All of them

extension MTUBlackhole {
  /// - Parameter few: what other connections lost, which alone tells nothing.
  private func finding(_ clues: [Clue], _ few: [Clue], _ scene: Scene) -> Finding? {
    let ranked = clues.sorted {
      ($1.certainty, $1.measures["lost"] ?? 0, $0.flow) < ($0.certainty, $0.measures["lost"] ?? 0, $1.flow)
    }
    guard let leading = ranked.first else { return nil }
    let telling = Set(clues.map(\.flow)).sorted()
    let passed = clues.compactMap { $0.measures["largest_passed"] }.max() ?? 0
    let lost = clues.compactMap { $0.measures["smallest_lost"] }.min() ?? 0
    let other = OtherFlows(
      telling, leading.location, fromOpener: leading.measures["from_opener"] == 1, scene)
    let passedElsewhere = other.largestPassed
    let isContradicted = max(passed, Double(passedElsewhere)) >= lost
    let threshold =
      isContradicted
      ? (leading.measures["largest_passed"] ?? 0, leading.measures["smallest_lost"] ?? 0)
      : (max(passed, Double(passedElsewhere)), lost)
    let certainty = isContradicted ? .possible : Self.certainty(leading.certainty, flows: telling.count)
    let same = isContradicted ? [] : few.filter { isSame($0, leading, passed: threshold.0, lost: threshold.1) }
    let flows = Set(telling + same.map(\.flow)).sorted()
    let settings = PathSettings(leading, scene)
    let cut = leading.measures["in_tunnel"] == 1 ? OuterFragments(at: leading.location, scene) : nil
    let headers = Int64(leading.measures["headers"] ?? 0)
    let carried = PathMTU(
      told: Int64(leading.measures["told_mtu"] ?? 0), passed: Int64(threshold.0) + headers,
      lost: Int64(threshold.1) + headers, at: leading.location,
      passing: Set((leading.words["passing"] ?? "").split(separator: " ").map(String.init)), settings.tunnel, scene)
    let sentences = BlackholeSentences(
      leading, flows: flows.count, passed: Int64(threshold.0), lost: Int64(threshold.1), settings: settings,
      isContradicted: isContradicted, cut: cut, carried: carried)
    let others = (ranked.dropFirst() + same).prefix(9).flatMap { $0.citations.prefix(3) }
    var finding = Finding(
      kind: Self.kind, standing: .rootCause, certainty: certainty, title: sentences.title,
      explanation: sentences.explanation, flows: flows, location: cut?.corrected(leading.location) ?? leading.location,
      citations: thresholdFirst(leading, largest(ranked, other, passed)) + others + (cut?.citations ?? [])
        + carried.citations + settings.citations.filter { !carried.citations.contains($0) },
      remedies: sentences.remedies)
    finding?.loss = Finding.Loss(fromOpener: leading.measures["from_opener"] == 1, absence: sentences.absence)
    return finding
  }

  /// What was lost is followed by what passed: between the two is the claim.
  private func thresholdFirst(_ leading: Clue, _ largest: [Citation]) -> [Citation] {
    leading.citations.prefix(1) + largest + leading.citations.dropFirst().filter { !largest.contains($0) }
  }

  /// On the same hop, and every packet that it lost is too large for it.
  private func isSame(_ few: Clue, _ leading: Clue, passed: Double, lost: Double) -> Bool {
    few.location == leading.location
      && (few.location.from != few.location.to || few.measures["from_opener"] == leading.measures["from_opener"])
      && few.measures["smallest_lost"] ?? 0 > passed && few.measures["largest_passed"] ?? 0 < lost
  }

  /// What shows the threshold's lower side, or contradicts its upper one: of whichever connection had the largest that passed.
  private func largest(_ ranked: [Clue], _ other: OtherFlows, _ passed: Double) -> [Citation] {
    if Double(other.largestPassed) > passed, let citation = other.citation { return [citation] }
    let own = ranked.first { $0.measures["largest_passed"] == passed }
    return (own?.detail as? Citation).map { [$0] } ?? []
  }

  /// The same on several connections can hardly be their content.
  private static func certainty(
    _ one: FindingRecord.Certainty, flows: Int
  ) -> FindingRecord.Certainty {
    flows > 1 && one == .possible ? .probable : one
  }
}
