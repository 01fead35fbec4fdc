internal import Correlation
internal import Evidence
internal import Wire

/// What some frames of a capture carried: read again from its files, for those who must look inside.
///
/// Memory grows with what is asked for: at most `limit` bytes of each frame.
struct FramePayloads {
  struct Frame: Hashable, Comparable, Sendable {
    var file: UInt16
    var frame: UInt32

    init(file: UInt16, frame: UInt32) {
      self.file = file
      self.frame = frame
    }

    init(_ record: Record) {
      file = record.file
      frame = record.frame
    }

    static func < (a: Self, b: Self) -> Bool { (a.file, a.frame) < (b.file, b.frame) }
  }

  /// By frame: the first bytes of its payload, the innermost packet's; absent where the file does not give them any more.
  private(set) var bytes: [Frame: [UInt8]] = [:]

  /// Frames of one capture that are looked up at most.
  static let most = 65_536

  init(_ wanted: Set<Frame>, in capture: Capture, limit: Int) {
    let ordered = wanted.sorted().prefix(Self.most)
    for (number, file) in capture.files.enumerated() {
      let own = ordered.filter { Int($0.file) == number }
      guard !own.isEmpty, var reader = try? CaptureReader(file.source) else { continue }
      read(own, &reader, limit)
    }
  }

  private mutating func read(_ wanted: [Frame], _ reader: inout CaptureReader, _ limit: Int) {
    var next = 0
    var packet = Packet()
    while next < wanted.count, reader.next(&packet) {
      guard packet.frame == wanted[next].frame else { continue }
      var inner = packet
      while reader.inner(&inner) {}
      bytes[wanted[next]] = reader.withPayload(of: inner) { Array($0.prefix(limit)) }
      next += 1
    }
  }
}
