internal import CaseModel
internal import Correlation
internal import Wire

/// UDP exchanges in which one side alone spoke. Some protocols are meant to be like that (syslog, NetFlow, statsd), others wait for an
/// answer (DNS, NTP, RADIUS, QUIC): which it is the datagrams do not tell, so it is a doubt and never a finding.
struct UnansweredDatagrams {
  /// One flow that nobody answered.
  struct Exchange: Sendable {
    let flow: Int
    let datagrams: Int
  }

  /// Frames that a story shows of it where it set out; 0 where somebody answered, where it is no UDP, or where nobody in
  /// particular was spoken to.
  static func count(_ story: FlowStory) -> Int {
    guard story.flow.transport == 17, !story.flow.isTunnel,
      let acceptor = story.flow.aliases.first?.acceptor, !isToMany(acceptor.address)
    else { return 0 }
    let sent = story.tracks.map { track in track.records.count { $0.isFromOpener && !$0.bits.contains(.icmpError) } }
    let isAnswered = story.tracks.contains { track in
      track.records.contains { !$0.isFromOpener && !$0.bits.contains(.icmpError) }
    }
    return isAnswered ? 0 : sent.max() ?? 0
  }

  /// Multicast (RFC 1112, 4; RFC 4291, 2.7) and broadcast to all (RFC 919, 7).
  private static func isToMany(_ address: IPAddress) -> Bool {
    address.isIPv6 ? address.high >> 56 == 0xff : address.low >> 28 == 0xe || address.low == 0xffff_ffff
  }

  /// - Parameter unanswered: in the order of the flows.
  static func doubts(_ unanswered: [Exchange], _ scene: Scene) -> [Doubt] {
    guard let first = unanswered.first, let story = try? scene.timeline.story(first.flow),
      let place = story.paths.fromOpener.first,
      let frame = story.tracks[place.vantage].records.firstIndex(where: { !$0.bits.contains(.icmpError) })
    else { return [] }
    let citations = FrameCitations(story, scene)
    let reference = RecordReference(vantage: place.vantage, index: frame)
    return [
      Doubt(
        vantage: citations.vantage(reference),
        says: "nobody answered \(Wording.count(unanswered.count, "UDP exchange")), the first from "
          + "\(citations.source(reference)) to \(citations.destination(reference)): "
          + "\(Wording.count(first.datagrams, "datagram")) from frame \(story[reference].frame) on; "
          + "whether an answer was due is not judged",
        // Beside TCP that is sound it may be as it should be.
        couldHideFault: scene.timeline.flows.counts.tcp == 0)
    ]
  }
}
