import Wire

/// A capture with the frames of one interface alone, for tools that analyse all interfaces as one.
struct InterfaceCapture {
  let bytes: [UInt8]
  /// Per frame: its number in the whole capture.
  let frames: [UInt32]

  /// Cuts a classic little-endian pcap up; any other file comes back whole.
  static func split(_ whole: [UInt8]) throws -> [UInt32: InterfaceCapture] {
    var reader = try CaptureReader(ByteArraySource(whole))
    var packet = Packet()
    var interfaceOf: [UInt32] = []
    while reader.next(&packet) { interfaceOf.append(packet.interfaceIndex) }
    let isClassic = whole.count >= 24 && [0xd4, 0x4d].contains(whole[0])
    guard isClassic, Set(interfaceOf).count > 1 else {
      let all = InterfaceCapture(bytes: whole, frames: interfaceOf.indices.map { UInt32($0 + 1) })
      return [interfaceOf.first ?? 0: all]
    }
    var parts: [UInt32: (bytes: [UInt8], frames: [UInt32])] = [:]
    var at = 24
    for (number, interface) in interfaceOf.enumerated() where at + 16 <= whole.count {
      let length = (0..<4).reduce(0) { $0 | Int(whole[at + 8 + $1]) << (8 * $1) }
      let end = min(whole.count, at + 16 + length)
      parts[interface, default: (Array(whole[..<24]), [])].bytes += whole[at..<end]
      parts[interface]?.frames.append(UInt32(number + 1))
      at = end
    }
    return parts.mapValues { InterfaceCapture(bytes: $0.bytes, frames: $0.frames) }
  }
}
