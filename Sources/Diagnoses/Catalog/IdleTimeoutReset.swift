public import CaseModel
public import Correlation
internal import Evidence
internal import Wire

/// A reset because a connection was silent for too long
///
/// What keeps state of a connection on its way (connection tracking, IPVS, a load balancer, a firewall) forgets it after a while
/// without traffic (RFC 5382, REQ-5 asks for 2 h 4 min at least; many take less). The next packet meets a stranger, who answers
/// with RST in the other end's name (RFC 9293, 3.10.7.1) or lets its host do so. Neither end sent it; one may still hold the
/// connection open.
public struct IdleTimeoutReset: Diagnosis {
  public static let kind = FindingKind.idleTimeoutReset
  public static let explanation = """
    A reset because a connection was silent for too long

    What keeps state of a connection on its way (connection tracking, IPVS, a load balancer, a firewall) forgets it after a
    while without traffic: IPVS after 900 s, many cloud load balancers after some minutes. The next packet meets a stranger,
    who answers with RST in the other end's name, or drops it without a word. Neither end did that, and the other end may
    hold the connection open for hours.

    At both ends: all is well until the first packet after a silence, longer than any that the connection survived. Beside
    what keeps state: that packet comes in and does not go out. The RST that answers it is not seen leaving the end that it
    names, or has another hop count than that end's packets; without a RST the sender repeats until it gives up, and the
    other end shows nothing at all. A timer of the path, as read from the case, that lies between what was survived and what
    was not proves it. Pools of database connections, and any client that keeps connections for later, meet it first thing in
    the morning.

    Confused with: a server that closes after a while by design (its own FIN comes first), a host that was started again
    (others are reset at the same time), connection tracking that calls segments INVALID (no silence comes before).

    To do: keep-alives that are more frequent than the shortest timer of the path, at either end; or a longer timer. A pool
    should test a connection, or close it, before the timer does.
    """
  public static let wants = [
    "captures on both sides of what keeps state, or one of all its interfaces",
    "sysctl `net.netfilter.nf_conntrack_tcp_timeout_established` there", "`ipvsadm -l --timeout` there",
  ]
  public static let explains: [FindingKind] = [.middleboxReset, .endpointReset, .packetLoss, .noApplicationResponse]

  public init() {}

  public func inspect(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    guard story.flow.transport == 6 else { return [] }
    return voidClues(story, scene) + resetClues(story, scene)
  }

  private func resetClues(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    guard story.hasReset else { return [] }
    let frames = FrameCitations(story, scene)
    return ForeignReset.all(story, PlaceNames(story), scene.timeline.vantages).compactMap { reset in
      guard let silence = reset.silence, reset.signs.weight > 0, !reset.isStale else { return nil }
      // A connection that survived as long a silence before did not die of this one.
      guard silence.length > silence.survived + silence.survived / 10 else { return nil }
      return ResetClue(reset, frames).clue(Self.kind, .possible)
    }
  }

  public func conclude(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    let places = Dictionary(grouping: clues) { [$0.location.from?.text ?? "", $0.location.to?.text ?? ""] }
    let findings = places.keys.sorted { $0.joined(separator: " ") < $1.joined(separator: " ") }.flatMap { place in
      let own = places[place] ?? []
      return [
        finding(own.filter { $0.detail is ForeignReset }, scene),
        voidFinding(own.filter { $0.detail is VoidAfterIdle }, scene),
      ].compactMap { $0 }
    }
    if !findings.isEmpty { return .found(findings) }
    let connections = scene.timeline.flows.counts.tcp
    guard connections > 0 else { return .notTestable(wanting: "a capture with TCP connections in it") }
    return .refuted(
      because: "in \(Wording.count(connections, "connection")) no RST answers the first packet after a silence in the "
        + "name of an end that did not send it, and none is followed by nothing while that end is alive")
  }

  private func finding(_ clues: [Clue], _ scene: Scene) -> Finding? {
    let judged = clues.compactMap { clue in (clue.detail as? ForeignReset).map { (clue, $0) } }
    let ranked = judged.sorted { ($1.1.signs.weight, $0.0.flow) < ($0.1.signs.weight, $1.0.flow) }
    guard let (leading, reset) = ranked.first, let silence = reset.silence else { return nil }
    let timers = PathTimers(between: leading.location.from, and: leading.location.to, scene)
    let timer = timers.exceeded(by: silence)
    let longer = LongerSilences(than: silence.length, beside: Set(clues.map(\.flow)), leading, scene)
    let sentences = SilenceSentences(
      clue: leading, silence: silence, timer: timer, timers: timers, longer: longer.found,
      flows: Set(clues.map(\.flow)).count)
    return Finding(
      kind: Self.kind, standing: .rootCause,
      certainty: certainty(reset, silence, timer, timers, longer), title: sentences.title,
      explanation: sentences.text, flows: Set(clues.map(\.flow)).sorted(), location: leading.location,
      citations: leading.citations + ranked.dropFirst().prefix(9).flatMap { $0.0.citations.prefix(2) }
        + [(timer ?? timers.timers.first)?.citation].compactMap { $0 } + longer.citations,
      remedies: sentences.remedies)
  }

  /// Proven: certainly not from the end that it names, and a timer of that very place lies between the silences that were survived
  /// and this one. A timer that was read and is longer, or another connection that stayed alive for longer, speaks against it.
  private func certainty(
    _ reset: ForeignReset, _ silence: IdleSilence, _ timer: PathTimers.Timer?, _ timers: PathTimers,
    _ longer: LongerSilences
  ) -> FindingRecord.Certainty {
    if longer.found > 0 { return .possible }
    guard reset.signs.weight >= 2 else { return timer == nil ? .possible : .probable }
    if timer != nil { return .proven }
    return silence.length >= 2 * silence.survived ? .probable : .possible
  }
}

/// Other connections of the same server that were silent for longer and lived on.
struct LongerSilences {
  var found = 0
  var citations: [Citation] = []

  private static let most = 256

  init(than length: Int64, beside own: Set<Int>, _ clue: Clue, _ scene: Scene) {
    let flow = scene.timeline.flows[clue.flow]
    let servers = Set(flow.aliases.map { [$0.acceptor.description, "\($0.vantage)"] })
    var wanted: [Int] = []
    for (index, other) in scene.timeline.flows.enumerated() where other.transport == 6 && !own.contains(index) {
      guard wanted.count < Self.most else { break }
      guard let first = other.first, let last = other.last, last.since(first) > length else { continue }
      guard other.aliases.contains(where: { servers.contains([$0.acceptor.description, "\($0.vantage)"]) }) else {
        continue
      }
      wanted.append(index)
    }
    let cited = try? scene.timeline.eachStory(of: wanted) { Self.survivor(of: length, $0, scene) }
    let all = (cited ?? []).compactMap(\.result)
    found = all.count
    citations = Array(all.prefix(1))
  }

  /// Both ends spoke after it.
  private static func survivor(of length: Int64, _ story: FlowStory, _ scene: Scene) -> Citation? {
    let fullest = story.tracks.indices.max { story.tracks[$0].records.count < story.tracks[$1].records.count } ?? 0
    let records = story.tracks[fullest].records
    guard !story.hasReset else { return nil }
    for index in records.indices.dropFirst() where records[index].time &- records[index - 1].time > length {
      let after = records[index...]
      guard after.contains(where: \.isFromOpener), after.contains(where: { !$0.isFromOpener }) else { continue }
      return FrameCitations(story, scene).cite(
        RecordReference(vantage: fullest, index: index),
        "another connection, silent for longer, goes on here")
    }
    return nil
  }
}

private struct SilenceSentences {
  let clue: Clue
  let silence: IdleSilence
  let timer: PathTimers.Timer?
  let timers: PathTimers
  let longer: Int
  let flows: Int

  private var length: String { Wording.duration(nanoseconds: silence.length) }

  var title: String {
    let what = flows == 1 ? "a connection" : Wording.count(flows, "connection")
    let timerText = timer.map { ", beyond the \($0.seconds) s idle timeout of \($0.name) on `\($0.host)`" } ?? ""
    return "\(what) of \(clue.words["receiver"] ?? "an end") reset on the way after \(length) of silence\(timerText)"
  }

  var text: String {
    var text =
      "Nothing was seen of the connection for \(length); the first packet after that is answered with RST in the name of "
      + "\(clue.words["claimed"] ?? "the peer") (\(clue.words["at"] ?? "")). That end did not send it: \(clue.words["why"] ?? ""). "
    text +=
      silence.survived > 0
      ? "The longest silence before that it had survived was \(Wording.duration(nanoseconds: silence.survived)). " : ""
    if let timer {
      text += "\(timer.name) on `\(timer.host)` forgets a connection after \(timer.seconds) s without traffic. "
    } else if let other = timers.timers.first {
      text += "\(other.name) on `\(other.host)` forgets after \(other.seconds) s, which does not fit. "
    } else if let usual = PathTimers.customary(for: silence) {
      text += "No timer of the path was read; \(usual) would lie between. "
    }
    if longer > 0 {
      text += "But \(Wording.count(longer, "other connection")) of the same server lived through a longer silence. "
    }
    return text + "What keeps state of the connection there had forgotten it."
  }

  var remedies: [Remedy] {
    IdleRemedies(
      timer: timer, silence: silence,
      place: clue.location.to?.text ?? clue.location.from?.text ?? "what keeps state on the way"
    ).all
  }
}
