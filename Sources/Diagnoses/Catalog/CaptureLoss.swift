public import CaseModel
public import Correlation
internal import Evidence
internal import Wire

/// Frames that a capture missed
///
/// The capturing program or its host dropped frames, or the capture sees a part of the traffic only. A receiver acknowledges what
/// has arrived (RFC 9293, 3.4): bytes that were acknowledged, and that a capture watching both ends never showed, passed it unseen.
/// This is no fault of the network and explains none: it says how far a capture can be trusted.
public struct CaptureLoss: Diagnosis {
  public static let kind = FindingKind.captureLoss
  public static let explanation = """
    Frames that a capture missed

    The capturing program or its host dropped frames, or the capture sees only a part of the traffic (one direction, one of
    several paths, one queue of a card). A receiver acknowledges what has arrived: bytes that were acknowledged, and that a
    capture watching both ends never showed, passed it unseen. The counters of the capturing program tell of drops, too,
    where they were kept.

    This is no fault of the network and never the cause of one: it is a note, and it says how far a capture can be trusted.
    What is missing in such a capture is never taken for lost in the network. Wireshark writes "previous segment not
    captured" and "ACKed unseen segment" at the same places.

    Confused with: packet loss. Lost bytes are sent again, and acknowledged only after that; missed ones are acknowledged as
    if nothing had happened.

    To do: capture again with a larger buffer (`tcpdump -B`), a shorter snaplen and a narrower filter, onto a disk that keeps
    up, and where both directions pass.
    """
  public static let wants = [
    "the capturing program's own count of drops", "both directions of every connection in the capture",
    "a second capture nearby, which shows what the first one missed",
  ]
  public static let explains: [FindingKind] = []

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    guard story.flow.transport == 6 else { return [] }
    let frames = FrameCitations(story, scene)
    return story.tracks.indices.compactMap { vantage in
      guard scene.timeline.vantages[vantage].health.unseenAcknowledgedBytes > 0 else { return nil }
      return [true, false].compactMap { MissedBytes(story, vantage, fromOpener: $0) }.first.flatMap { clue($0, frames) }
    }
  }

  private func clue(_ missed: MissedBytes, _ frames: FrameCitations) -> Clue? {
    let name = frames.vantage(missed.acknowledgment)
    let sender = frames.destination(missed.acknowledgment)
    var citations = [
      frames.cite(
        missed.acknowledgment,
        "acknowledges bytes of \(sender) that this capture does not show, the first of \(Wording.grouped(missed.bytes)) such"
      )
    ]
    if let shown = missed.shownElsewhere {
      citations.append(frames.cite(shown, "they are here"))
    }
    return Clue(
      kind: Self.kind, location: Location(from: name, to: name),
      certainty: missed.shownElsewhere == nil ? .probable : .proven, citations: citations,
      measures: ["bytes": Double(missed.bytes)])
  }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    let found = scene.timeline.vantages.compactMap { vantage in
      finding(vantage, clues.filter { $0.location.from == vantage.name }, scene)
    }
    if !found.isEmpty { return .found(found) }
    guard scene.timeline.vantages.contains(where: { $0.health.frames > 0 }) else {
      return .notTestable(wanting: "a capture with a frame in it")
    }
    return .refuted(because: Self.nothingMissed(scene))
  }

  private func finding(_ vantage: Vantage, _ clues: [Clue], _ scene: Scene) -> Finding? {
    let counted = vantage.health.drops ?? 0
    guard counted > 0 || !clues.isEmpty else { return nil }
    let ranked = clues.sorted { ($1.certainty, $0.flow) < ($0.certainty, $1.flow) }
    return Finding(
      kind: Self.kind, standing: .note, certainty: counted > 0 ? .proven : ranked.first?.certainty ?? .probable,
      title: Self.title(vantage), explanation: Self.text(vantage, connections: Set(clues.map(\.flow)).count),
      flows: Set(clues.map(\.flow)).sorted(), location: Location(from: vantage.name, to: vantage.name),
      citations: (counted > 0 ? [counter(vantage, counted)] : []) + ranked.prefix(5).flatMap(\.citations),
      remedies: [Self.remedy(vantage)])
  }

  private func counter(_ vantage: Vantage, _ drops: Int) -> Citation {
    .check(
      Citation.Check(
        host: vantage.host, namespace: vantage.namespace, check: "capture-drops",
        file: vantage.files.last ?? vantage.name.text, before: nil, after: "\(drops)",
        says: "frames that the capturing program or the kernel counted as dropped"))
  }
}

// MARK: - Sentences

extension CaptureLoss {
  private static func title(_ vantage: Vantage) -> String {
    if let drops = vantage.health.drops, drops > 0 {
      return "the capture `\(vantage.name)` dropped \(Wording.count(drops, "frame"))"
    }
    return
      "the capture `\(vantage.name)` missed \(Wording.count(Int(vantage.health.unseenAcknowledgedBytes), "byte")) that arrived"
  }

  private static func text(_ vantage: Vantage, connections: Int) -> String {
    var says: [String] = []
    let health = vantage.health
    if let drops = health.drops, drops > 0 {
      says.append(
        "`\(vantage.name)` holds \(Wording.count(health.frames, "frame")); \(Wording.grouped(Int64(drops))) more were dropped "
          + "before they were written.")
    }
    if health.unseenAcknowledgedBytes > 0 {
      says.append(
        "In \(Wording.count(connections, "connection")) \(Wording.count(Int(health.unseenAcknowledgedBytes), "byte")) were "
          + "acknowledged that `\(vantage.name)` never showed: they passed it unseen.")
      says.append(
        health.unwitnessedBytes == 0 && health.beginningBytes > 0
          ? "They were sent before it began, or while its filter was put in place."
          : health.unwitnessedBytes == 0
            ? "Captures on both sides of it show them, so nothing stays unknown."
            : "Of \(Wording.count(Int(health.unwitnessedBytes), "byte")) no captures on both sides of it tell: other frames may "
              + "be missing with them.")
    }
    says.append("What is missing in this capture is not taken for lost in the network.")
    return says.joined(separator: " ")
  }

  private static func nothingMissed(_ scene: Scene) -> String {
    let uncounted = scene.timeline.vantages.filter { $0.health.drops == nil }.count
    return "no capture lacks a byte that was acknowledged"
      + (uncounted == 0
        ? ", and no capturing program counted a drop"
        : "; of \(Wording.count(uncounted, "capture")) nobody counted drops")
  }

  private static func remedy(_ vantage: Vantage) -> Remedy {
    Remedy(
      on: vantage.name.text, command: "tcpdump -B 65536 -s 128 -w FILE FILTER",
      effect: "a buffer of 64 MiB, only headers, and a narrower filter: the writing keeps up; filter both directions",
      sideEffects: "64 MiB of the kernel's memory while it runs", rollback: "nothing to undo")
  }
}

/// Bytes of one direction that were acknowledged and that one vantage, which watched both ends, never showed.
struct MissedBytes {
  let bytes: Int64
  /// The first frame there that acknowledges some of them.
  let acknowledgment: RecordReference
  /// A frame of another vantage that carries some of them.
  let shownElsewhere: RecordReference?

  init?(_ story: FlowStory, _ vantage: Int, fromOpener: Bool) {
    let track = story.tracks[vantage]
    let shown = Self.ranges(track.records, fromOpener)
    // Only as far as somebody shows the sender to have got: an acknowledgment alone may be of another connection.
    let sent = story.tracks.compactMap { Self.ranges($0.records, fromOpener).last?.upperBound }.max()
    let answers = track.records.indices.filter {
      let record = track.records[$0]
      return record.isFromOpener != fromOpener && record.isSegment && record.flags.contains(.ack)
        && !record.flags.contains(.rst)
    }
    guard let first = shown.first, let sent, let acknowledged = answers.map({ track.records[$0].acknowledged }).max()
    else { return nil }
    let gaps = Self.gaps(shown, from: first.lowerBound, to: min(sent, acknowledged))
    guard let gap = gaps.first,
      let answer = answers.first(where: { track.records[$0].acknowledged > gap.lowerBound })
    else { return nil }
    bytes = gaps.reduce(0) { $0 &+ ($1.upperBound &- $1.lowerBound) }
    acknowledgment = RecordReference(vantage: vantage, index: answer)
    shownElsewhere = Self.shown(gap, story, except: vantage, fromOpener)
  }

  private static func ranges(_ records: Records, _ fromOpener: Bool) -> [Range<Int64>] {
    let unsorted = records.lazy.filter {
      $0.isFromOpener == fromOpener && $0.isSegment && !$0.flags.contains(.rst) && $0.sequenceLength > 0
    }.map { $0.position..<($0.position &+ $0.sequenceLength) }
    var merged: [Range<Int64>] = []
    for range in unsorted.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }

  private static func gaps(_ ranges: [Range<Int64>], from start: Int64, to end: Int64) -> [Range<Int64>] {
    var gaps: [Range<Int64>] = []
    var reached = start
    for range in ranges {
      guard reached < end else { break }
      if range.lowerBound > reached { gaps.append(reached..<min(range.lowerBound, end)) }
      reached = max(reached, range.upperBound)
    }
    if reached < end { gaps.append(reached..<end) }
    return gaps
  }

  private static func shown(
    _ gap: Range<Int64>, _ story: FlowStory, except vantage: Int, _ fromOpener: Bool
  ) -> RecordReference? {
    for other in story.tracks.indices where other != vantage {
      let index = story.tracks[other].records.firstIndex {
        $0.isFromOpener == fromOpener && $0.isSegment && $0.position < gap.upperBound
          && $0.position &+ $0.sequenceLength > gap.lowerBound
      }
      if let index { return RecordReference(vantage: other, index: index) }
    }
    return nil
  }
}
