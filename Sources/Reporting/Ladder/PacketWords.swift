internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Wire

/// What one packet is called in a ladder.
enum PacketWords {
  static func kind(_ record: Record) -> Passage.Kind {
    if record.bits.contains(.icmpError) { return .error }
    guard record.isSegment else { return .datagram }
    if record.flags.contains(.rst) { return .reset }
    if record.flags.contains(.syn) { return .opening }
    if record.length > 0 { return .data }
    return record.flags.contains(.fin) ? .closing : .acknowledgment
  }

  /// - Parameter origins: what positions of each direction are counted from.
  static func label(
    _ record: Record, _ sending: Sending, isIPv6: Bool, from origins: DirectionPair<Int64>
  ) -> String {
    var label = plain(record, isIPv6, origins)
    if record.isSegment, record.window == 0, !record.flags.contains(.rst), !record.flags.contains(.syn) {
      label += ", window 0"
    }
    switch sending {
    case .again: label += ", sent again"
    case .replacement: label += ", sent again for a lost one"
    case .reordered: label += ", overtaken"
    case .keepAlive: label += ", keep-alive"
    case .windowProbe: label += ", window probe"
    case .none, .first: break
    }
    return label
  }

  /// Sequence numbers and the window as on the wire, for who looks for them there; empty for what is no segment.
  ///
  /// - Parameter scale: of the sender's windows; nil where its SYN was not seen.
  static func header(_ record: Record, scale: UInt8?) -> String {
    guard record.isSegment else { return "" }
    let window =
      record.flags.contains(.syn)
      ? "window \(Wording.grouped(Int64(record.window)))"
      : scale.map { "window \(Wording.grouped(Int64(record.window) << Int64(min(14, $0)))) bytes" }
        ?? "window \(record.window), scale unknown"
    let acknowledges = record.flags.contains(.ack) ? ["acknowledges \(record.acknowledgment)"] : []
    return (["sequence \(record.sequence)"] + acknowledges + [window]).joined(separator: ", ")
  }

  private static func plain(_ record: Record, _ isIPv6: Bool, _ origins: DirectionPair<Int64>) -> String {
    let first = record.position &- origins[record.isFromOpener]
    switch kind(record) {
    case .error: return error(record, isIPv6)
    case .datagram: return "\(Wording.grouped(Int64(record.length))) bytes"
    case .reset: return record.flags.contains(.ack) ? "RST, ACK" : "RST"
    case .opening: return record.flags.contains(.ack) ? "SYN, ACK" : "SYN"
    case .closing: return "FIN"
    case .acknowledgment: return "ACK \(number(record.acknowledged &- origins[!record.isFromOpener]))"
    case .data:
      let last = first &+ Int64(record.length) &- 1
      let bytes =
        "\(number(first))\(first < 0 ? " to " : "–")\(number(last)) (\(Wording.count(Int(record.length), "byte")))"
      return record.flags.contains(.fin) ? bytes + ", FIN" : bytes
    }
  }

  /// By RFC 792, 1191 and 1812, or by RFC 4443.
  private static func error(_ record: Record, _ isIPv6: Bool) -> String {
    let mtu = record.icmpMTU > 0 ? ", MTU \(record.icmpMTU)" : ""
    let word = isIPv6 ? wordV6(record) : wordV4(record)
    return "ICMP \(word ?? "type \(record.icmpType) code \(record.icmpCode)")\(mtu)"
  }

  private static func wordV4(_ record: Record) -> String? {
    switch (record.icmpType, record.icmpCode) {
    case (3, 0): "net unreachable"
    case (3, 1): "host unreachable"
    case (3, 3): "port unreachable"
    case (3, 4): "fragmentation needed"
    case (3, 9), (3, 10), (3, 13): "prohibited"
    case (11, 0): "time to live exceeded"
    default: nil
    }
  }

  private static func wordV6(_ record: Record) -> String? {
    switch (record.icmpType, record.icmpCode) {
    case (1, 0): "no route"
    case (1, 1): "prohibited"
    case (1, 3): "address unreachable"
    case (1, 4): "port unreachable"
    case (2, 0): "packet too big"
    case (3, 0): "hop limit exceeded"
    default: nil
    }
  }

  private static func number(_ position: Int64) -> String { Wording.grouped(position) }
}
