internal import Correlation
internal import Wire

/// A display filter for `tshark -Y` that picks one frame out of its file, by content where content is enough.
///
/// It starts from the addresses, ports and raw sequence number and grows only while other frames of the flow in the same file
/// would match, too. The frame's number comes last: a byte-exact duplicate differs in nothing else.
struct DisplayFilter {
  private let story: FlowStory
  /// Whether every tunnel of the case is one to Wireshark, too, without being told.
  private let seesIntoTunnels: Bool

  init(_ story: FlowStory, _ timeline: Timeline) {
    self.story = story
    seesIntoTunnels = timeline.flows.counts.linuxTunnels == 0
  }

  func text(_ reference: RecordReference) -> String {
    let record = story[reference]
    guard story.flow.transport == 6, !record.bits.contains(.icmpError),
      seesIntoTunnels || !record.bits.contains(.inTunnel),
      story.flow.aliases.indices.contains(Int(record.alias))
    else { return "frame.number==\(record.frame)" }
    var rivals = story.tracks[reference.vantage].records.filter { other in
      other.sequence == record.sequence && other.frame != record.frame && other.file == record.file
        && other.isFromOpener == record.isFromOpener && isNamedAlike(other, record)
    }
    var terms = names(record)
    for (term, matches) in narrowing(record) {
      terms.append(term)
      rivals.removeAll { !matches($0) }
    }
    for (term, matches) in finer(record, story.flow.aliases[Int(record.alias)]) where !rivals.isEmpty {
      let left = rivals.filter(matches)
      if left.count < rivals.count { terms.append(term) }
      rivals = left
    }
    if !rivals.isEmpty { terms.append("frame.number==\(record.frame)") }
    return terms.joined(separator: " && ")
  }

  /// A stray has the five-tuple of another place, and so the addresses that a display filter sees.
  private func isNamedAlike(_ a: Record, _ b: Record) -> Bool {
    let aliases = story.flow.aliases
    guard aliases.indices.contains(Int(a.alias)), aliases.indices.contains(Int(b.alias)) else { return false }
    let (one, other) = (aliases[Int(a.alias)], aliases[Int(b.alias)])
    return one.opener == other.opener && one.acceptor == other.acceptor
  }

  private func names(_ record: Record) -> [String] {
    let alias = story.flow.aliases[Int(record.alias)]
    let source = record.isFromOpener ? alias.opener : alias.acceptor
    let destination = record.isFromOpener ? alias.acceptor : alias.opener
    let ip = source.address.isIPv6 ? "ipv6" : "ip"
    return [
      "\(ip).src==\(source.address)", "\(ip).dst==\(destination.address)", "tcp.srcport==\(source.port)",
      "tcp.dstport==\(destination.port)", "tcp.seq_raw==\(record.sequence)",
    ]
  }

  private typealias Term = (text: String, matches: (Record) -> Bool)

  /// Always said: they tell a reader what kind of segment it is.
  private func narrowing(_ record: Record) -> [Term] {
    if record.flags.contains(.rst) { return [("tcp.flags.reset==1", { $0.flags.contains(.rst) })] }
    if record.flags.contains(.syn) { return [("tcp.flags.syn==1", { $0.flags.contains(.syn) })] }
    return [("tcp.len==\(record.length)", { $0.length == record.length && !$0.flags.contains(.rst) })]
  }

  /// Said only where needed.
  private func finer(_ record: Record, _ alias: Alias) -> [Term] {
    let isIPv6 = alias.opener.address.isIPv6
    var terms: [Term] = []
    if record.flags.contains(.ack) {
      terms.append(("tcp.ack_raw==\(record.acknowledgment)", { $0.acknowledgment == record.acknowledgment }))
    }
    terms.append(("tcp.window_size_value==\(record.window)", { $0.window == record.window }))
    terms.append(
      ("\(isIPv6 ? "ipv6.hlim" : "ip.ttl")==\(record.timeToLive)", { $0.timeToLive == record.timeToLive }))
    if !isIPv6, record.identification != 0 {
      terms.append(("ip.id==\(record.identification)", { $0.identification == record.identification }))
    }
    return terms
  }
}
