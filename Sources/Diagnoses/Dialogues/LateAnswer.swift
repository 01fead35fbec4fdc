internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// A request whose sender closed the connection before the answer came.
///
/// A client that sets itself a deadline closes when it passes. What the server says after that meets a socket that is gone, and is
/// answered with RST (RFC 9293, 3.10.7.1; RFC 1122, 4.2.2.13), or is never said. A client that only closes its own direction, and
/// waits for the rest, does not reset.
struct LateAnswer: Sendable {
  let request: RecordReference
  /// The same, to look inside.
  let frame: FramePayloads.Frame
  /// The opener's FIN or RST.
  let close: RecordReference
  /// What came after that, and the RST which met it; none where the server never said a word on this connection.
  let answer: RecordReference?
  let reset: RecordReference?
  /// Nanoseconds from the request to the close, and to the answer.
  let waited: Int64
  let took: Int64?
  let isServersOwn: Bool

  /// Who closes sooner did not wait for an answer.
  private static let least: Int64 = 1_000_000_000

  init?(_ story: FlowStory, _ scene: Scene) {
    guard story.flow.transport == 6, story.flow.sawOpening else { return nil }
    // As near to the server as it was captured: file order there is the order in which the server saw and said it.
    let order = story.paths.fromAcceptor.map(\.vantage)
    guard let vantage = order.first(where: { !story.tracks[$0].records.isEmpty }) else { return nil }
    let records = story.tracks[vantage].records
    guard let close = records.firstIndex(where: { $0.isFromOpener && Self.isClosing($0) }),
      let request = Self.lastRequest(records[..<close]), records[close].time &- records[request].time >= Self.least,
      !records[..<close].contains(where: { !$0.isFromOpener && Self.isClosing($0) })
    else { return nil }
    let end = records[request].position &+ Int64(records[request].length)
    guard records[request...].contains(where: { !$0.isFromOpener && $0.isSegment && $0.acknowledged >= end }) else {
      return nil
    }
    let said = records[..<close].filter { !$0.isFromOpener && $0.isSegment }.map { $0.position &+ $0.sequenceLength }
      .max()
    let answer = records[close...].firstIndex {
      !$0.isFromOpener && $0.isSegment && $0.length > 0 && $0.position >= said ?? 0
    }
    let reset = answer.flatMap { answer in
      records[answer...].firstIndex { $0.isFromOpener && $0.flags.contains(.rst) && $0.isSegment }
    }
    guard reset != nil || (answer == nil && Self.neverSpoke(records)) else { return nil }
    // What stands in front of bytes that its sender had numbered already is a copy: the first one got lost on the way.
    if let answer, records[..<answer].contains(where: { $0.isBehind(records[answer]) }) { return nil }
    func at(_ index: Int) -> RecordReference { RecordReference(vantage: vantage, index: index) }
    (self.request, self.close) = (at(request), at(close))
    frame = FramePayloads.Frame(records[request])
    (self.answer, self.reset) = (answer.map(at), reset.map(at))
    waited = records[close].time &- records[request].time
    took = answer.map { records[$0].time &- records[request].time }
    isServersOwn = story.ownership(ofAcceptor: vantage, scene) == .certain
  }

  func clue(_ frames: FrameCitations) -> Clue? {
    let name = frames.vantage(request)
    let (client, server) = (frames.source(request), frames.destination(request))
    let waiting = Wording.duration(nanoseconds: waited)
    var citations = [
      frames.cite(request, "the request arrives"),
      frames.cite(close, "\(client) has waited for \(waiting), and closes"),
    ]
    if let answer, let took {
      let after = Wording.duration(nanoseconds: took)
      citations.append(frames.cite(answer, "the answer, \(after) after the request: too late"))
    }
    if let reset { citations.append(frames.cite(reset, "nobody is there any more to take it")) }
    for sighting in frames.story.sightings(of: request) where sighting != request {
      citations.append(frames.cite(sighting, "the same request on its way"))
    }
    return Clue(
      kind: .noApplicationResponse, location: Location(from: name, to: isServersOwn ? name : nil), certainty: .possible,
      citations: citations,
      words: ["server": server, "client": client, "at": frames.frame(request)], detail: self)
  }

  private static func isClosing(_ record: Record) -> Bool {
    record.isSegment && !record.flags.isDisjoint(with: [.fin, .rst])
  }

  /// The opener's last data, where the acceptor had said nothing after it.
  private static func lastRequest(_ records: Slice<Records>) -> Int? {
    guard let last = records.lastIndex(where: { $0.length > 0 && $0.isSegment }) else { return nil }
    return records[last].isFromOpener ? last : nil
  }

  /// Not one byte of it, neither here nor, by the numbers of what is here, anywhere else.
  private static func neverSpoke(_ records: Records) -> Bool {
    !records.contains {
      !$0.isFromOpener && $0.isSegment && ($0.length > 0 || $0.position > 1) && !$0.flags.contains(.rst)
    }
  }
}

extension Record {
  /// Whether the acceptor had sent more than another record of its begins with by the time of this one.
  fileprivate func isBehind(_ other: Record) -> Bool {
    !isFromOpener && isSegment && !flags.contains(.rst) && position > other.position
  }
}

/// Whether a server that was too slow for some answered others at once: by that it is told from one that never answers anybody.
struct PromptAnswers {
  private(set) var count = 0
  /// Nanoseconds.
  private(set) var slowest: Int64 = 0
  /// Of the slowest of them.
  private(set) var citations: [Citation] = []
  /// Their requests, by vantage.
  private(set) var requests: [Int: Set<FramePayloads.Frame>] = [:]

  private static let most = 64

  /// - Parameter own: the connections that waited in vain, and how long the most patient of them did.
  init(of server: String, beside own: Set<Int>, within waited: Int64, _ scene: Scene) {
    let others = scene.timeline.flows.indices.lazy.filter { index in
      !own.contains(index) && scene.timeline.flows[index].transport == 6
        && scene.timeline.flows[index].aliases.contains { "\($0.acceptor)" == server }
    }
    let told = try? scene.timeline.eachStory(of: Array(others.prefix(Self.most))) { story in
      Self.first(story).map { exchange in
        let frames = FrameCitations(story, scene)
        return (
          exchange.took, exchange.request.vantage, FramePayloads.Frame(story[exchange.request]),
          [
            frames.cite(exchange.request, "a request on another connection"),
            frames.cite(exchange.answer, "which is answered at once"),
          ]
        )
      }
    }
    for (took, vantage, request, cited) in (told ?? []).compactMap(\.result) where took &* 5 <= waited {
      count += 1
      requests[vantage, default: []].insert(request)
      guard took >= slowest else { continue }
      (slowest, citations) = (took, cited)
    }
  }

  /// The first request of a connection, and how long its answer took, at the place nearest to the server.
  private static func first(_ story: FlowStory) -> (took: Int64, request: RecordReference, answer: RecordReference)? {
    guard let vantage = story.paths.fromAcceptor.first?.vantage else { return nil }
    let records = story.tracks[vantage].records
    guard let asked = records.firstIndex(where: { $0.isFromOpener && $0.length > 0 && $0.isSegment }),
      let said = records[asked...].firstIndex(where: { !$0.isFromOpener && $0.length > 0 && $0.isSegment })
    else { return nil }
    return (
      records[said].time &- records[asked].time, RecordReference(vantage: vantage, index: asked),
      RecordReference(vantage: vantage, index: said)
    )
  }
}
