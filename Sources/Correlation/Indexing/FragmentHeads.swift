internal import Wire

/// Where the fragments of a datagram belong: the first one has the ports, the others find it here. Keeps the latest few hundred.
struct FragmentHeads {
  private struct Head {
    var source = IPAddress(v4: 0)
    var destination = IPAddress(v4: 0)
    var identification: UInt16 = 0
    var transport: UInt8 = 0
    var fromLow = false
    var conversation = -1
  }

  private var heads: [Head] = []

  mutating func note(_ packet: Packet, _ conversation: Int, fromLow: Bool) {
    if heads.isEmpty { heads = [Head](repeating: Head(), count: 512) }
    heads[slot(packet)] = Head(
      source: packet.source, destination: packet.destination, identification: packet.identification,
      transport: packet.transport, fromLow: fromLow, conversation: conversation)
  }

  func find(_ packet: Packet) -> (conversation: Int, fromLow: Bool)? {
    guard !heads.isEmpty else { return nil }
    let head = heads[slot(packet)]
    guard head.conversation >= 0, head.identification == packet.identification, head.transport == packet.transport,
      head.source == packet.source, head.destination == packet.destination
    else { return nil }
    return (head.conversation, head.fromLow)
  }

  private func slot(_ packet: Packet) -> Int {
    Int(truncatingIfNeeded: Mix.fold(packet.source.low ^ packet.destination.low, UInt64(packet.identification)) & 511)
  }
}
