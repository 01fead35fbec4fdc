internal import Alignment
internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// One file on its way into the merged capture: at its next frame, with the time that this frame will have there.
struct Track {
  let vantage: Int
  let file: Int
  private(set) var reader: CaptureReader
  private(set) var packet = Packet()
  /// Nanoseconds on the case's time line; nil at the file's end.
  private(set) var time: Int64?
  /// The merged capture's numbers of the file's interfaces.
  var interfaces: [Int] = []
  private let clock: ClockMap?

  /// A track for each file that is a capture, in the order of vantages and their files.
  static func all(_ vantages: [Vantage], _ evidence: CaseEvidence) -> [Track] {
    evidence.captures.indices.flatMap { vantage in
      let clock = vantages.indices.contains(vantage) ? vantages[vantage].clock : nil
      let files = evidence.captures[vantage].files
      return files.indices.compactMap { Track(vantage: vantage, file: $0, files[$0].source, clock) }
    }
  }

  private init?(vantage: Int, file: Int, _ source: any ByteSource, _ clock: ClockMap?) {
    guard let reader = try? CaptureReader(source) else { return nil }
    self.vantage = vantage
    self.file = file
    self.reader = reader
    self.clock = clock
    advance()
  }

  /// Moves on to the next frame.
  ///
  /// The order within a file is what really happened, so its times never go back. This is also where a frame that was received
  /// elsewhere before it left here, by the clocks' remaining error, would be put behind its sending.
  mutating func advance() {
    guard reader.next(&packet) else {
      time = nil
      return
    }
    let own = clock?.caseTime(HostTime(nanoseconds: packet.time)).nanoseconds ?? packet.time
    time = max(own, time ?? own)
  }

  /// Writes the frame that it is at.
  mutating func write(
    to writer: inout PcapngWriter<some ByteSink>, _ interfaces: inout MergedInterfaces,
    _ comments: [FrameReference: [String]]
  ) throws {
    guard let time else { return }
    let number = try interfaces.count(&self, time, in: &writer)
    let reference = FrameReference(vantage: vantage, file: file, frame: packet.frame)
    try reader.withFrame { frame in
      try writer.packet(
        frame, interface: UInt32(number), time: time, originalLength: packet.originalLength,
        direction: packet.direction,
        comments: comments.isEmpty ? [] : comments[reference] ?? [])
    }
  }
}
