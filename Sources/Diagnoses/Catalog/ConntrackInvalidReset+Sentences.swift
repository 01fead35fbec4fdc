internal import CaseModel
internal import Correlation
internal import Wire

/// What the frames of a segment forwarded untranslated say, one by one, most telling first.
struct ForwardedSentences {
  private let segment: UntranslatedSegment
  private let names: PlaceNames
  private let frames: FrameCitations

  init(_ segment: UntranslatedSegment, _ names: PlaceNames, _ frames: FrameCitations) {
    self.segment = segment
    self.names = names
    self.frames = frames
  }

  /// The stray that left the translator, the RST leaving its sender and arriving; then the rest in the order in which it happened.
  var citations: [Citation] {
    let all = inOrder
    let telling = [segment.strays.first, segment.resets.first, segment.resets.last].compactMap { $0 }
    var head: [RecordReference] = []
    for reference in telling where !head.contains(reference) { head.append(reference) }
    return head.compactMap { reference in all.first { $0.0 == reference }?.1 }
      + all.filter { !head.contains($0.0) }.map(\.1)
  }

  private var inOrder: [(RecordReference, Citation)] {
    var all: [(RecordReference, Citation)] = []
    func add(_ reference: RecordReference, _ says: String) {
      guard !all.contains(where: { $0.0 == reference }) else { return }
      all.append((reference, frames.cite(reference, says)))
    }
    if let sent = segment.sent, sent.vantage != segment.entered?.vantage { add(sent, "the segment leaves its sender") }
    if let entered = segment.entered { add(entered, entering(entered)) }
    for stray in segment.strays { add(stray, straying(stray)) }
    for (position, reset) in segment.resets.enumerated() { add(reset, resetting(reset, position)) }
    if let next = segment.sentOn { add(next, "\(frames.source(next)) knows of no reset and sends on") }
    for (position, refusal) in segment.refusals.enumerated() { add(refusal, refusing(refusal, position)) }
    if let usual = segment.stillTranslated {
      add(usual, "the same connection is translated as usual: its tracking entry is alive")
    }
    return all
  }

  private func entering(_ reference: RecordReference) -> String {
    let record = frames.story[reference]
    return "\(kind(record)) comes in from \(frames.source(reference)), \(Sentences.standing(segment.standing))"
  }

  private func straying(_ reference: RecordReference) -> String {
    let usual = names.regular(reference).map {
      "\(frames.story[reference].isFromOpener ? $0.opener : $0.acceptor)"
    }
    if reference.vantage == segment.entered?.vantage {
      return "the segment goes on untranslated: still from \(frames.source(reference))"
        + (usual.map { ", where this connection's packets come from \($0)" } ?? "")
    }
    return "it arrives from \(frames.source(reference)), with which \(frames.destination(reference)) has no connection"
      + (usual.map { "; its peer is \($0)" } ?? "")
  }

  private func resetting(_ reference: RecordReference, _ position: Int) -> String {
    if position == 0 {
      return
        "\(frames.source(reference)) answers the unknown peer \(frames.destination(reference)) with RST; its sequence "
        + "number \(frames.story[reference].sequence) is what the segment acknowledged"
    }
    if names.isStray(reference) { return "the RST passes towards \(frames.destination(reference))" }
    if reference == segment.resets.last, reference.vantage == segment.entered?.vantage {
      return "the RST goes on to \(frames.destination(reference)), where it fits the real connection"
    }
    if reference == segment.resets.last {
      return "the RST arrives at \(frames.destination(reference)) and fits its real connection, which it ends"
    }
    return "the RST goes on under the name that the real connection has here"
  }

  private func refusing(_ reference: RecordReference, _ position: Int) -> String {
    if position == 0 { return "\(frames.source(reference)) refuses it with RST: the connection is gone" }
    if reference == segment.refusals.last {
      return "the refusal arrives as a RST from \(frames.source(reference)): to this end, the other one reset"
    }
    return "the refusal passes as a RST from \(frames.source(reference))"
  }

  private func kind(_ record: Record) -> String {
    record.length == 0
      ? "an acknowledgment" : "a segment of \(Wording.count(Int(record.length), "byte")) (sequence \(record.sequence))"
  }
}

/// What the frames of a RST made by the translator's own host say.
struct AnsweredSentences {
  private let answer: AnsweredByTranslator
  private let frames: FrameCitations

  init(_ answer: AnsweredByTranslator, _ frames: FrameCitations) {
    self.answer = answer
    self.frames = frames
  }

  var citations: [Citation] {
    let behind = answer.behind.map { frames.scene.timeline.vantages[$0].name.text } ?? "the end behind it"
    let record = frames.story[answer.reset]
    var all = [
      frames.cite(
        answer.segment,
        "from \(frames.source(answer.segment)), \(Sentences.standing(answer.standing))"
          + (answer.behind == nil
            ? ""
            : answer.isDirect ? "; it never shows at `\(behind)`" : "; it left long before, and a copy of it came late")
      ),
      frames.cite(
        answer.reset,
        "RST in the name of \(frames.source(answer.reset)), its sequence number \(record.sequence) the one just acknowledged; "
          + (answer.behind == nil ? "nobody captured behind this host" : "`\(behind)` never sent it")
          + (answer.isOfThisHost ? ", and its TTL of \(record.timeToLive) is that of a packet made on this host" : "")),
    ]
    if let arrival = answer.arrival {
      all.append(frames.cite(arrival, "the RST arrives at \(frames.destination(arrival))"))
    }
    if let next = answer.sentOn {
      all.append(frames.cite(next, "\(frames.source(next)) knows of no reset and sends on"))
    }
    if let last = answer.lastSent {
      let lost = answer.arrivedCount == 0 && answer.sentOnCount > 0
      let says = "\(frames.source(last)) still sends" + (lost ? "; the other end shows nothing of it any more" : "")
      all.append(frames.cite(last, says))
    }
    return all
  }
}

/// The sentences of the finding.
struct Sentences {
  static let noTranslator = "no connection changes its name between the vantages: no address translation is in sight"
  static let allTranslated =
    "every packet of every translated connection was translated, and no RST answers a segment that was not"

  private let clue: Clue
  private let others: Int
  private let readings: TrackerReadings?
  private let kernel: KernelReset?

  init(_ clue: Clue, others: Int, readings: TrackerReadings?, kernel: KernelReset?) {
    self.clue = clue
    self.others = others
    self.readings = readings
    self.kernel = kernel
  }

  private var isOwnStack: Bool { clue.measures["own_stack"] == 1 }
  private var place: String {
    if clue.location.from == clue.location.to, let at = clue.location.from { return "`\(at)`" }
    guard let to = clue.location.to else { return "a translator" }
    return clue.location.from.map { "a translator between `\($0)` and `\(to)`" } ?? "a translator before `\(to)`"
  }
  private var isOutside: Bool { !clue.measures.keys.allSatisfy { !$0.hasSuffix("_bytes") } }
  private func word(_ name: String) -> String { clue.words[name] ?? "another address" }

  var title: String {
    isOwnStack
      ? "\(place) answered an out-of-window segment with a RST of its own, in the name of \(word("claimed"))"
        + (clue.measures["ended"] == 1 ? ", and that ended the connection" : "")
      : "\(place) let \(isOutside ? "an out-of-window segment" : "a segment") through untranslated; the RST that it drew killed "
        + "the real connection"
  }

  var explanation: String {
    var paragraphs = isOwnStack ? ownStack : forwarded
    paragraphs += [kernel?.text ?? "", hostEvidence]
    if others > 0 { paragraphs.append("The same happened to \(Wording.count(others, "other connection")).") }
    return paragraphs.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private var forwarded: [String] {
    let refused = clue.measures["refused"] == 1
    // Whoever is sent the stray is the one that resets.
    let (sender, receiver) = clue.measures["opener"] == 1 ? ("the client", "the server") : ("the server", "the client")
    return [
      "A segment from \(sender) (\(word("real"))) came to \(place) \(Self.standing(distance: clue.measures)).",
      isOutside
        ? "Connection tracking calls that INVALID, and an INVALID packet is not translated: it went on to \(receiver) "
          + "(\(word("receiver"))) under its sender's own address instead of \(word("service"))."
        : "It was not translated all the same, and went on to \(receiver) (\(word("receiver"))) under its sender's own address "
          + "instead of \(word("service")): connection tracking called it INVALID for another reason, or had no entry any more.",
      "\(Self.capitalized(receiver)) has no connection with that address and answered with a RST (\(word("reset_at"))).",
      "That RST needs no translation to fit the real connection at \(sender), which it ended.",
      refused
        ? "When \(receiver) sent on, it was refused, and the refusal came back translated, as a RST from \(word("service"))."
        : "",
      "So each side saw the other one reset, and neither application did.",
    ]
  }

  private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  private var ownStack: [String] {
    let sentOn = Int(clue.measures["sent_on"] ?? 0)
    let arrived = clue.measures["arrived"] ?? -1
    return [
      "A segment for the connection came to \(place) \(Self.standing(distance: clue.measures)).",
      "Connection tracking calls that INVALID, and an INVALID packet is not translated back: addressed to the translator itself, it "
        + "went to that host's own stack, which knows no such connection and answered \(word("receiver")) with a RST "
        + "(\(word("reset_at"))) in the name of \(word("claimed")).",
      word("behind").isEmpty
        ? "The end behind it knew nothing of that and kept sending; nobody captured there."
        : "`\(word("behind"))` saw neither the segment nor the RST and kept sending.",
      sentOn > 0 && arrived == 0
        ? "Of the \(Wording.count(sentOn, "segment")) that it sent past \(place) afterwards the other end's capture shows none."
        : "",
    ]
  }

  private var hostEvidence: String {
    guard let readings else { return "" }
    var says: [String] = []
    if let before = readings.invalid.before, let after = readings.invalid.after {
      says.append(
        "connection tracking on `\(readings.host)` counted \(before) INVALID packets before and \(after) after")
    }
    if let isLiberal = readings.isLiberal { says.append("nf_conntrack_tcp_be_liberal is \(isLiberal ? 1 : 0)") }
    if let kernel = readings.kernel { says.append("the kernel is \(kernel)") }
    guard let first = says.first else { return "" }
    let sentence = Wording.list([Self.capitalized(first)] + says.dropFirst()) + "."
    guard clue.measures["behind_bytes"] != nil || clue.measures["old_ack_bytes"] != nil,
      readings.letsBelowWindowBe == true
    else { return sentence }
    return sentence + " Kernels since 6.1 let a segment below the window be, so this kernel alone does not explain it."
  }

  /// Where a segment stood, after "a segment ...".
  static func standing(_ standing: TrackedWindow.Standing) -> String {
    switch standing {
    case .inside: "inside the window as far as these captures show"
    case .ahead(let bytes): "\(bytesText(bytes)) beyond the edge of the window that its receiver allowed"
    case .behind(let bytes, let allowed):
      "\(bytesText(bytes)) behind the stream, where the window reaches back \(bytesText(allowed))"
    case .acknowledgesUnsent(let bytes): "acknowledging \(bytesText(bytes)) that were never sent"
    case .acknowledgesLongAgo(let bytes, let allowed):
      "acknowledging \(bytesText(bytes)) less than was sent, where the window reaches back \(bytesText(allowed))"
    case .undecided(let bytes): "\(bytesText(bytes)) off the stream (the window's scale was not captured)"
    }
  }

  private static func standing(distance: [String: Double]) -> String {
    let allowed = Int64(distance["allowed_bytes"] ?? 0)
    let standing: TrackedWindow.Standing =
      if let bytes = distance["ahead_bytes"] { .ahead(Int64(bytes)) } else if let bytes = distance["behind_bytes"] {
        .behind(Int64(bytes), allowed: allowed)
      } else if let bytes = distance["unsent_bytes"] {
        .acknowledgesUnsent(Int64(bytes))
      } else if let bytes = distance[
        "old_ack_bytes"]
      { .acknowledgesLongAgo(Int64(bytes), allowed: allowed) } else if let bytes = distance["outside_bytes"] {
        .undecided(Int64(bytes))
      } else { .inside }
    return Self.standing(standing)
  }

  private static func bytesText(_ bytes: Int64) -> String { Wording.count(Int(bytes), "byte") }
}

// MARK: - What helps

extension Sentences {
  func remedies(_ scene: Scene) -> [Remedy] {
    let setting = "net.netfilter.nf_conntrack_tcp_be_liberal"
    let current = readings?.isLiberal.map { "now \($0 ? 1 : 0)" } ?? "its value now was not read"
    let chain = isOwnStack ? "INPUT" : "FORWARD"
    let rule = "-p tcp -m conntrack --ctstate INVALID -j DROP"
    return [
      Remedy(
        on: where_, command: "sysctl -w \(setting)=1",
        effect:
          "connection tracking accepts segments outside the window and translates them like all others (\(current)); what is "
          + "stale or forged is then left to the ends, which drop it. Keep it over a reboot in /etc/sysctl.d",
        sideEffects:
          "only RSTs outside the window are INVALID from then on: a firewall that relies on `--ctstate INVALID` lets "
          + "more through. Holds for every connection of that network namespace, at once",
        rollback: "sysctl -w \(setting)=\(readings?.isLiberal == true ? 1 : 0)"),
      Remedy(
        on: where_, command: "iptables -I \(chain) \(rule)",
        effect:
          "INVALID segments end here instead of going on untranslated; the stream repairs itself by retransmission",
        sideEffects:
          "drops legitimate packets, too: late FINs and RSTs of connections that tracking has forgotten, so closes may "
          + "hang until a timeout; connections picked up in the middle, and asymmetric routes, break",
        rollback: "iptables -D \(chain) \(rule)"),
    ]
  }

  private var where_: String {
    guard let readings else {
      return clue.location.from == clue.location.to
        ? clue.location.from?.text ?? "the translator" : place.filter { $0 != "`" }
    }
    return readings.namespace == .host
      ? readings.host.text : "\(readings.host), network namespace \(readings.namespace)"
  }
}
