internal import Wire

/// How a data segment begins, and with which number: what a translator leaves as it is even where it renumbers a connection's bytes.
///
/// The content alone would be a proxy's, too, which makes a connection of its own with the same bytes. So the key holds what only
/// the sender's own stack puts on a packet: its timestamps, or its count of packets.
struct ContentSample: Sendable {
  /// The last bit says whether the low end sent it.
  let key: UInt64
  let sequence: UInt32
  let conversation: UInt32

  /// Segments of each direction that are always taken; of the later ones those whose content says so.
  static let first: UInt8 = 4
  /// Bytes of payload that make a key.
  private static let shortest: UInt32 = 24

  var hash: UInt64 { key >> 1 }
  var fromLow: Bool { key & 1 == 1 }

  /// None, one by timestamps, one by the count of packets.
  static func keys(_ packet: Packet) -> (stamped: UInt64?, counted: UInt64?) {
    guard packet.payloadCaptured >= shortest, !packet.flags.contains(.syn) else { return (nil, nil) }
    let stamps = Mix.pair(packet.timestampValue, packet.timestampEcho)
    let stamped = packet.has.contains(.timestamps) ? Mix.fold(packet.payloadHash, stamps) : nil
    let counted =
      packet.identification != 0 ? Mix.fold(packet.payloadHash, UInt64(packet.identification) << 20 | 5) : nil
    return (stamped, counted)
  }

  init(_ hash: UInt64, sequence: UInt32, conversation: Int, fromLow: Bool) {
    key = hash << 1 | (fromLow ? 1 : 0)
    self.sequence = sequence
    self.conversation = UInt32(truncatingIfNeeded: conversation)
  }
}
