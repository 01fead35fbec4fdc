internal import CaseModel
internal import Correlation
internal import Wire

/// How the opening of one TCP connection went, at the place nearest to the end that was called that shows its SYN.
///
/// A listening socket answers every SYN that it takes (RFC 9293, 3.10.7.2): with SYN and ACK, or with a RST where nobody listens.
/// Silence means that the SYN did not get there, or that something there dropped it.
struct Opening: Sendable {
  enum Outcome: Sendable {
    /// No copy of the SYN was answered.
    case silent
    /// The first copies were passed over, a later one was answered.
    case late
    /// SYN and ACK left again and again, though the ACK and data had come: the stack did not take the connection over.
    case confirmationIgnored
    /// A RST right after the ACK that completed the handshake, before anything else.
    case aborted
    /// The answer was sent, again and again, and did not get through.
    case answerLost
    /// A RST answered the SYN.
    case refused
    /// An ICMP message says that the SYN was not passed on, or not let in.
    case rejected
    /// One SYN that left its sender and was not answered, and no other one followed: whoever sent it did not want to wait, or the
    /// capture ended. Alone it says nothing.
    case abandoned
  }

  struct Copy: Sendable {
    var reference: RecordReference
    /// By the vantage's clock, nanoseconds.
    var time: Int64
    var stamp: UInt32?
  }

  var outcome: Outcome
  var place: Place
  /// As they are called there.
  var source: Endpoint
  var server: Endpoint
  /// Copies of the SYN there that were not answered, file order.
  var copies: [Copy]
  /// What came back, where something did: the SYN-ACK, or the RST.
  var answer: RecordReference?
  /// SYN and ACK, though a RST had answered already.
  var contradiction: RecordReference?
  /// The ACK that completed the handshake, or data behind it, that was passed over.
  var confirmation: RecordReference?
  /// The ICMP message, as near to its sender as it was seen.
  var rejection: Rejection?
  /// Nanoseconds from the first copy to the answer, where copies got lost before one came through.
  var heldUp: Int64?
  /// The vantage that shows its copies last, or the copies of the answer where those get lost.
  var edge: Int
  /// The next captured place on the way that shows none of them, where its capture would have.
  var missingAt: Int?
  /// The next captured place on the way, where there is one.
  var nextPlace: Int?

  var vantage: Int { place.vantage }

  private static let second: Int64 = 1_000_000_000
  /// Copies that are kept: more say nothing new.
  private static let most = 16

  /// nil where the opening went as it should, or was not seen.
  init?(_ story: FlowStory) {
    guard story.flow.transport == 6, story.flow.sawOpening, let view = OpeningView(nearestAcceptorIn: story),
      let first = view.syns.first
    else { return nil }
    let record = story[first]
    guard story.flow.aliases.indices.contains(Int(record.alias)) else { return nil }
    guard let outcome = Self.outcome(view, story) else {
      guard let late = HeldUpOpening(story).flatMap({ Opening($0, story) }) else { return nil }
      self = late
      return
    }
    self.outcome = outcome
    place = view.place
    let alias = story.flow.aliases[Int(record.alias)]
    (source, server) = (alias.opener, alias.acceptor)
    answer = outcome == .refused || outcome == .aborted ? view.reset : view.answers.first
    contradiction = outcome == .refused ? view.answers.first : nil
    confirmation = view.data ?? view.confirmation
    rejection = outcome == .rejected ? view.rejection : nil
    let unanswered = outcome == .late ? view.syns.filter { isBefore($0, view.answers.first) } : view.syns
    copies = Self.copies(unanswered, story)
    let lost = outcome == .answerLost ? Self.answersSeenLast(story) ?? view.answers : view.syns
    let here = lost.first.map { Place(story[$0], at: $0.vantage) }
    edge = here?.vantage ?? view.place.vantage
    let path = story.paths[outcome != .answerLost]
    let index = here.flatMap { path.firstIndex(of: $0) }
    let next = index.flatMap { path[($0 + 1)...].first }
    nextPlace = next?.vantage
    let fates = lost.map { story.tracks[$0.vantage].fates[$0.index] }
    let isLost = fates.contains(.lost) && !fates.contains(.delivered)
    missingAt = isLost ? next?.vantage : nil
  }

  private init?(_ heldUp: HeldUpOpening, _ story: FlowStory) {
    guard let first = heldUp.lost.first, story.flow.aliases.indices.contains(Int(story[first].alias)) else {
      return nil
    }
    let alias = story.flow.aliases[Int(story[first].alias)]
    (source, server) = (alias.opener, alias.acceptor)
    outcome = .late
    place = heldUp.place
    copies = Self.copies(heldUp.lost, story)
    answer = heldUp.answer
    self.heldUp = heldUp.answer.map { story[$0].time &- story[first].time }
    edge = heldUp.place.vantage
    (nextPlace, missingAt) = (heldUp.next.vantage, heldUp.next.vantage)
  }

  private static func copies(_ syns: [RecordReference], _ story: FlowStory) -> [Copy] {
    syns.prefix(most).map { reference in
      let record = story[reference]
      return Copy(
        reference: reference, time: record.time,
        stamp: record.bits.contains(.hasTimestamps) ? record.timestampValue : nil)
    }
  }

  /// The SYN-ACKs at the last place of their way that shows any.
  private static func answersSeenLast(_ story: FlowStory) -> [RecordReference]? {
    story.paths.fromAcceptor.reversed().lazy.map { place in
      let records = story.tracks[place.vantage].records
      return records.indices.filter {
        !records[$0].isFromOpener && records[$0].isSegment && records[$0].flags.contains(.syn)
          && Place(records[$0], at: place.vantage) == place
      }.map { RecordReference(vantage: place.vantage, index: $0) }
    }.first { !$0.isEmpty }
  }

  /// Whether so much was tried that silence is a fault and not the end of the capture.
  private static func outcome(_ view: OpeningView, _ story: FlowStory) -> Outcome? {
    guard let first = view.syns.first, let last = view.syns.last else { return nil }
    if let reset = view.reset, view.answers.isEmpty { return isAfter(reset, first) ? .refused : nil }
    // Two answers to one SYN, the refusal first: stacks give up then (RFC 9293, 3.10.7.3).
    if let reset = view.reset, !view.isConfirmed, isAfter(reset, first), isBefore(reset, view.answers.first) {
      return .refused
    }
    if view.answers.isEmpty {
      // Its opener goes on as if it had been answered, so it was: on a way that was not captured.
      guard !view.wentOn else { return nil }
      // Stacks give up at once then (Linux, tcp_v4_err in SYN-SENT): one copy is enough.
      if view.rejection != nil, !view.wasAnsweredElsewhere { return .rejected }
      // An answer that another vantage shows was given.
      guard !view.wasAnsweredElsewhere else { return nil }
      let tried = story[last].time &- story[first].time
      if view.syns.count >= 2 && tried >= second / 2 { return .silent }
      return view.sawDeparture ? .abandoned : nil
    }
    if view.isConfirmed, view.reset != nil, !view.acceptorSpoke { return .aborted }
    if view.isConfirmed, view.answersAfterConfirmation > 0, view.data != nil, !view.dataWasAcknowledged {
      return .confirmationIgnored
    }
    if !view.isConfirmed, view.answers.count >= 3, view.syns.count >= 2, !view.openerReset { return .answerLost }
    let ignored = view.syns.filter { isBefore($0, view.answers.first) }
    guard ignored.count >= 2, let answer = view.answers.first,
      story[answer].time &- story[ignored[0]].time >= second / 2
    else { return nil }
    return .late
  }
}

private func isBefore(_ a: RecordReference, _ b: RecordReference?) -> Bool {
  guard let b else { return true }
  return a.vantage == b.vantage && a.index < b.index
}
private func isAfter(_ a: RecordReference, _ b: RecordReference) -> Bool { a.vantage == b.vantage && a.index > b.index }

/// The first segments of one connection at one vantage.
struct OpeningView {
  var place: Place
  var syns: [RecordReference] = []
  var answers: [RecordReference] = []
  /// The opener's first ACK after the answer, and its first data.
  var confirmation: RecordReference?
  var data: RecordReference?
  /// The acceptor's first RST.
  var reset: RecordReference?
  /// SYN-ACKs that were sent again after that.
  var answersAfterConfirmation = 0
  var dataWasAcknowledged = false
  var openerReset = false
  /// The opener sent more than SYNs, though no answer is to be seen.
  var wentOn = false
  /// The acceptor sent something else than SYN-ACK and RST.
  var acceptorSpoke = false
  var wasAnsweredElsewhere = false
  /// Some vantage shows a SYN that nobody has forwarded: its sender is near, and not made up.
  var sawDeparture = false
  var rejection: Rejection?

  var isConfirmed: Bool { confirmation != nil }

  /// Of the last place on the opener's path that shows a SYN.
  init?(nearestAcceptorIn story: FlowStory) {
    let path = story.paths.fromOpener
    var best: (rank: Int, place: Place)?
    for (vantage, track) in story.tracks.enumerated() {
      for record in track.records where record.isOpening {
        let place = Place(record, at: vantage)
        let rank = path.lastIndex(of: place) ?? -1
        if rank > best?.rank ?? -2 { best = (rank, place) }
      }
    }
    guard let place = best?.place else { return nil }
    self.place = place
    read(story, place.vantage)
    rejection = Rejection(ofSYNIn: story)
    sawDeparture = story.tracks.contains { track in
      track.records.contains { $0.isOpening && [64, 128, 255].contains($0.timeToLive) }
    }
    wasAnsweredElsewhere = story.tracks.indices.contains { vantage in
      vantage != place.vantage
        && story.tracks[vantage].records.contains { !$0.isFromOpener && $0.isSegment && $0.flags.contains(.syn) }
    }
  }

  private mutating func read(_ story: FlowStory, _ vantage: Int) {
    // A gateway shows every answer twice: as it comes in, and as it goes on.
    let back = story.paths.fromAcceptor.first { $0.vantage == vantage }
    for (index, record) in story.tracks[vantage].records.enumerated() where record.isSegment {
      let reference = RecordReference(vantage: vantage, index: index)
      let seen = Place(record, at: vantage)
      if record.isFromOpener {
        guard seen == place else { continue }
        note(ofOpener: record, reference)
      } else {
        guard back == nil || seen == back else { continue }
        note(ofAcceptor: record, reference)
        if acceptorSpoke { return }
      }
    }
  }

  private mutating func note(ofOpener record: Record, _ reference: RecordReference) {
    if record.flags.contains(.rst) {
      openerReset = true
    } else if record.isOpening {
      syns.append(reference)
    } else if record.flags.contains(.ack), answers.isEmpty {
      wentOn = true
    } else if record.flags.contains(.ack) {
      confirmation = confirmation ?? reference
      if record.length > 0 { data = data ?? reference }
    }
  }

  private mutating func note(ofAcceptor record: Record, _ reference: RecordReference) {
    if record.flags.contains(.rst) {
      reset = reset ?? reference
    } else if record.flags.contains(.syn) {
      answers.append(reference)
      if isConfirmed { answersAfterConfirmation += 1 }
    } else {
      acceptorSpoke = true
      if data != nil { dataWasAcknowledged = true }
    }
  }
}
