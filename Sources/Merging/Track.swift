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
  /// By its own clock.
  private var aligned: Int64 = 0
  /// The merged capture's numbers of the file's interfaces.
  var interfaces: [Int] = []
  private let clock: ClockMap?
  /// Of frames still to come, the next one last: they are few, and asking a dictionary for each frame is not.
  private var comments: [(frame: UInt32, texts: [String])]
  private(set) var senders: FrameSenders
  /// Whether the frame that it is at goes by its clock alone: its senders wait for it in their turn.
  var isFreed = false
  /// When it was written last, and the first frame that was written then.
  private var written: (time: Int64, first: UInt32)?

  /// A track for each file that is a capture, in the order of vantages and their files.
  static func all(
    _ vantages: [Vantage], _ evidence: CaseEvidence, _ comments: [FrameReference: [String]], _ links: CausalLinks?
  ) -> [Track] {
    let byFile = Dictionary(grouping: comments) { $0.key.ofFile }
    return evidence.captures.indices.flatMap { vantage in
      let clock = vantages.indices.contains(vantage) ? vantages[vantage].clock : nil
      let files = evidence.captures[vantage].files
      return files.indices.compactMap { file in
        let key = FrameReference(vantage: vantage, file: file, frame: 0)
        return Track(
          key, files[file].source, clock,
          comments: (byFile[key] ?? []).map { ($0.key.frame, $0.value) }.sorted { $0.0 > $1.0 },
          senders: FrameSenders(links?.shelf(vantage), file: file))
      }
    }
  }

  private init?(
    _ key: FrameReference, _ source: any ByteSource, _ clock: ClockMap?,
    comments: [(frame: UInt32, texts: [String])], senders: FrameSenders
  ) {
    guard let reader = try? CaptureReader(source) else { return nil }
    vantage = key.vantage
    file = key.file
    self.senders = senders
    self.reader = reader
    self.clock = clock
    self.comments = comments
    advance()
  }

  /// Moves on to the next frame.
  ///
  /// The order within a file is what really happened, so its times never go back.
  mutating func advance() {
    isFreed = false
    guard reader.nextFrame(&packet) else {
      time = nil
      return
    }
    let raw = HostTime(nanoseconds: packet.time)
    aligned = clock?.caseTime(raw, file: file, frame: packet.frame).nanoseconds ?? packet.time
    time = max(aligned, time ?? aligned)
  }

  /// Moves the frame that it is at to a later time.
  mutating func delay(until due: Int64) { time = time.map { max($0, due) } }

  /// Where, in `senders`, those of the frame that it is at are.
  /// - Throws: what the links' spool throws.
  @inline(__always)
  mutating func nextSenders() throws -> Range<Int> { isFreed ? 0..<0 : try senders.indices(of: packet.frame) }

  /// Whether a frame of this file is still to be written.
  func isToCome(_ frame: UInt32) -> Bool { time != nil && packet.frame <= frame }

  /// Whether a frame that is no longer to come was written at a time, the last one of all.
  func wasWritten(_ frame: UInt32, at time: Int64) -> Bool {
    written.map { $0.time == time && frame >= $0.first } ?? false
  }

  /// Puts the frame that it is at into the merged capture.
  /// - Returns: by how many nanoseconds it comes later than its clock says.
  mutating func write(
    at due: Int64, into blocks: inout PcapngEncoder, _ interfaces: inout MergedInterfaces
  ) -> Int64 {
    time = due
    if written?.time != due { written = (due, packet.frame) }
    let number = UInt32(interfaces.count(&self, due, in: &blocks))
    let texts = comments.isEmpty ? [] : takeComments()
    let (length, direction) = (packet.originalLength, packet.direction)
    reader.withFrame { frame in
      blocks.packet(
        frame, interface: number, time: due, originalLength: length, direction: direction, comments: texts)
    }
    return due &- aligned
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
