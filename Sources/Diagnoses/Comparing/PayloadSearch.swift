internal import Correlation
internal import Evidence
internal import Wire

/// Frames whose payload holds a text, in all captures of a case.
struct PayloadSearch: Sendable {
  /// By vantage.
  private(set) var frames: [Set<FramePayloads.Frame>] = []

  /// Found at most in one capture.
  private static let most = 65_536

  init(_ text: String, in evidence: CaseEvidence) {
    let wanted = Array(text.utf8)
    frames = evidence.captures.map { capture in
      guard !wanted.isEmpty else { return [] }
      return capture.files.enumerated().reduce(into: []) { found, file in
        Self.read(file.element, UInt16(clamping: file.offset), wanted, into: &found)
      }
    }
  }

  private static func read(
    _ file: CaptureFile, _ number: UInt16, _ wanted: [UInt8], into found: inout Set<FramePayloads.Frame>
  ) {
    guard var reader = try? CaptureReader(file.source) else { return }
    var packet = Packet()
    while found.count < most, reader.next(&packet) {
      var inner = packet
      while reader.inner(&inner) {}
      if reader.withPayload(of: inner, { holds($0, wanted) }) {
        found.insert(FramePayloads.Frame(file: number, frame: packet.frame))
      }
    }
  }

  private static func holds(_ bytes: UnsafeRawBufferPointer, _ wanted: [UInt8]) -> Bool {
    guard let first = wanted.first, bytes.count >= wanted.count else { return false }
    return (0...(bytes.count - wanted.count)).contains { start in
      bytes[start] == first && bytes[start..<(start + wanted.count)].elementsEqual(wanted)
    }
  }
}
