internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// A connection that was silent for a while, and whose next segments vanish without a word: no RST, no ICMP, no answer ever after.
///
/// A stack without the connection would answer with RST (RFC 9293, 3.10.7.1). What forgot it on the way may drop instead: a
/// firewall lets pass what opens a connection or belongs to one that it knows (Linux: `nf_conntrack_tcp_loose=0`, and a rule that
/// drops INVALID).
struct VoidAfterIdle: Sendable {
  let silence: IdleSilence
  let fromOpener: Bool
  /// Where its segments are seen last, and the next place, which shows none of them.
  let near: Int
  let far: Int?
  /// What was sent in vain, at the place nearest to its sender.
  let transmissions: [RecordReference]
  let isOfKeepAlives: Bool
  /// That place surely shows none of them.
  let isLostThere: Bool

  /// Shorter silences are those of every conversation, nanoseconds.
  private static let least: Int64 = 3_000_000_000

  init?(_ story: FlowStory, _ places: PathPlaces, fromOpener: Bool, _ scene: Scene) {
    guard let void = Silence(story, places, fromOpener: fromOpener), !void.isAnswered,
      let first = void.transmissions.first, let silence = IdleSilence(before: first, story),
      silence.length >= Self.least, silence.length > silence.survived + silence.survived / 10
    else { return nil }
    self.silence = silence
    self.fromOpener = fromOpener
    near = void.near.vantage
    far = void.far?.vantage
    transmissions = void.transmissions
    isOfKeepAlives = void.isOfKeepAlives
    isLostThere = void.isLostThere
    // What arrives at the host that it is for, and is not answered there, was not dropped on the way.
    guard void.far != nil || !Self.isReceiversOwn(void.near.vantage, story, fromOpener, scene) else { return nil }
  }

  /// Whether a story shows such a pause at all: most do not.
  static func isSuspected(_ story: FlowStory) -> Bool {
    story.tracks.contains { track in
      zip(track.records, track.records.dropFirst()).contains { $1.time &- $0.time >= least }
    }
  }

  private static func isReceiversOwn(_ vantage: Int, _ story: FlowStory, _ fromOpener: Bool, _ scene: Scene) -> Bool {
    if fromOpener { return story.ownership(ofAcceptor: vantage, scene) > .no }
    let here = scene.timeline.vantages[vantage]
    let place = HostAddressBook.Place(host: here.host, namespace: here.namespace)
    let addresses = story.flow.aliases.filter { $0.vantage == vantage }.map(\.opener.address)
    return here.roles.contains("client") || addresses.contains { scene.addresses.has($0, at: place) == true }
  }

  func clue(_ frames: FrameCitations) -> Clue? {
    guard let first = transmissions.first else { return nil }
    let vantages = frames.scene.timeline.vantages
    var all = [
      frames.cite(
        first, "the first packet after \(Wording.duration(nanoseconds: silence.length)) of silence: no answer")
    ]
    all += transmissions.dropFirst().prefix(5).map {
      frames.cite($0, isOfKeepAlives ? "it asks again" : "sent again, and no answer")
    }
    if silence.before != first { all.append(frames.cite(silence.before, "the last packet before the silence")) }
    if let survivor = silence.survivor {
      let length = Wording.duration(nanoseconds: silence.survived)
      all.append(frames.cite(survivor, "after a silence of \(length) the connection still worked"))
    }
    return Clue(
      kind: .idleTimeoutReset, location: Location(from: vantages[near].name, to: far.map { vantages[$0].name }),
      certainty: .possible, citations: all,
      words: [
        "sender": frames.source(first), "receiver": frames.destination(first), "at": frames.frame(first),
        "host": frames.names(first).map { "\($0.source.address)" } ?? frames.source(first),
      ], detail: self)
  }
}

/// Whether the silent end of a connection is alive meanwhile, and others get through to it.
struct PeerMeanwhile {
  /// Other connections on which it was heard while this one got no answer.
  private(set) var heard = 0
  private(set) var citation: Citation?

  private static let most = 256

  init(_ void: VoidAfterIdle, flow: Int, _ scene: Scene) {
    guard let first = void.transmissions.first, let last = void.transmissions.last,
      let story = try? scene.timeline.story(flow),
      let peer = FrameCitations(story, scene).names(first)?.destination.address
    else { return }
    let span = story[first].time...max(story[first].time, story[last].time &+ 60_000_000_000)
    let (start, end) = (story.flow.first, story.flow.last)
    var wanted: [Int] = []
    for (index, other) in scene.timeline.flows.enumerated() where other.transport == 6 && index != flow {
      guard wanted.count < Self.most else { break }
      guard other.aliases.contains(where: { $0.vantage == first.vantage && Self.has($0, peer) }) else { continue }
      if let start, let begin = other.last, begin < start { continue }
      if let end, let begin = other.first, begin.since(end) > 60_000_000_000 { continue }
      wanted.append(index)
    }
    let found = try? scene.timeline.eachStory(of: wanted) { story in
      Self.heard(peer, story, first.vantage, span).map { FrameCitations(story, scene).cite($0, Self.says(peer)) }
    }
    let all = (found ?? []).compactMap(\.result)
    heard = all.count
    citation = all.first
  }

  private static func has(_ alias: Alias, _ peer: IPAddress) -> Bool {
    alias.opener.address == peer || alias.acceptor.address == peer
  }

  private static func says(_ peer: IPAddress) -> String {
    "\(peer) is alive meanwhile, and heard on another connection"
  }

  private static func heard(
    _ peer: IPAddress, _ story: FlowStory, _ vantage: Int, _ span: ClosedRange<Int64>
  ) -> RecordReference? {
    let aliases = story.flow.aliases
    return story.tracks[vantage].records.firstIndex { record in
      guard record.isSegment, span.contains(record.time), aliases.indices.contains(Int(record.alias)) else {
        return false
      }
      let alias = aliases[Int(record.alias)]
      return (record.isFromOpener ? alias.opener : alias.acceptor).address == peer
    }.map { RecordReference(vantage: vantage, index: $0) }
  }
}
