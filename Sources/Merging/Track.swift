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
  /// Links of frames still to come, the next one last; and frames that others wait for, likewise.
  private var links: [(frame: UInt32, senders: [FrameReference])]
  private var awaited: [UInt32]

  /// A track for each file that is a capture, in the order of vantages and their files.
  static func all(
    _ vantages: [Vantage], _ evidence: CaseEvidence, _ comments: [FrameReference: [String]], _ links: [CausalLink]
  ) -> [Track] {
    let byFile = Dictionary(grouping: comments) { $0.key.ofFile }
    let links = (
      byReceiver: Dictionary(grouping: links) { $0.received.ofFile },
      bySender: Dictionary(grouping: links) { $0.sent.ofFile }
    )
    return evidence.captures.indices.flatMap { vantage in
      let clock = vantages.indices.contains(vantage) ? vantages[vantage].clock : nil
      let files = evidence.captures[vantage].files
      return files.indices.compactMap { file in
        let key = FrameReference(vantage: vantage, file: file, frame: 0)
        return Track(
          key, files[file].source, clock,
          comments: (byFile[key] ?? []).map { ($0.key.frame, $0.value) }.sorted { $0.0 > $1.0 },
          links: Dictionary(grouping: links.byReceiver[key] ?? [], by: \.received.frame)
            .map { ($0.key, $0.value.map(\.sent)) }.sorted { $0.0 > $1.0 },
          awaited: Set((links.bySender[key] ?? []).map(\.sent.frame)).sorted(by: >))
      }
    }
  }

  private init?(
    _ key: FrameReference, _ source: any ByteSource, _ clock: ClockMap?,
    comments: [(frame: UInt32, texts: [String])], links: [(frame: UInt32, senders: [FrameReference])],
    awaited: [UInt32]
  ) {
    guard let reader = try? CaptureReader(source) else { return nil }
    vantage = key.vantage
    file = key.file
    self.links = links
    self.awaited = awaited
    self.reader = reader
    self.clock = clock
    self.comments = comments
    advance()
  }

  /// Moves on to the next frame.
  ///
  /// The order within a file is what really happened, so its times never go back.
  mutating func advance() {
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

  /// By how many nanoseconds the frame comes later than its clock says.
  var lateness: Int64 { time.map { $0 &- aligned } ?? 0 }

  var frame: FrameReference { FrameReference(vantage: vantage, file: file, frame: packet.frame) }

  /// Who sent the frame that it is at, where that could be in question.
  var senders: [FrameReference]? {
    mutating get {
      while let next = links.last, next.frame < packet.frame { links.removeLast() }
      return links.last.flatMap { $0.frame == packet.frame ? $0.senders : nil }
    }
  }

  /// The frame that it is at, if others wait for it.
  mutating func takeAwaited() -> FrameReference? {
    while let next = awaited.last, next <= packet.frame {
      awaited.removeLast()
      if next == packet.frame { return frame }
    }
    return nil
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

extension FrameReference {
  /// What all frames of its file have in common.
  fileprivate var ofFile: FrameReference { FrameReference(vantage: vantage, file: file, frame: 0) }
}
