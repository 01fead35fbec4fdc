public import CaseModel
public import Correlation
internal import Evidence
internal import Wire

/// Packet loss
///
/// Packets of a direction left one place and never came to the next one, whatever their size: a queue that overflows, a bad cable or
/// optic, a policer, a card out of buffers. Loss that strikes a handful of packets is how TCP finds its speed (RFC 5681, 3.1) and is
/// repaired by retransmission: it is noted. It is a cause where at least 5 ranges of bytes were lost on one hop and the rate is
/// at least 0.1 % with 95 % confidence (Wilson), and nothing else explains it.
public struct PacketLoss: Diagnosis {
  public static let kind = FindingKind.packetLoss
  public static let explanation = """
    Packet loss

    Packets of one direction left one place and never came to the next one, whatever their size: a queue that overflows, a
    bad cable or optic, a policer, a card out of buffers. A handful of packets that were lost and sent again is how TCP finds
    its speed: that is noted. It is a cause where at least 5 ranges of bytes were lost on one hop, the rate is at least 0.1 %
    with 95 % confidence (Wilson), and nothing else explains them.

    Lost in the network is only said of what left one capture and does not show in the next while that one was whole: frames
    that a capture missed are known by acknowledgments of bytes that it never showed and by the counters of the capturing
    program. Reordered packets are not lost, nor is what was sent twice for nothing. Losses that follow the slowest packets
    are a full queue's; losses side by side are bursts; all others are random, as bits that go wrong are.

    From the receiver alone: gaps in the stream that later transmissions fill. From the sender alone: what was sent again,
    where the acknowledgment is of the second copy, by its time stamp or because it comes a round trip later; the
    acknowledgment may have been lost instead of the data. Both are probable at best.

    An end that repeats the same bytes for seconds and hears nothing at all any more has lost its path or its peer; one that
    is answered, but never about those bytes, talks to a receiver that does not get them or does not take them. Which, nobody
    can tell from its side alone: that is only ever possible.

    Confused with: loss by size (an MTU black hole), frames that a capture missed, packets that overtake each other on
    parallel paths.

    To do: compare the drop counters of queues, rings and ports on that hop, twice, seconds apart; one of them moves with the
    loss.
    """
  public static let wants = [
    "captures on both sides of the hop, whole", "captures at both ends",
    "`ip -s link` before and after: drops and errors of the interfaces",
    "counters TcpRetransSegs, IpInDiscards, IpOutDiscards",
  ]
  public static let explains: [FindingKind] = [.noApplicationResponse]

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    guard story.flow.transport == 6, RepeatedData.isSuspected(story) else { return [] }
    let places = PathPlaces(story)
    let frames = FrameCitations(story, scene)
    let hops = Hop.all(story).filter { $0.far != nil && LostData.isOn($0, story) }
    let losses = hops.compactMap { HopLoss(HopCrossings($0, story, places), story) }
    let silences = [true, false].compactMap { Silence(story, places, fromOpener: $0) }
    // Where it was lost captures on both sides say better than a receiver that is heard and does not mention it.
    let silent = silences.filter { silence in
      !silence.isAnswered || !losses.contains { $0.fromOpener == silence.fromOpener }
    }.compactMap { SilentPeer.clue($0, frames, scene) }
    // What is repeated into the void is told by the silence, and not once more as a few lost packets.
    let others = (losses + HopLoss.oneSided(story, places)).filter { loss in
      loss.ranges >= LossOfHop.leastRanges
        || !silences.contains { $0.fromOpener == loss.fromOpener && !($0.isAnswered && loss.sees == .bothSides) }
    }
    return silent + others.compactMap { clue($0, frames, scene) }
  }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    var groups: [[Clue]] = []
    for clue in clues {
      if let index = groups.firstIndex(where: { isAlike($0[0], clue) }) {
        groups[index].append(clue)
      } else {
        groups.append([clue])
      }
    }
    let found = groups.compactMap { group in
      group[0].measures["sees"] == SilentPeer.witness ? SilentPeer.finding(group) : LossOfHop(group, scene).finding
    }
    if !found.isEmpty { return .found(found) }
    guard scene.timeline.flows.counts.tcp > 0 else {
      return .notTestable(wanting: "a capture with TCP connections in it")
    }
    let unreliable = LossOfHop.unreliable(scene)
    guard unreliable.isEmpty else {
      return .notTestable(wanting: "a capture that is whole: \(Wording.list(unreliable)) missed frames")
    }
    return .refuted(because: LossOfHop.nothingLost(scene))
  }

  private func isAlike(_ a: Clue, _ b: Clue) -> Bool {
    a.location == b.location && a.measures["sees"] == b.measures["sees"]
      // At one vantage both directions have the same location.
      && (a.location.from != a.location.to || a.measures["from_opener"] == b.measures["from_opener"])
  }

  private func clue(_ loss: HopLoss, _ frames: FrameCitations, _ scene: Scene) -> Clue? {
    let names = scene.timeline.vantages
    var measures: [String: Double] = [
      "sent": Double(loss.sent), "lost": Double(loss.lost), "ranges": Double(loss.ranges),
      "pieces": Double(loss.pieces), "resent": Double(loss.resent),
      "runs": Double(loss.runs), "from_opener": loss.fromOpener ? 1 : 0,
      "sees": loss.sees == .bothSides ? 0 : loss.sees == .gaps ? 1 : 2,
    ]
    if let afterSlow = loss.afterSlow { measures["after_slow"] = Double(afterSlow) }
    let example = loss.examples.first
    return Clue(
      kind: Self.kind,
      location: Location(from: loss.near.map { names[$0.vantage].name }, to: loss.far.map { names[$0.vantage].name }),
      certainty: loss.sees == .bothSides ? .proven : .probable, citations: citations(loss, frames), measures: measures,
      words: [
        "sender": example.map { frames.source($0) } ?? "", "receiver": example.map { frames.destination($0) } ?? "",
      ], last: loss.last.flatMap(frames.time))
  }

  private func citations(_ loss: HopLoss, _ frames: FrameCitations) -> [Citation] {
    let says =
      switch loss.sees {
      case .bothSides: "it is seen here and never again further on"
      case .gaps: "it fills a gap: its first transmission never came here"
      case .requests: "sent again, and that copy is what the receiver acknowledges"
      }
    var all = loss.examples.map { frames.cite($0, says) }
    if loss.sees == .bothSides, let repair = loss.repair {
      all.insert(frames.cite(repair, "the bytes of a lost packet, sent again"), at: min(1, all.count))
    }
    return all
  }
}

/// Whether a story shows any bytes twice, or lost some: what most stories are asked first.
enum RepeatedData {
  static func isSuspected(_ story: FlowStory) -> Bool {
    for track in story.tracks {
      var reached = DirectionPair(fromOpener: Int64.min, fromAcceptor: Int64.min)
      var latest = DirectionPair(fromOpener: Place?.none, fromAcceptor: nil)
      var keepAlives = 0
      for (index, record) in track.records.enumerated() where record.isSegment {
        guard record.length > 0 else {
          if record.isPureAcknowledgment, record.position &+ 1 == reached[record.isFromOpener] { keepAlives += 1 }
          if keepAlives > 3 { return true }
          continue
        }
        if track.fates[index] == .lost { return true }
        let place = Place(record, at: 0)
        // A gateway shows every frame twice, here and there: only within one place it counts.
        if latest[record.isFromOpener] == nil { latest[record.isFromOpener] = place }
        guard latest[record.isFromOpener] == place else { continue }
        if record.position < reached[record.isFromOpener] { return true }
        reached[record.isFromOpener] = record.position &+ Int64(record.length)
      }
    }
    return false
  }
}

/// Whether a hop lost data of a flow.
enum LostData {
  static func isOn(_ hop: Hop, _ story: FlowStory) -> Bool {
    let track = story.tracks[hop.near.vantage]
    return track.records.indices.contains {
      track.fates[$0] == .lost && track.records[$0].length > 0 && track.records[$0].isFromOpener == hop.fromOpener
    }
  }
}
