internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// An ICMP message that tells an opener why its SYN does not get through (RFC 792 and RFC 1812, 5.2.7.1: type 3; RFC 4443, 3.1:
/// type 1).
struct Rejection: Sendable {
  enum Reason: Sendable {
    /// A rule forbids it, and says so.
    case prohibited
    /// "Port unreachable" to TCP: stacks refuse TCP with RST (RFC 9293, 3.10.7.1), so this is the answer of a rule that rejects.
    case portUnreachable
    /// The last router found nobody with that address, or a router no way there.
    case hostUnreachable
    case networkUnreachable
  }

  let reason: Reason
  let type: UInt8
  let code: UInt8
  /// The message, as near to its sender as it was seen.
  let reference: RecordReference
  /// It leaves the host of that capture with the hop count that stacks start with.
  let isMadeThere: Bool

  /// The first one about the opener's SYN, where the capture nearest to the accepting end shows it.
  init?(ofSYNIn story: FlowStory) {
    var best: (rank: Int, reference: RecordReference, reason: Reason)?
    for (vantage, track) in story.tracks.enumerated() {
      let rank = story.paths.fromOpener.lastIndex { $0.vantage == vantage } ?? -1
      guard rank > best?.rank ?? -2 else { continue }
      for (index, record) in track.records.enumerated() where record.bits.contains(.icmpError) {
        guard !record.isFromOpener, record.position <= 0, let reason = Self.reason(record, story) else { continue }
        best = (rank, RecordReference(vantage: vantage, index: index), reason)
        break
      }
    }
    guard let best else { return nil }
    let record = story[best.reference]
    reason = best.reason
    reference = best.reference
    (type, code) = (record.icmpType, record.icmpCode)
    isMadeThere = record.direction == .outbound && [64, 128, 255].contains(record.timeToLive)
  }

  private static func reason(_ record: Record, _ story: FlowStory) -> Reason? {
    let aliases = story.flow.aliases
    guard aliases.indices.contains(Int(record.alias)) else { return nil }
    switch (aliases[Int(record.alias)].opener.address.isIPv6, record.icmpType, record.icmpCode) {
    case (false, 3, 9), (false, 3, 10), (false, 3, 13), (true, 1, 1), (true, 1, 5), (true, 1, 6): return .prohibited
    case (false, 3, 3), (false, 3, 2), (true, 1, 4): return .portUnreachable
    case (false, 3, 1), (false, 3, 7), (true, 1, 3): return .hostUnreachable
    case (false, 3, 0), (false, 3, 6), (true, 1, 0), (true, 1, 2): return .networkUnreachable
    default: return nil
    }
  }

  var name: String {
    let words =
      switch reason {
      case .prohibited: "administratively prohibited"
      case .portUnreachable: "port unreachable"
      case .hostUnreachable: "host unreachable"
      case .networkUnreachable: "no route"
      }
    return "\(words) (ICMP type \(type) code \(code))"
  }

  /// Who sent it, read again from the capture: records know the connection that a message is about.
  static func sender(of record: Record, in capture: Capture) -> IPAddress? {
    guard capture.files.indices.contains(Int(record.file)),
      var reader = try? CaptureReader(capture.files[Int(record.file)].source)
    else { return nil }
    var packet = Packet()
    while reader.next(&packet) {
      guard packet.frame == record.frame else { continue }
      while !packet.has.contains(.icmp), reader.inner(&packet) {}
      return packet.has.contains(.icmp) ? packet.source : nil
    }
    return nil
  }
}
