public import CaseModel
public import Correlation
internal import Evidence
internal import Wire

/// A server that closes its connections after a while, by design
///
/// Some servers end long connections on purpose after a time that they choose at random between T and 2T, so that clients spread
/// (the Kubernetes API server does with watches, `--min-request-timeout`). Seen in packets: the server's FIN comes first (RFC 9293,
/// 3.6), in order, with nothing unanswered, often behind a TLS close_notify (RFC 8446, 6.1), and the lifetimes lie in one band.
public struct PeriodicClose: Diagnosis {
  public static let kind = FindingKind.periodicClose
  public static let explanation = """
    A server that closes its connections after a while, by design

    Some servers end long connections on purpose after a time that they choose at random between T and 2T, so that clients do
    not all come back at once. A Kubernetes API server does so with watches, after 30 to 60 minutes. The client sees
    "connection closed" again and again, and nothing is wrong: it has to open the next one.

    Seen from everywhere, even where only SYN, FIN and RST were captured: the server's FIN comes first, in order, with
    nothing unanswered, where the rest can be seen behind a TLS close_notify, and the lifetimes lie in a band from T to 2T. A
    request that crosses the FIN meets a RST; the client has to make it again. This is a note, and the verdict stays healthy;
    a client that does not open the next connection has a fault of its own.

    Confused with: an idle timeout (a RST or silence comes, and neither end closed), a server that crashes (RST, all at once,
    with requests open).

    To do: nothing in the network. Let the client open a new connection when the old one ends, and keep idle ones for less
    time than the server does.
    """
  public static let wants = [
    "a capture that shows the SYNs and FINs of several connections, best over several times T",
    "the server's own settings: its request or connection timeout",
  ]
  public static let explains: [FindingKind] = []

  private static let second: Int64 = 1_000_000_000
  /// Connections that make a habit.
  private static let fewest = 3

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    guard let closing = OrderlyClosing(story), closing.lifetime >= Self.second else { return [] }
    let frames = FrameCitations(story, scene)
    let name = frames.vantage(closing.fin)
    let others = story.sightings(of: closing.fin).filter { $0 != closing.fin }
    let server = frames.source(closing.fin)
    let isOwn = story.ownership(ofAcceptor: closing.fin.vantage, scene) == .certain
    var detail = closing
    detail.farewellCitations =
      closing.farewell.map { farewell in
        story.sightings(of: farewell).map { frames.cite($0, "\(server) says close_notify before it closes") }
      } ?? []
    let lifetime = Wording.duration(nanoseconds: closing.lifetime)
    return Clue(
      kind: Self.kind, location: Location(from: name, to: isOwn ? name : nil), certainty: .proven,
      citations: [frames.cite(closing.fin, "\(server) closes first, after \(lifetime)")]
        + others.map { frames.cite($0, "the same FIN") },
      words: ["server": server], detail: detail
    ).map { [$0] } ?? []
  }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    let servers = Dictionary(grouping: clues) { [$0.words["server"] ?? "", $0.location.from?.text ?? ""] }
    let ordered = servers.keys.sorted { $0.joined(separator: " ") < $1.joined(separator: " ") }
    let findings = ordered.compactMap { finding(servers[$0] ?? [], scene) }
    if !findings.isEmpty { return .found(findings) }
    let opened = scene.timeline.flows.counts.opened
    guard opened > 0 else { return .notTestable(wanting: "a capture with the SYN of a TCP connection in it") }
    guard let most = servers.values.max(by: { $0.count < $1.count }), most.count >= Self.fewest else {
      return .refuted(
        because:
          "of \(Wording.count(opened, "connection")) no server closed \(Self.fewest) or more first, in order, after a "
          + "second or more")
    }
    return .refuted(
      because: "the lifetimes of what \(most[0].words["server"] ?? "the server") closed lie in no band from T to 2T")
  }

  private func finding(_ clues: [Clue], _ scene: Scene) -> Finding? {
    let closings = clues.compactMap { clue in (clue.detail as? OrderlyClosing).map { (clue: clue, closing: $0) } }
    let lifetimes = closings.map(\.closing.lifetime).sorted()
    guard lifetimes.count >= Self.fewest, let shortest = lifetimes.first, let longest = lifetimes.last,
      longest <= 2 * shortest + shortest / 10
    else { return nil }
    let ordered = closings.sorted { $0.clue.flow < $1.clue.flow }
    let farewells = farewells(ordered.map(\.closing), scene)
    let server = ordered[0].clue.words["server"] ?? "the server"
    let band = "\(Wording.duration(nanoseconds: shortest)) to \(Wording.duration(nanoseconds: longest))"
    var cited: [Citation] = []
    for (index, entry) in ordered.enumerated() where index < 8 || index + 8 >= ordered.count {
      cited += entry.clue.citations
      if farewells.contains(index) { cited += entry.closing.farewellCitations }
    }
    return Finding(
      kind: Self.kind, standing: .note, certainty: .proven,
      title:
        "\(server) closes its connections after \(band), by design: \(Wording.count(closings.count, "connection"))",
      explanation: text(server, lifetimes, ordered.map(\.closing), farewells.count),
      flows: ordered.map(\.clue.flow), location: ordered[0].clue.location, citations: cited,
      remedies: [])
  }

  /// Those whose last words before the FIN were a TLS alert, as far as it was captured.
  private func farewells(_ closings: [OrderlyClosing], _ scene: Scene) -> Set<Int> {
    var wanted: [Int: Set<FramePayloads.Frame>] = [:]
    for closing in closings {
      if let frame = closing.farewellFrame { wanted[closing.fin.vantage, default: []].insert(frame) }
    }
    var payloads: [Int: FramePayloads] = [:]
    for (vantage, frames) in wanted where scene.evidence.captures.indices.contains(vantage) {
      payloads[vantage] = FramePayloads(frames, in: scene.evidence.captures[vantage], limit: 256)
    }
    return Set(
      closings.indices.filter { index in
        guard let frame = closings[index].farewellFrame,
          let bytes = payloads[closings[index].fin.vantage]?.bytes[frame]
        else { return false }
        return OrderlyClosing.endsInAlert(bytes)
      })
  }

  private func text(_ server: String, _ lifetimes: [Int64], _ closings: [OrderlyClosing], _ farewells: Int) -> String {
    let (shortest, median, longest) = (
      lifetimes[0], lifetimes[(lifetimes.count - 1) / 2], lifetimes[lifetimes.count - 1]
    )
    var text =
      "\(server) was the first to close on \(Wording.count(closings.count, "connection")), in order. Their lifetimes "
      + "lie between \(Wording.duration(nanoseconds: shortest)) and \(Wording.duration(nanoseconds: longest)) (median "
      + "\(Wording.duration(nanoseconds: median))): a band of T to 2T. "
    let seen = closings.count(where: \.showsData)
    text +=
      seen == closings.count
      ? "Nothing that it had been asked was left unanswered. "
      : "Only the openings and closings were captured: whether anything was left unanswered cannot be seen. "
    if farewells > 0 {
      text += "On \(farewells) of them its last words were a TLS alert (close_notify): it meant to close. "
    }
    let crossed = closings.count { $0.wasAskedAgain }
    if crossed > 0 {
      text +=
        "On \(crossed) of them the client was just asking again: its request met a connection that was closed, and has to be made on "
        + "another one; a client that keeps connections for less time than the server does not run into that. "
    }
    if shortest >= 1_700 * Self.second, longest <= 3_780 * Self.second {
      text += "30 to 60 minutes is what a Kubernetes API server gives a watch (`--min-request-timeout`, 1,800 s). "
    }
    return text + "That is a timeout of the server's own and no fault of the network."
  }
}

/// A connection that its accepting end closed first, in order, with nothing unanswered.
private struct OrderlyClosing: Sendable {
  /// Nanoseconds from the SYN, the last copy of it, to the FIN, by one vantage's clock.
  var lifetime: Int64
  var fin: RecordReference
  /// What the server sent last before it, if it was short.
  var farewell: RecordReference?
  var farewellFrame: FramePayloads.Frame?
  var farewellCitations: [Citation] = []
  /// Whether anything but openings and closings was captured.
  var showsData: Bool
  /// The opener sent data behind the FIN, and was answered with RST.
  var wasAskedAgain = false

  private static let second: Int64 = 1_000_000_000

  init?(_ story: FlowStory) {
    guard story.flow.transport == 6, story.flow.sawOpening else { return nil }
    // Where the server's packets are seen first.
    let order = story.paths.fromAcceptor.map(\.vantage) + Array(story.tracks.indices)
    guard let vantage = order.first(where: { vantage in story.tracks[vantage].records.contains(where: Self.isClosing) })
    else { return nil }
    let records = story.tracks[vantage].records
    guard let fin = records.firstIndex(where: Self.isClosing) else { return nil }
    let before = records[..<fin].lazy.filter { $0.isSegment }
    // An opening that took its retries is no part of a life.
    guard let syn = before.last(where: { $0.isFromOpener && $0.flags.contains(.syn) }) else { return nil }
    if before.contains(where: { !$0.flags.isDisjoint(with: [.fin, .rst]) }) { return nil }
    let opener = before.filter { $0.isFromOpener && $0.length > 0 }.map { $0.position &+ Int64($0.length) }.max()
    let said = before.lastIndex { !$0.isFromOpener && $0.length > 0 }
    if let opener {
      // All that was asked was acknowledged, and something was said after the last of it.
      let asked = before.lastIndex { $0.isFromOpener && $0.length > 0 } ?? 0
      guard records[fin].acknowledged >= opener, let said, said > asked else { return nil }
    }
    lifetime = records[fin].time &- syn.time
    self.fin = RecordReference(vantage: vantage, index: fin)
    showsData = opener != nil || said != nil
    let after = records[(fin + 1)...]
    wasAskedAgain =
      after.contains { $0.isFromOpener && $0.isSegment && $0.length > 0 && $0.position >= opener ?? 0 }
      && after.contains { !$0.isFromOpener && $0.isSegment && $0.flags.contains(.rst) }
    let last =
      records[fin].length > 0 ? fin : records[..<fin].lastIndex { !$0.isFromOpener && $0.length > 0 && $0.isSegment }
    guard let last, records[last].length <= 96, records[fin].time &- records[last].time <= Self.second else { return }
    farewell = RecordReference(vantage: vantage, index: last)
    farewellFrame = FramePayloads.Frame(records[last])
  }

  private static func isClosing(_ record: Record) -> Bool {
    !record.isFromOpener && record.isSegment && record.flags.contains(.fin) && !record.flags.contains(.rst)
  }

  /// A TLS alert record, or in TLS 1.3 application data just as long as an encrypted alert (RFC 8446, 5.2: 2 bytes, the type and
  /// a tag of 16).
  static func endsInAlert(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var last: TLSRecordHeader?
      for record in TLSRecordHeaders(buffer) { last = record }
      guard let last else { return false }
      return last.type == .alert || (last.type == .applicationData && last.length == 19)
    }
  }
}
