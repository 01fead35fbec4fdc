internal import Alignment
internal import CaseModel
public import Correlation
public import Wire

/// Which frame sent on what a frame shows, of all frames where that could come into question when their captures are merged.
///
/// A frame comes later than its clock says only behind a frame of its own file or behind its sender. By how much is bounded by how
/// far files go back in themselves and how far links do: a link with more room than that cannot break, and is not kept.
///
/// Gathered story by story, in any order, and kept in a spool by where the receiving frames lie in their captures: merging reads
/// it in the order of the captures.
public struct CausalLinks: Sendable {
  /// Per vantage.
  private let shelves: [Shelf]
  /// Nanoseconds by which a frame comes after its sender at most, of the links that are kept.
  private let room: Int64
  /// How far files go back in themselves, nanoseconds.
  private let disorder: Int64

  /// Files in worse disorder than this (ns) have no order that could be kept.
  private static let most: Int64 = 10_000_000

  /// - Parameter backwards: how far links go back at most, nanoseconds, as `note` told it; a guess where that is not known yet.
  /// - Throws: what the spool throws.
  public init(_ timeline: Timeline, backwards: Int64 = 10_000, spool: some Spool) throws {
    let disorder = timeline.vantages.map(\.health.disorder).max() ?? 0
    try self.init(
      frames: timeline.vantages.map(\.health.framesByFile), disorder: disorder,
      room: Self.room(disorder, backwards), spool: spool)
  }

  private static func room(_ disorder: Int64, _ backwards: Int64) -> Int64 {
    2 * min(most, min(most, disorder) + min(most, backwards))
  }

  /// Whether links that go back so far ask for more than are kept: then they are to be gathered anew.
  public func isTooNarrow(for backwards: Int64) -> Bool { Self.room(disorder, backwards) > room }

  /// - Parameter frames: how many each file of each vantage holds.
  init(frames: [[Int]], disorder: Int64 = 0, room: Int64, spool: some Spool) throws {
    self.room = room
    self.disorder = disorder
    let most = max(1, min(64, 128 / max(1, frames.count)))
    shelves = try frames.map { try Shelf(frames: $0, most: most, spool) }
  }

  /// Takes in every frame of a story whose sender is known for certain. Called once for each story, perhaps several at a time.
  /// - Returns: by how many nanoseconds a frame comes before its sender's, at most; 0 where none does.
  /// - Throws: what the spool throws.
  @discardableResult
  public func note(_ story: FlowStory) throws -> Int64 {
    var backwards: Int64 = 0
    // Through the array's subscript, a track would be retained for every record.
    try story.tracks.withUnsafeBufferPointer { tracks in
      for vantage in tracks.indices where shelves.indices.contains(vantage) {
        backwards = max(backwards, try note(vantage, tracks))
      }
    }
    return backwards
  }

  /// The same, of one vantage's records.
  private func note(_ vantage: Int, _ tracks: UnsafeBufferPointer<FlowStory.Track>) throws -> Int64 {
    var backwards: Int64 = 0
    var pile = Pile(shelves[vantage])
    for (index, link) in tracks[vantage].upstream.enumerated() {
      guard link.match == .unique || link.match == .ordinal, let to = link.to,
        let seen = tracks[vantage].times[index], let sent = tracks[to.vantage].times[to.index]
      else { continue }
      // At least a nanosecond is due.
      let left = seen.since(sent) &- 1
      guard left <= room else { continue }
      backwards = max(backwards, 0 &- left)
      let received = FrameReference(tracks[vantage].records[index], vantage)
      let sender = FrameReference(tracks[to.vantage].records[to.index], to.vantage)
      if received != sender { try pile.add(received, sender) }
    }
    try pile.finish()
    return backwards
  }

  /// - Throws: what the spool throws.
  func add(_ received: FrameReference, sent sender: FrameReference) throws {
    guard shelves.indices.contains(received.vantage) else { return }
    var pile = Pile(shelves[received.vantage])
    try pile.add(received, sender)
    try pile.finish()
  }

  /// The links of the frames of one file, a stretch at a time.
  func shelf(_ vantage: Int) -> Shelf? { shelves.indices.contains(vantage) ? shelves[vantage] : nil }
}

/// One link as it lies in the spool.
struct CausalLink: BitwiseCopyable, Sendable {
  /// The receiving frame's number in its file.
  var frame: UInt32
  /// Its file, and the sender's.
  var file: UInt16
  var senderFile: UInt16
  var senderFrame: UInt32
  var senderVantage: UInt32

  var sender: FrameReference {
    FrameReference(vantage: Int(senderVantage), file: Int(senderFile), frame: senderFrame)
  }

  static func precedes(_ a: Self, _ b: Self) -> Bool {
    if a.frame != b.frame { return a.frame < b.frame }
    return (a.senderVantage, a.senderFile, a.senderFrame) < (b.senderVantage, b.senderFile, b.senderFrame)
  }
}

/// The links to one vantage's frames, in one spool file for each stretch of frames.
struct Shelf: Sendable {
  /// Per file: how many frames lie in those before it.
  private let starts: [Int]
  private let span: Int
  private let stretches: [any SpoolFile]

  /// A stretch has at least so many frames.
  private static let leastSpan = 1 << 16

  init(frames: [Int], most: Int, _ spool: some Spool) throws {
    var starts: [Int] = []
    var total = 0
    for count in frames {
      starts.append(total)
      total += count
    }
    self.starts = starts
    let span = max(Self.leastSpan, total / most + 1)
    self.span = span
    stretches = try (0...total / span).map { _ in try spool.makeFile() }
  }

  /// The stretch of a frame; nil for a frame that never was.
  func stretch(file: Int, frame: UInt32) -> Int? {
    guard starts.indices.contains(file) else { return nil }
    let stretch = (starts[file] + Int(frame)) / span
    return stretches.indices.contains(stretch) ? stretch : nil
  }

  /// The first frame of a file that lies behind a stretch.
  func end(ofStretch stretch: Int, file: Int) -> UInt32 { UInt32(clamping: (stretch + 1) * span - starts[file]) }

  func append(_ links: [CausalLink], to stretch: Int) throws {
    guard !links.isEmpty else { return }
    _ = try links.withUnsafeBytes { try stretches[stretch].append($0) }
  }

  /// One stretch's links to frames of one file, in the order of the frames.
  func links(_ stretch: Int, file: Int) throws -> [CausalLink] {
    let count = Int(stretches[stretch].count) / MemoryLayout<CausalLink>.stride
    var links = try [CausalLink](unsafeUninitializedCapacity: count) { buffer, filled in
      try stretches[stretch].read(at: 0, into: UnsafeMutableRawBufferPointer(buffer))
      filled = count
    }
    if starts.count > 1 { links.removeAll { Int($0.file) != file } }
    return FrameOrder.sorted(links)
  }
}

/// Links of one stretch on their way there.
private struct Pile {
  private let shelf: Shelf
  private var stretch = 0
  /// Frames that belong there, of one file.
  private var file = -1
  private var frames: Range<UInt32> = 0..<0
  private var links: [CausalLink] = []
  private static let most = 4_096

  init(_ shelf: Shelf) { self.shelf = shelf }

  mutating func add(_ received: FrameReference, _ sender: FrameReference) throws {
    if received.file != file || !frames.contains(received.frame) {
      guard let next = shelf.stretch(file: received.file, frame: received.frame) else { return }
      try finish()
      (stretch, file) = (next, received.file)
      frames = received.frame..<shelf.end(ofStretch: next, file: file)
    } else if links.count == Self.most {
      try finish()
    }
    links.append(
      CausalLink(
        frame: received.frame, file: UInt16(clamping: received.file), senderFile: UInt16(clamping: sender.file),
        senderFrame: sender.frame, senderVantage: UInt32(clamping: sender.vantage)))
  }

  mutating func finish() throws {
    try shelf.append(links, to: stretch)
    links.removeAll(keepingCapacity: true)
  }
}

/// Links by frame: their frames lie close together, so that counting sorts them.
private enum FrameOrder {
  static func sorted(_ links: [CausalLink]) -> [CausalLink] {
    guard let first = links.lazy.map(\.frame).min(), let last = links.lazy.map(\.frame).max() else { return [] }
    var ends = [Int32](repeating: 0, count: Int(last - first) + 2)
    for link in links { ends[Int(link.frame - first) + 1] += 1 }
    for place in 1..<ends.count { ends[place] += ends[place - 1] }
    var sorted = links
    for link in links {
      let place = Int(link.frame - first)
      sorted[Int(ends[place])] = link
      ends[place] += 1
    }
    // Of one frame there are two at most, as a rule: its own packet, and the one that it carries.
    for at in sorted.indices.dropFirst() {
      var at = at
      while at > 0, CausalLink.precedes(sorted[at], sorted[at - 1]) {
        sorted.swapAt(at, at - 1)
        at -= 1
      }
    }
    return sorted
  }
}

extension FrameReference {
  fileprivate init(_ record: Record, _ vantage: Int) {
    self.init(vantage: vantage, file: Int(record.file), frame: record.frame)
  }
}
