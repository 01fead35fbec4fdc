internal import Alignment
internal import CaseModel
internal import Correlation
internal import Evidence
internal import Wire

/// One file on its way into the merged capture, at its next frame.
struct Track {
  let vantage: Int
  let file: Int
  private(set) var reader: CaptureReader
  private(set) var packet = Packet()
  /// The merged capture's numbers of the file's interfaces.
  var interfaces: [Int] = []
  private let clock: ClockMap?
  /// Of frames still to come, the next one last: they are few, and asking a dictionary for each frame is not.
  private var comments: [(frame: UInt32, texts: [String])]

  /// A track for each file that is a capture, in the order of vantages and their files.
  static func all(
    _ vantages: [Vantage], _ evidence: CaseEvidence, _ comments: [FrameReference: [String]]
  ) -> [Track] {
    let byFile = Dictionary(grouping: comments) { $0.key.ofFile }
    return evidence.captures.indices.flatMap { vantage in
      let clock = vantages.indices.contains(vantage) ? vantages[vantage].clock : nil
      let files = evidence.captures[vantage].files
      return files.indices.compactMap { file in
        let key = FrameReference(vantage: vantage, file: file, frame: 0)
        return Track(
          key, files[file].source, clock,
          comments: (byFile[key] ?? []).map { ($0.key.frame, $0.value) }.sorted { $0.0 > $1.0 })
      }
    }
  }

  private init?(
    _ key: FrameReference, _ source: any ByteSource, _ clock: ClockMap?,
    comments: [(frame: UInt32, texts: [String])]
  ) {
    guard let reader = try? CaptureReader(source) else { return nil }
    vantage = key.vantage
    file = key.file
    self.reader = reader
    self.clock = clock
    self.comments = comments
  }

  /// Moves on to the next frame.
  /// - Returns: its time by the file's clock, nanoseconds on the case's time line where that is aligned; nil at the end.
  @inline(__always)
  mutating func advance() -> Int64? {
    guard reader.nextFrame(&packet) else { return nil }
    let raw = HostTime(nanoseconds: packet.time)
    return clock?.caseTime(raw, file: file, frame: packet.frame).nanoseconds ?? packet.time
  }

  /// Puts the frame that it is at into the merged capture.
  mutating func encode(at time: Int64, into blocks: inout PcapngEncoder, _ interfaces: inout MergedInterfaces) {
    let number = UInt32(interfaces.count(&self, time, in: &blocks))
    let texts = comments.isEmpty ? [] : takeComments()
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

extension FrameReference {
  /// What all frames of its file have in common.
  fileprivate var ofFile: FrameReference { FrameReference(vantage: vantage, file: file, frame: 0) }
}
