internal import CaseModel
internal import Correlation
internal import Evidence

/// Connections whose segments vanish after a silence, without a RST.
extension IdleTimeoutReset {
  func voidClues(_ story: FlowStory, _ scene: Scene) -> [Clue] {
    guard VoidAfterIdle.isSuspected(story), RepeatedData.isSuspected(story) else { return [] }
    let places = PathPlaces(story)
    return [true, false].compactMap { fromOpener in
      VoidAfterIdle(story, places, fromOpener: fromOpener, scene)?.clue(FrameCitations(story, scene))
    }
  }

  /// nil where a path or an end that died would look the same.
  func voidFinding(_ clues: [Clue], _ scene: Scene) -> Finding? {
    let ranked = clues.compactMap { clue in (clue.detail as? VoidAfterIdle).map { (clue, $0) } }
      .sorted { ($1.1.silence.length, $0.0.flow) < ($0.1.silence.length, $1.0.flow) }
    guard let (leading, void) = ranked.first else { return nil }
    let timers = PathTimers(between: leading.location.from, and: leading.location.to, scene)
    let timer = timers.exceeded(by: void.silence)
    let shortest = ranked.map(\.1.silence.length).min() ?? void.silence.length
    let longer = LongerSilences(than: shortest, beside: Set(clues.map(\.flow)), leading, scene)
    let peer = PeerMeanwhile(void, flow: leading.flow, scene)
    guard let certainty = certainty(ranked.map(\.1), timer, peer, longer) else { return nil }
    let sentences = VoidSentences(
      clue: leading, void: void, timer: timer, timers: timers, peer: peer, longer: longer.found,
      flows: Set(clues.map(\.flow)).count)
    return Finding(
      kind: Self.kind, standing: .rootCause, certainty: certainty, title: sentences.title,
      explanation: sentences.text, flows: Set(clues.map(\.flow)).sorted(), location: leading.location,
      citations: leading.citations + ranked.dropFirst().prefix(9).flatMap { $0.0.citations.prefix(2) }
        + [(timer ?? timers.timers.first)?.citation, peer.citation].compactMap { $0 } + longer.citations,
      remedies: sentences.remedies)
  }

  /// A timer of that very place between the silences that were survived and this one, and an end that is alive: proven. Without a
  /// timer only an end that others are heard of, and a silence of half a minute, tell it from a path that broke; or several
  /// connections that end so at one place, while all that were silent for less go on.
  private func certainty(
    _ voids: [VoidAfterIdle], _ timer: PathTimers.Timer?, _ peer: PeerMeanwhile, _ longer: LongerSilences
  ) -> FindingRecord.Certainty? {
    guard longer.found == 0, let void = voids.first else { return nil }
    let isLocated = void.isLostThere
    if timer != nil {
      return peer.heard > 0 && isLocated ? .proven : peer.heard > 0 || isLocated ? .probable : .possible
    }
    guard peer.heard > 0 else { return nil }
    if voids.count >= 2, voids.allSatisfy(\.isLostThere) { return .probable }
    guard void.silence.length >= 30_000_000_000 else { return nil }
    return void.silence.length >= 2 * void.silence.survived && (isLocated || void.silence.length >= 60_000_000_000)
      ? .probable : .possible
  }
}

private struct VoidSentences {
  let clue: Clue
  let void: VoidAfterIdle
  let timer: PathTimers.Timer?
  let timers: PathTimers
  let peer: PeerMeanwhile
  let longer: Int
  let flows: Int

  private var length: String { Wording.duration(nanoseconds: void.silence.length) }
  private var sender: String { clue.words["sender"] ?? "an end" }
  private var receiver: String { clue.words["receiver"] ?? "the other end" }

  private var place: String { Wording.place(clue.location) }

  var title: String {
    let what = flows == 1 ? "a connection" : Wording.count(flows, "connection")
    let beyond = timer.map { ", beyond the \($0.seconds) s idle timeout of \($0.name) on `\($0.host)`" } ?? ""
    return
      "\(what) of \(flows == 1 ? sender : clue.words["host"] ?? sender) forgotten \(place) after \(length) of silence\(beyond): dropped without a word"
  }

  var text: String {
    let times = Wording.count(void.transmissions.count, "time")
    var text =
      "Nothing was seen of the connection for \(length). Then \(sender) "
      + (void.isOfKeepAlives ? "asked \(times) whether \(receiver) was still there" : "sent the same bytes \(times)")
      + " (\(clue.words["at"] ?? "")), and nothing came back: no acknowledgment, and no RST, with which a stack without the "
      + "connection would have answered. "
    if void.isLostThere { text += "None of them is seen past that place: they vanish \(place). " }
    if void.silence.survived > 0 {
      text +=
        "The longest silence before that it had survived was \(Wording.duration(nanoseconds: void.silence.survived)). "
    }
    if peer.heard > 0 {
      text +=
        "The other end was alive: it was heard on \(Wording.count(peer.heard, "other connection")) meanwhile, by the same capture. "
    }
    if let timer {
      text += "\(timer.name) on `\(timer.host)` forgets a connection after \(timer.seconds) s without traffic. "
    } else if let other = timers.timers.first {
      text += "\(other.name) on `\(other.host)` forgets after \(other.seconds) s, which does not fit. "
    } else if let usual = PathTimers.customary(for: void.silence) {
      text += "No timer of the path was read; \(usual) would lie between. "
    }
    return text + "What keeps state of the connection there had forgotten it, and drops what it does not know."
  }

  var remedies: [Remedy] {
    IdleRemedies(
      timer: timer, silence: void.silence,
      place: clue.location.to?.text ?? clue.location.from?.text ?? "what keeps state on the way"
    ).all
  }
}
