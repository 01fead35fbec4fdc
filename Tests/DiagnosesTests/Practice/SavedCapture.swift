import Wire

/// A capture as frames that a test may change, and write again.
struct SavedCapture: Sendable {
  struct Frame: Sendable {
    /// Nanoseconds since 1970 by the capturing host's clock.
    var time: Int64
    /// On the wire.
    var length: UInt32
    var bytes: [UInt8]
  }

  let link: LinkType
  var snaplen: UInt32
  let isMicrosecond: Bool
  var frames: [Frame] = []

  init(_ source: any ByteSource) throws {
    var reader = try CaptureReader(source)
    var packet = Packet()
    while reader.nextFrame(&packet) {
      frames.append(
        Frame(time: packet.time, length: packet.originalLength, bytes: reader.withFrame { Array($0) }))
    }
    let interface = reader.interfaces.first
    link = interface?.linkType ?? .ethernet
    snaplen = interface?.snaplen ?? 262_144
    isMicrosecond = interface?.resolution == .microseconds
  }

  /// In the classic file format.
  var bytes: [UInt8] {
    let header: [UInt32] = [
      isMicrosecond ? 0xa1b2_c3d4 : 0xa1b2_3c4d, 4 << 16 | 2, 0, 0, snaplen, link.rawValue,
    ]
    return frames.reduce(into: header.flatMap(Self.word)) { bytes, frame in
      let fraction = UInt32(frame.time % 1_000_000_000) / (isMicrosecond ? 1_000 : 1)
      for number in [UInt32(frame.time / 1_000_000_000), fraction, UInt32(frame.bytes.count), frame.length] {
        bytes += Self.word(number)
      }
      bytes += frame.bytes
    }
  }

  private static func word(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
}
