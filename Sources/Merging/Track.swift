internal import Alignment
internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// One file on its way into the merged capture: at its next frame, with the time that this frame will have there.
struct Track {
  let vantage: Int
  private(set) var reader: CaptureReader
  private(set) var packet = Packet()
  /// Nanoseconds on the case's time line; nil at the file's end.
  private(set) var time: Int64?
  /// The merged capture's numbers of the file's interfaces.
  var interfaces: [Int] = []
  private let clock: ClockMap?
  /// Of frames still to come, the next one last: they are few, and asking a dictionary for each frame is not.
  private var comments: [(frame: UInt32, texts: [String])]

  /// A track for each file that is a capture, in the order of vantages and their files.
  static func all(
    _ vantages: [Vantage], _ evidence: CaseEvidence, _ comments: [FrameReference: [String]]
  ) -> [Track] {
    let byFile = Dictionary(grouping: comments) { FrameReference(vantage: $0.key.vantage, file: $0.key.file, frame: 0) }
    return evidence.captures.indices.flatMap { vantage in
      let clock = vantages.indices.contains(vantage) ? vantages[vantage].clock : nil
      let files = evidence.captures[vantage].files
      return files.indices.compactMap { file in
        let own = byFile[FrameReference(vantage: vantage, file: file, frame: 0)] ?? []
        return Track(
          vantage: vantage, files[file].source, clock,
          own.map { ($0.key.frame, $0.value) }.sorted { $0.0 > $1.0 })
      }
    }
  }

  private init?(
    vantage: Int, _ source: any ByteSource, _ clock: ClockMap?, _ comments: [(frame: UInt32, texts: [String])]
  ) {
    guard let reader = try? CaptureReader(source) else { return nil }
    self.vantage = vantage
    self.reader = reader
    self.clock = clock
    self.comments = comments
    advance()
  }

  /// Moves on to the next frame.
  ///
  /// The order within a file is what really happened, so its times never go back. This is also where a frame that was received
  /// elsewhere before it left here, by the clocks' remaining error, would be put behind its sending.
  mutating func advance() {
    guard reader.nextFrame(&packet) else {
      time = nil
      return
    }
    let own = clock?.caseTime(HostTime(nanoseconds: packet.time)).nanoseconds ?? packet.time
    time = max(own, time ?? own)
  }

  /// Puts the frame that it is at into the merged capture.
  mutating func encode(into blocks: inout PcapngEncoder, _ interfaces: inout MergedInterfaces) {
    guard let time else { return }
    let number = UInt32(interfaces.count(&self, time, in: &blocks))
    let texts = takeComments()
    let (length, direction) = (packet.originalLength, packet.direction)
    reader.withFrame { frame in
      blocks.packet(
        frame, interface: number, time: time, originalLength: length, direction: direction, comments: texts)
    }
  }

  /// Those on the current frame; those on frames that never were are passed over.
  private mutating func takeComments() -> [String] {
    while let next = comments.last, next.frame <= packet.frame {
      comments.removeLast()
      if next.frame == packet.frame { return next.texts }
    }
    return []
  }
}
