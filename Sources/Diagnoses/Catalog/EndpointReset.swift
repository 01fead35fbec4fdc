public import CaseModel
public import Correlation
internal import Wire

/// A reset by the end that was called
///
/// The accepting end (the server) sent a RST on a connection that its opener (the client) had not closed: the process died, closed
/// with unread data, ran into a limit of its own, or its host was told so (RFC 9293, 3.5.2 and 3.10.4; RFC 1122, 4.2.2.13). This is
/// an effect: it is a root cause only where nothing else explains it. An opener that aborts its own connection, and a RST after a
/// FIN, are ways to close and no fault.
public struct EndpointReset: Diagnosis {
  public static let kind = FindingKind.endpointReset
  public static let explanation = """
    A reset by the end that was called

    The accepting end (the server) sent a RST on a connection that its opener (the client) had not closed: the process died,
    closed with data unread, ran into a limit of its own, or its host's stack had no such connection any more (it was started
    again meanwhile). The network carried the RST and did not make it: it was seen leaving at the capture nearest its sender.

    At the server: the RST leaves, and the segment before it tells why. Right after data that nobody read: the application
    closed. In answer to a segment after a long silence or many repeats: the host has forgotten. On all connections at one
    moment: the process ended. At the client: "connection reset by peer". From there alone nobody can say who made it: then
    it is only possible.

    This names an effect. It is a root cause only where nothing else in the case explains it. An opener that aborts its own
    connection, and a RST after a FIN, are ways to close and no fault. A RST in answer to a SYN is a refusal and has its own
    kind.

    Confused with: a reset made on the way in the server's name (another TTL, or absent from the server's own capture), an
    idle timeout, connection tracking.

    To do: read the application's log at that second, and the counters `TcpExtTCPAbortOnData`, `TcpExtTCPAbortOnClose`,
    `TcpExtTCPAbortOnTimeout`, `TcpExtTCPAbortOnMemory` before and after.
    """
  public static let wants = [
    "a capture at the accepting end, or the nearest one to it", "the log of the application there",
    "counters TcpExtTCPAbortOnData, TcpExtTCPAbortOnTimeout, TcpExtTCPAbortOnMemory before and after",
  ]
  public static let explains: [FindingKind] = []

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    guard story.flow.transport == 6, story.hasReset, let reset = Reset(story, scene) else { return [] }
    let frames = FrameCitations(story, scene)
    let vantage = frames.vantage(reset.left)
    let roles = scene.timeline.vantages[reset.left.vantage].roles
    let isAtSender = reset.isLeavingItsHost
    return Clue(
      kind: Self.kind,
      location: Location(from: vantage, to: isAtSender ? vantage : nil),
      certainty: reset.certainty,
      citations: citations(reset, frames),
      measures: ["at_sender": isAtSender ? 1 : 0, "same_stack": reset.isOfTheSameStack ? 1 : 0],
      words: [
        "acceptor": frames.source(reset.left), "opener": frames.destination(reset.left), "at": frames.frame(reset.left),
        "roles": roles.map(\.text).joined(separator: ", "),
      ]
    ).map { [$0] } ?? []
  }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    var groups: [[Clue]] = []
    for clue in clues {
      if let index = groups.firstIndex(where: { $0[0].location == clue.location }) {
        groups[index].append(clue)
      } else {
        groups.append([clue])
      }
    }
    let findings = groups.compactMap(finding)
    if !findings.isEmpty { return .found(findings) }
    let connections = scene.timeline.flows.counts.tcp
    guard connections > 0 else { return .notTestable(wanting: "a capture with TCP connections in it") }
    return .refuted(because: Self.nobodyReset(connections))
  }

  private func finding(_ clues: [Clue]) -> Finding? {
    let ranked = clues.sorted { ($1.certainty, $0.flow) < ($0.certainty, $1.flow) }
    guard let leading = ranked.first else { return nil }
    let flows = Set(clues.map(\.flow)).sorted()
    return Finding(
      kind: Self.kind, standing: .rootCause, certainty: leading.certainty,
      title: Self.title(leading, clues, flows.count),
      explanation: Self.text(leading) + Self.together(clues, flows.count), flows: flows, location: leading.location,
      citations: leading.citations + ranked.dropFirst().prefix(9).flatMap { $0.citations.prefix(1) },
      remedies: [Self.remedy(leading)])
  }

  private func citations(_ reset: Reset, _ frames: FrameCitations) -> [Citation] {
    var all = [frames.cite(reset.left, Self.leaving(frames.source(reset.left), reset))]
    for other in reset.sightings where other != reset.left {
      all.append(frames.cite(other, Self.passing(frames.source(other))))
    }
    if let before = reset.lastOfOpener {
      all.append(frames.cite(before, Self.stillOpen(frames.source(before))))
    }
    return all
  }
}

// MARK: - Sentences

extension EndpointReset {
  fileprivate static func nobodyReset(_ connections: Int) -> String {
    "in \(Wording.count(connections, "connection")) no accepting end reset what its opener had not closed or aborted"
  }

  fileprivate static func title(_ clue: Clue, _ clues: [Clue], _ flows: Int) -> String {
    let others = Set(clues.compactMap { $0.words["acceptor"] }).count - 1
    let who =
      (clue.words["acceptor"] ?? "the accepting end") + (others > 0 ? " and \(Wording.count(others, "other end"))" : "")
    let what = flows == 1 ? "a connection" : Wording.count(flows, "connection")
    return "\(who) reset \(what) that the other end had not closed"
  }

  fileprivate static func text(_ clue: Clue) -> String {
    let seen =
      clue.measures["at_sender"] == 1
      ? "It is seen leaving there (\(clue.words["at"] ?? "")): the network did not make it."
      : "It comes from that side of the nearest capture (\(clue.words["at"] ?? "")); beyond it nobody looked."
    return
      "\(clue.words["acceptor"] ?? "The accepting end") sent a RST to \(clue.words["opener"] ?? "its peer"), which had sent neither FIN "
      + "nor RST on this connection. \(seen)"
      + (clue.measures["same_stack"] == 0
        ? " Its TTL is not that of the segments that came from there: something on the way may have made it." : "")
  }

  /// Many at one moment are no matter of any one of them.
  fileprivate static func together(_ clues: [Clue], _ flows: Int) -> String {
    let times = clues.compactMap { clue -> CaseTime? in
      guard case .packet(let packet)? = clue.citations.first else { return nil }
      return packet.time
    }
    guard flows >= 3, times.count == clues.count, let first = times.min(), let last = times.max(),
      last.since(first) <= 1_000_000_000
    else { return "" }
    return
      " All \(flows) were reset within \(Wording.duration(nanoseconds: last.since(first))): a process that ended, or a host "
      + "that lost what it knew, does that to all its connections at once."
  }

  fileprivate static func remedy(_ clue: Clue) -> Remedy {
    Remedy(
      on: clue.words["acceptor"] ?? "the accepting end",
      command: "nstat -az TcpExtTCPAbortOnData TcpExtTCPAbortOnClose TcpExtTCPAbortOnTimeout TcpExtTCPAbortOnMemory",
      effect: "tells why the stack there aborts; read it beside the application's log at the time of the RST",
      sideEffects: "none: it reads counters", rollback: "nothing to undo")
  }

  fileprivate static func leaving(_ sender: String, _ reset: Reset) -> String {
    reset.isLeavingItsHost ? "\(sender) sends RST" : "RST from \(sender), where it is first seen"
  }
  fileprivate static func passing(_ sender: String) -> String { "the same RST, here from \(sender)" }
  fileprivate static func stillOpen(_ opener: String) -> String {
    "the last segment of \(opener) before: it had not closed"
  }
}

// MARK: - The rule

/// The RST of an accepting end on a connection that was open.
private struct Reset {
  let story: FlowStory
  /// Where it was seen first on its way.
  let left: RecordReference
  let sightings: [RecordReference]
  /// The opener's last segment before it, at the vantage nearest the opener.
  let lastOfOpener: RecordReference?
  let isLeavingItsHost: Bool
  let isOfTheSameStack: Bool
  let certainty: FindingRecord.Certainty

  init?(_ story: FlowStory, _ scene: Scene) {
    let names = PlaceNames(story)
    guard let first = Self.first(story, names) else { return nil }
    let sightings = story.sightings(of: first).sorted {
      (story.rank($0.vantage, fromOpener: false), $0) < (story.rank($1.vantage, fromOpener: false), $1)
    }
    guard let left = sightings.first, let last = sightings.last,
      Self.isOpen(story, names, before: last), Self.isOpen(story, names, before: left, byAcceptor: true)
    else { return nil }
    self.story = story
    self.left = left
    self.sightings = sightings
    lastOfOpener = (0..<last.index).last {
      let record = story.tracks[last.vantage].records[$0]
      return record.isFromOpener && !record.flags.contains(.rst) && !record.bits.contains(.icmpError)
    }.map { RecordReference(vantage: last.vantage, index: $0) }
    let isNearest = story.paths.fromAcceptor.first.map { $0.vantage == left.vantage } ?? true
    isOfTheSameStack = Self.isOfTheSameStack(story, left)
    isLeavingItsHost =
      isNearest && isOfTheSameStack && Self.isUnforwarded(story, left)
      && story.ownership(ofAcceptor: left.vantage, scene) > .no
    // Who made a RST is known only where it is seen leaving its host: on the way, a translator's neighbour looks like the sender.
    certainty = isLeavingItsHost ? .proven : .possible
  }

  /// The first RST of the acceptor in any vantage, under the flow's name there, on a connection that was established: the opener
  /// has had something acknowledged beyond its SYN, or has acknowledged the acceptor's.
  private static func first(_ story: FlowStory, _ names: PlaceNames) -> RecordReference? {
    let order = story.tracks.indices.sorted {
      (story.rank($0, fromOpener: false), $0) < (story.rank($1, fromOpener: false), $1)
    }
    for vantage in order {
      var established = false
      for (index, record) in story.tracks[vantage].records.enumerated() where !record.bits.contains(.icmpError) {
        if record.flags.contains(.rst) {
          let reference = RecordReference(vantage: vantage, index: index)
          if !record.isFromOpener, !names.isStray(reference) { return established ? reference : nil }
        } else if !record.flags.contains(.syn), record.flags.contains(.ack) {
          established = true
        }
      }
    }
    return nil
  }

  /// Whether neither FIN nor RST of the opener (or, asked so, FIN of the acceptor) was seen at this vantage before. A RST under a
  /// foreign name closes nothing here: it was meant for a peer that this connection does not have.
  private static func isOpen(
    _ story: FlowStory, _ names: PlaceNames, before reference: RecordReference, byAcceptor: Bool = false
  ) -> Bool {
    let track = story.tracks[reference.vantage]
    return !(0..<reference.index).contains { index in
      let record = track.records[index]
      guard record.isFromOpener != byAcceptor, !record.bits.contains(.icmpError) else { return false }
      if record.flags.contains(.fin) { return true }
      return record.flags.contains(.rst) && !names.isStray(RecordReference(vantage: reference.vantage, index: index))
    }
  }

  /// A RST forged on the way has another distance behind it than the segments of the end that it claims to come from.
  private static func isOfTheSameStack(_ story: FlowStory, _ reset: RecordReference) -> Bool {
    let own = story[reset]
    let others = story.tracks[reset.vantage].records.lazy.filter {
      !$0.isFromOpener && !$0.flags.contains(.rst) && !$0.bits.contains(.icmpError) && $0.direction == own.direction
        && $0.interface == own.interface
    }.map(\.timeToLive)
    guard let nearest = others.min(by: { distance($0, own.timeToLive) < distance($1, own.timeToLive) }) else {
      return true
    }
    return distance(nearest, own.timeToLive) <= 1
  }

  private static func distance(_ a: UInt8, _ b: UInt8) -> UInt8 { a > b ? a - b : b - a }

  /// Nobody has forwarded it yet: a hop count as stacks start with, and that end's other segments here have one, too. Where they
  /// have been forwarded, a fresh RST was made on this side of a router.
  private static func isUnforwarded(_ story: FlowStory, _ reset: RecordReference) -> Bool {
    let record = story[reset]
    if record.direction == .inbound { return false }
    let fresh: Set<UInt8> = [64, 128, 255]
    let others = story.tracks[reset.vantage].records.lazy.filter {
      !$0.isFromOpener && $0.isSegment && !$0.flags.contains(.rst) && $0.direction == record.direction
        && $0.interface == record.interface
    }
    return fresh.contains(record.timeToLive) && others.allSatisfy { fresh.contains($0.timeToLive) }
  }
}
