internal import CaseModel
internal import Correlation
internal import Wire

/// A clue from an opening that failed, with the frames that show it: where the SYN left, where it was seen last, what came back.
struct OpeningClue {
  private let opening: Opening
  private let frames: FrameCitations

  /// Copies that are cited of each SYN at each of the two places.
  private static let most = 4

  init(_ opening: Opening, _ frames: FrameCitations) {
    self.opening = opening
    self.frames = frames
  }

  /// Of an opening that failed in whichever way but a refusal: all kinds that judge it must see the same ones.
  /// - Parameter evenAbandoned: those, too, that say something only beside others.
  static func all(
    _ kind: FindingKind, _ story: FlowStory, _ scene: Scene, evenAbandoned: Bool = false
  ) -> [Clue] {
    guard let opening = Opening(story), opening.outcome != .refused, evenAbandoned || opening.outcome != .abandoned
    else { return [] }
    return OpeningClue(opening, FrameCitations(story, scene)).clue(kind).map { [$0] } ?? []
  }

  /// With the first frame only: there may be very many of them. The rest is cited of those that a finding shows.
  func clue(_ kind: FindingKind) -> Clue? {
    guard let first = opening.copies.first else { return nil }
    return Clue(
      kind: kind, location: Location(from: frames.scene.timeline.vantages[opening.vantage].name, to: nil),
      certainty: .possible, citations: [frames.cite(first.reference, says(first, 0))],
      last: opening.copies.last.flatMap { frames.time($0.reference) }, detail: opening)
  }

  /// All frames, of some flows.
  static func citations(of flows: [Int], _ scene: Scene) -> [Int: [Citation]] {
    let told = try? scene.timeline.eachStory(of: flows) { story in
      Opening(story).map { OpeningClue($0, FrameCitations(story, scene)).citations } ?? []
    }
    return Dictionary((told ?? []).map { ($0.flow, $0.result) }, uniquingKeysWith: { first, _ in first })
  }

  var citations: [Citation] {
    var all: [Citation] = []
    for (position, copy) in opening.copies.prefix(Self.most).enumerated() {
      all.append(frames.cite(copy.reference, says(copy, position)))
    }
    if let answer = opening.answer { all.append(frames.cite(answer, answerText)) }
    if let contradiction = opening.contradiction {
      all.append(frames.cite(contradiction, "\(opening.server) answers the same SYN with SYN and ACK"))
    }
    if let confirmation = opening.confirmation, [.confirmationIgnored, .aborted].contains(opening.outcome) {
      all.append(frames.cite(confirmation, "\(opening.source) completed the handshake"))
    }
    if let rejection = opening.rejection { all.append(frames.cite(rejection.reference, rejection.name)) }
    return all + departures
  }

  private func says(_ copy: Opening.Copy, _ position: Int) -> String {
    let stamp = copy.stamp.map { " (TSval \($0))" } ?? ""
    guard position > 0, let first = opening.copies.first else {
      return "SYN of \(opening.source) to \(opening.server)\(stamp)" + arrival
    }
    let after = Wording.duration(nanoseconds: copy.time &- first.time)
    return "the same SYN again, \(after) later\(stamp)"
  }

  private var arrival: String {
    switch opening.outcome {
    case .silent, .abandoned: ", not answered"
    case .late: ", passed over"
    case .rejected: ", rejected"
    case .confirmationIgnored, .aborted, .answerLost, .refused: ""
    }
  }

  private var answerText: String {
    switch opening.outcome {
    case .refused: "\(opening.server) answers the SYN with RST"
    case .aborted: "\(opening.server) resets the connection that the ACK completed"
    case .late: "\(opening.server) answers at last"
    case .silent, .abandoned, .confirmationIgnored, .answerLost, .rejected:
      "\(opening.server) answers with SYN and ACK"
    }
  }

  /// The same SYN where it left its sender.
  private var departures: [Citation] {
    let story = frames.story
    guard let start = story.paths.fromOpener.first, start.vantage != opening.vantage else { return [] }
    let own = story.tracks[start.vantage].records
    let syns = own.indices.filter {
      own[$0].isFromOpener && own[$0].flags.contains(.syn) && own[$0].isSegment
        && Place(own[$0], at: start.vantage) == start
    }
    return syns.prefix(Self.most).map { index in
      let reference = RecordReference(vantage: start.vantage, index: index)
      return frames.cite(reference, "SYN leaves \(frames.source(reference))")
    }
  }
}

/// What the openings of a case come to, in words.
enum OpeningWords {
  /// Why no opening is to blame.
  static func allAnswered(_ scene: Scene, showsFirst: Bool = false) -> Conclusion {
    let opened = scene.timeline.flows.counts.opened
    guard opened > 0 else { return .notTestable(wanting: "a capture with the SYN of a TCP connection in it") }
    return .refuted(
      because: opened == 1
        ? "the one opening that was seen was answered"
        : "all \(Wording.count(opened, "opening")) were answered, at the latest when the SYN was sent again",
      shown: showsFirst ? firstAnswered(scene) : [])
  }

  /// The first SYN of all where it was sent, and what answered it.
  private static func firstAnswered(_ scene: Scene) -> [Citation] {
    guard let first = scene.timeline.flows.firstIndex(where: { $0.transport == 6 && $0.sawOpening }),
      let story = try? scene.timeline.story(first), let place = story.paths.fromOpener.first
    else { return [] }
    let frames = FrameCitations(story, scene)
    let records = story.tracks[place.vantage].records
    let syn = records.firstIndex { $0.isFromOpener && $0.isSegment && $0.flags.contains(.syn) }
    let answer = records.firstIndex { !$0.isFromOpener && $0.isSegment && $0.flags.contains(.syn) }
    func cite(_ index: Int, _ says: String) -> Citation {
      frames.cite(RecordReference(vantage: place.vantage, index: index), says)
    }
    return [syn.map { cite($0, "the first SYN") }, answer.map { cite($0, "its answer") }].compactMap { $0 }
  }

  /// Of what was not answered, that which nobody rejected; nil where every opening was answered or rejected.
  static func silent(_ clues: [Clue]) -> [Clue]? {
    let silent = clues.filter { ($0.detail as? Opening)?.outcome != .rejected }
    return silent.isEmpty ? nil : silent
  }

  /// Why none of the openings was passed over in silence.
  static func noneSilent(_ clues: [Clue], _ scene: Scene) -> Conclusion {
    guard !clues.isEmpty else { return allAnswered(scene) }
    return .refuted(
      because:
        "\(Wording.count(clues.count, "opening")) got no answer but an ICMP message: rejected, and not passed over",
      shown: clues.prefix(1).flatMap(\.citations))
  }

  static func flows(_ members: [OpeningTriage.Member]) -> [Int] { Set(members.map(\.clue.flow)).sorted() }

  /// Leading frames of each, the first ones in full.
  static func citations(_ members: [OpeningTriage.Member], _ scene: Scene) -> [Citation] {
    let all = OpeningClue.citations(of: members.prefix(2).map(\.clue.flow), scene)
    return members.prefix(2).flatMap { all[$0.clue.flow] ?? $0.clue.citations }
      + members.dropFirst(2).prefix(8).flatMap(\.clue.citations)
  }

  /// `10.0.0.5:80`, the address alone where several ports are meant, or how many addresses.
  static func server(_ members: [OpeningTriage.Member]) -> String { server(members.map(\.opening.server)) }

  static func server(_ servers: [Endpoint]) -> String {
    let distinct = Set(servers)
    guard distinct.count > 1, let first = servers.first else { return servers.first.map { "\($0)" } ?? "the server" }
    let addresses = Set(distinct.map(\.address))
    guard addresses.count > 1 else { return "\(Wording.count(distinct.count, "port")) of \(first.address)" }
    return Wording.count(addresses.count, "address", plural: "addresses")
  }

  static func sources(_ members: [OpeningTriage.Member]) -> String {
    let sources = Set(members.map(\.opening.source.address)).sorted().map { "\($0)" }
    return sources.count > 3 ? Wording.count(sources.count, "address", plural: "addresses") : Wording.list(sources)
  }

  static func name(_ vantage: Int, _ scene: Scene) -> VantageName { scene.timeline.vantages[vantage].name }
}
