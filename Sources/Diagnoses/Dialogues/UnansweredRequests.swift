internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// What one connection's unanswered requests come to.
struct UnansweredRequest {
  var flow: Int
  var server: String
  var location: Location
  var certainty: FindingRecord.Certainty
  /// The first of them holds the text that was looked for.
  var isLookedFor: Bool
  var count: Int
  var answered: Int
  var text: String
  var citations: [Citation]
  /// When the first and the last of them were sent, where the clock is known.
  var seen: ClosedRange<CaseTime>?
}

/// Reads connections, looks inside, and tells which requests were never answered.
struct UnansweredRequests {
  private let flows: [Int]
  private let scene: Scene

  private static let second: Int64 = 1_000_000_000
  /// Bytes that are read of a frame.
  private static let reach = 1_024

  init(_ flows: [Int], _ scene: Scene) {
    self.flows = flows
    self.scene = scene
  }

  func all() -> [UnansweredRequest] {
    var dialogues: [(flow: Int, dialogue: Dialogue)] = []
    let read = try? scene.timeline.eachStory(of: flows) { story in
      Dialogue.bestVantage(story).flatMap { Dialogue(story, at: $0) }
    }
    for (flow, dialogue) in read ?? [] { if let dialogue { dialogues.append((flow, dialogue)) } }
    for vantage in Set(dialogues.map(\.dialogue.vantage)).sorted()
    where scene.evidence.captures.indices.contains(vantage) {
      let own = dialogues.indices.filter { dialogues[$0].dialogue.vantage == vantage }
      let frames = own.reduce(into: Set<FramePayloads.Frame>()) { $0.formUnion(dialogues[$1].dialogue.frames) }
      let payloads = FramePayloads(frames, in: scene.evidence.captures[vantage], limit: Self.reach)
      for index in own { dialogues[index].dialogue.fill(payloads) }
    }
    var silences: [Int: (Dialogue, AnsweredRequests, Bool)] = [:]
    for (flow, dialogue) in dialogues {
      if let found = unanswered(dialogue) { silences[flow] = found }
    }
    let told = try? scene.timeline.eachStory(of: silences.keys.sorted()) { story in story }
    return (told ?? []).compactMap { flow, story in
      silences[flow].flatMap { tell(flow, story, $0.0, $0.1, isEncrypted: $0.2) }
    }
  }

  private func unanswered(_ dialogue: Dialogue) -> (Dialogue, AnsweredRequests, Bool)? {
    if dialogue.isEncrypted {
      return AnsweredRequests(inTurn: dialogue.messages).flatMap { $0.unanswered.isEmpty ? nil : (dialogue, $0, true) }
    }
    var split = dialogue
    split.split()
    let told = scene.evidence.manifest.lookFor["request-id"].map { CorrelationKey.pattern($0) }
    let keys = [told, CorrelationKey.learned(from: split.messages)].compactMap { $0 }
    for key in keys {
      guard var answered = AnsweredRequests(split.messages, by: key) else { continue }
      // Those that had time, and behind which others were answered.
      let patience = max(Self.second, 5 * answered.slowest)
      answered.unanswered.removeAll { request in
        split.last &- request.time < patience
          || !answered.exchanges.contains { $0.request.time > request.time || $0.request.start > request.end }
      }
      if !answered.unanswered.isEmpty { return (split, answered, false) }
      // Behind the last one nothing could be answered: there only turns tell.
      break
    }
    if let inTurn = AnsweredRequests(inTurn: dialogue.messages), !inTurn.unanswered.isEmpty {
      return (dialogue, inTurn, false)
    }
    guard !dialogue.isWhole else { return nil }
    let counted =
      AnsweredRequests(byNumber: dialogue.messages, until: dialogue.last) ?? AnsweredRequests(byPace: dialogue.messages)
    return counted.map { (dialogue, $0, false) }
  }
}

// MARK: - Telling

extension UnansweredRequests {
  private func tell(
    _ flow: Int, _ story: FlowStory, _ dialogue: Dialogue, _ answered: AnsweredRequests, isEncrypted: Bool
  ) -> UnansweredRequest? {
    let frames = FrameCitations(story, scene)
    let ownership = story.ownership(ofAcceptor: dialogue.vantage, scene)
    let all = answered.unanswered.compactMap { request in
      acknowledgment(of: request, story, dialogue.vantage).map { (request, $0) }
    }
    let isBad = { (request: Dialogue.Message) in scene.lookedFor?.isIn(request.frames, at: dialogue.vantage) == true }
    let confirmed = all.filter { isBad($0.0) } + all.filter { !isBad($0.0) }
    guard let (first, acknowledgment) = confirmed.first,
      let certainty = certainty(first, story, dialogue, answered, ownership, isEncrypted)
    else { return nil }
    let name = frames.vantage(first.reference)
    let server = frames.destination(first.reference)
    var citations = citations(first, acknowledgment, story, answered, frames)
    for (request, _) in confirmed.dropFirst().prefix(7) {
      citations.append(frames.cite(request.reference, "another request without an answer"))
    }
    return UnansweredRequest(
      flow: flow, server: server, location: Location(from: name, to: ownership == .certain ? name : nil),
      certainty: certainty, isLookedFor: isBad(first),
      count: answered.missing ?? confirmed.count, answered: answered.exchanges.count,
      text: (isBad(first) ? "The text that was looked for is in a request without an answer. " : "")
        + text(first, acknowledgment, story, dialogue, answered, frames, isEncrypted), citations: citations,
      seen: .spanning(confirmed.compactMap { frames.time($0.0.reference) }))
  }

  /// By key: nothing but the application can leave out one answer of an unbroken stream. By turns only the last one is known to be
  /// missing, so it takes a wait that is out of all proportion, seen where the answer would have left.
  private func certainty(
    _ request: Dialogue.Message, _ story: FlowStory, _ dialogue: Dialogue, _ answered: AnsweredRequests,
    _ ownership: Ownership,
    _ isEncrypted: Bool
  ) -> FindingRecord.Certainty? {
    if answered.key != nil {
      guard !dialogue.hasHoles else { return .possible }
      return ownership == .certain ? .proven : .probable
    }
    // All bytes of the answers are there, and too few for the requests: one that wants no answer would have to look like the others.
    if answered.missing != nil { return dialogue.hasHoles ? .possible : .probable }
    let waited = dialogue.last &- request.time
    if answered.exchanges.last.map({ $0.request.start > request.start }) == true {
      return waited >= Self.second && waited >= 10 * answered.slowest && !dialogue.hasHoles ? .possible : nil
    }
    guard answered.exchanges.count >= 3, waited >= max(Self.second, 10 * answered.slowest) else { return nil }
    // The server closing is an answer of a kind.
    let records = story.tracks[dialogue.vantage].records
    let closed = records.contains {
      !$0.isFromOpener && $0.time >= request.time && !$0.flags.isDisjoint(with: [.fin, .rst])
    }
    let gaveUp = records.last { $0.isFromOpener && !$0.flags.isDisjoint(with: [.fin, .rst]) }.map {
      $0.time >= request.time
    }
    let openerFirst = gaveUp == true || !closed
    guard openerFirst else { return nil }
    let isLong = waited >= 5 * Self.second && gaveUp == true
    return ownership == .certain && isLong && !isEncrypted && !dialogue.hasHoles ? .probable : .possible
  }

  /// The first segment of the acceptor that acknowledges all of it.
  private func acknowledgment(of request: Dialogue.Message, _ story: FlowStory, _ vantage: Int) -> RecordReference? {
    let records = story.tracks[vantage].records
    return records.indices.first { index in
      index > request.reference.index && !records[index].isFromOpener && records[index].isSegment
        && records[index].flags.contains(.ack) && !records[index].flags.contains(.rst)
        && records[index].acknowledged >= request.end
    }.map { RecordReference(vantage: vantage, index: $0) }
  }

  private func citations(
    _ request: Dialogue.Message, _ acknowledgment: RecordReference, _ story: FlowStory, _ answered: AnsweredRequests,
    _ frames: FrameCitations
  ) -> [Citation] {
    var all = [
      frames.cite(request.reference, "the request arrives"),
      frames.cite(acknowledgment, "\(frames.source(acknowledgment)) acknowledges it, and no answer to it follows"),
    ]
    for sighting in story.sightings(of: request.reference) where sighting != request.reference {
      all.append(frames.cite(sighting, "the same request on its way"))
    }
    let later = Array(answered.exchanges.filter { $0.request.start >= request.end }.prefix(4))
    for exchange in answered.missing != nil ? later : answered.key == nil ? answered.exchanges.suffix(2) : later {
      let says =
        answered.missing != nil
        ? "an answer, as long as all others: from here on they are behind"
        : answered.key == nil ? "an earlier request is answered" : "a later request is answered"
      for sighting in story.sightings(of: exchange.answer.reference) { all.append(frames.cite(sighting, says)) }
    }
    return all
  }

  private func text(
    _ request: Dialogue.Message, _ acknowledgment: RecordReference, _ story: FlowStory, _ dialogue: Dialogue,
    _ answered: AnsweredRequests, _ frames: FrameCitations, _ isEncrypted: Bool
  ) -> String {
    let after = Wording.duration(nanoseconds: story[acknowledgment].time &- request.time)
    let waited = Wording.duration(nanoseconds: dialogue.last &- request.time)
    var text =
      "A request of \(Wording.count(Int(clamping: request.end &- request.start), "byte")) reached `\(frames.vantage(request.reference))` "
      + "(\(frames.frame(request.reference))), and \(frames.source(acknowledgment)) acknowledged it \(after) later. No answer to it "
      + "was seen in the \(waited) until the end. \(Wording.count(answered.exchanges.count, "other request")) of this connection "
      + "were answered, the slowest after \(Wording.duration(nanoseconds: answered.slowest)). "
    if let key = answered.key {
      text += "Requests and answers are tied by \(key.description). "
      text +=
        dialogue.hasHoles
        ? "Some bytes of the answers were not captured. " : "No byte of the answers is missing in between. "
    } else if let missing = answered.missing {
      text +=
        "All requests are as long as each other, and all answers: by number \(Wording.count(missing, "answer")) never came. Which "
        + "request was left out the bytes that were captured do not tell: this one, or one soon after it. "
    } else if answered.exchanges.last.map({ $0.request.start > request.start }) == true {
      text +=
        "Too little of the messages was captured to tie answers to requests: by their pace this one was left out. "
    } else {
      text += "The two took turns, and it was the last one's turn. "
    }
    if isEncrypted {
      text += "The connection is encrypted: whether this was a request that wants an answer cannot be seen. "
    }
    guard
      answered.key != nil || answered.missing != nil || story.ownership(ofAcceptor: dialogue.vantage, scene) == .certain
    else {
      return text + "Whether an answer left the server and got lost beyond the captures, nobody saw."
    }
    return text + "The network delivered it; the application did not answer."
  }
}
