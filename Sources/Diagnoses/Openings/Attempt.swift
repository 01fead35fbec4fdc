internal import CaseModel
internal import Correlation
internal import Wire

/// One client's try to open a connection, as the captures on its way show it: told apart by the name that it has where a capture
/// shows it first.
struct Attempt {
  /// At one vantage, by its clock.
  struct Sight {
    let source: Endpoint
    let server: Endpoint
    /// The first SYN and the last one, nanoseconds.
    let first: Int64
    let last: Int64
    let syn: RecordReference
    /// Nobody has forwarded it: this is the client's own host, or a cable of it.
    let isFresh: Bool
    let isOutbound: Bool
    /// SYN and ACK came, and the client took it: when it did.
    let answer: RecordReference?
    let taken: Int64?
    /// When an ICMP message about it or a RST came.
    let failed: Int64?
  }

  /// By vantage.
  private(set) var sights: [Int: Sight] = [:]
  private(set) var opened: Citation?
  private(set) var answered: Citation?

  init(_ story: FlowStory, _ scene: Scene) {
    for vantage in story.tracks.indices {
      if let sight = Self.sight(story, vantage) { sights[vantage] = sight }
    }
    let order = story.paths.fromOpener.map(\.vantage) + Array(story.tracks.indices)
    guard let nearest = order.first(where: { sights[$0] != nil }), let sight = sights[nearest] else { return }
    let frames = FrameCitations(story, scene)
    opened = frames.cite(sight.syn, "SYN of \(sight.source) to \(sight.server)")
    answered = sight.answer.map { frames.cite($0, "\(sight.server) answers, and is taken") }
  }

  private static func sight(_ story: FlowStory, _ vantage: Int) -> Sight? {
    let records = story.tracks[vantage].records
    guard let first = records.firstIndex(where: \.isOpening) else { return nil }
    let aliases = story.flow.aliases
    let record = records[first]
    guard aliases.indices.contains(Int(record.alias)) else { return nil }
    let name = aliases[Int(record.alias)]
    let answer = records.indices.first { index in
      index > first && !records[index].isFromOpener && records[index].isSegment
        && records[index].flags.isSuperset(of: [.syn, .ack]) && !records[index].flags.contains(.rst)
    }
    let taken = answer.flatMap { answer in
      records[answer...].first {
        $0.isFromOpener && $0.isSegment && $0.flags.contains(.ack) && $0.flags.isDisjoint(with: [.syn, .rst])
      }
    }
    let failure = records.first {
      !$0.isFromOpener && ($0.bits.contains(.icmpError) || ($0.isSegment && $0.flags.contains(.rst)))
    }
    return Sight(
      source: name.opener, server: name.acceptor, first: record.time,
      last: records.last(where: \.isOpening)?.time ?? record.time, syn: RecordReference(vantage: vantage, index: first),
      isFresh: [64, 128, 255].contains(record.timeToLive), isOutbound: record.direction == .outbound,
      answer: answer.map { RecordReference(vantage: vantage, index: $0) }, taken: taken?.time, failed: failure?.time)
  }
}
