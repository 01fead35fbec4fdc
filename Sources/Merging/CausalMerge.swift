internal import Correlation
internal import Wire

/// The k-way merge: the track with the least time goes on, unless its frame was sent by one that is not written yet. Then it waits
/// for that one and comes right after it (the controlled logical clock of Rabenseifner, on one pass).
struct CausalMerge {
  private var tracks: [Track]
  private var order: MergeOrder
  private let numbers: [FrameReference: Int]
  /// When senders that others wait for were written.
  private var written: [FrameReference: Int64] = [:]
  /// Tracks that wait for a sender.
  private var waiting: [FrameReference: [Int]] = [:]
  /// Of the tracks' frames: those whose links are broken up, since they wait for one another.
  private var freed: Set<FrameReference> = []
  private var last = Int64.min
  private(set) var report = MergeReport()

  init(_ tracks: [Track]) {
    self.tracks = tracks
    numbers = Dictionary(
      tracks.enumerated().map { (FrameReference(vantage: $1.vantage, file: $1.file, frame: 0), $0) }
    ) { first, _ in first }
    order = MergeOrder(tracks.indices.compactMap { track in tracks[track].time.map { (time: $0, track: track) } })
  }

  /// Writes the next frame.
  /// - Returns: false when there is none left.
  mutating func writeNext(into blocks: inout PcapngEncoder, _ interfaces: inout MergedInterfaces) -> Bool {
    while true {
      guard let first = order.first else {
        guard release() else { return false }
        continue
      }
      guard hold(first) else {
        write(first, into: &blocks, &interfaces)
        return true
      }
    }
  }

  private mutating func write(_ first: Int, into blocks: inout PcapngEncoder, _ interfaces: inout MergedInterfaces) {
    let time = max(last, tracks[first].time ?? last)
    last = time
    tracks[first].delay(until: time)
    if tracks[first].lateness > 0 {
      report.moved += 1
      report.farthest = max(report.farthest, tracks[first].lateness)
    }
    tracks[first].encode(into: &blocks, &interfaces)
    let frame = tracks[first].takeAwaited()
    tracks[first].advance()
    order.replace(first, tracks[first].time)
    guard let frame else { return }
    written[frame] = time
    for track in waiting.removeValue(forKey: frame) ?? [] { order.insert((tracks[track].time ?? time, track)) }
  }

  /// Whether the first track has to wait: for a sender, or for its turn once it stands behind one.
  private mutating func hold(_ first: Int) -> Bool {
    guard let senders = tracks[first].senders, let time = tracks[first].time else { return false }
    guard !freed.contains(tracks[first].frame) else { return false }
    for sender in senders where written[sender] == nil && isToCome(sender) {
      waiting[sender, default: []].append(first)
      order.replace(first, nil)
      return true
    }
    let due = senders.compactMap { written[$0] }.max().map { $0 &+ 1 } ?? time
    guard due > time else { return false }
    tracks[first].delay(until: due)
    order.replace(first, due)
    return true
  }

  private func isToCome(_ sender: FrameReference) -> Bool {
    guard let track = numbers[FrameReference(vantage: sender.vantage, file: sender.file, frame: 0)] else {
      return false
    }
    return tracks[track].time != nil && tracks[track].frame.frame <= sender.frame
  }

  /// Where all wait for one another, the first of them by its clock goes on.
  private mutating func release() -> Bool {
    let held = waiting.flatMap { sender, held in held.map { (tracks[$0].time ?? .max, $0, sender) } }
    guard let (time, track, sender) = held.min(by: { ($0.0, $0.1) < ($1.0, $1.1) }) else { return false }
    waiting[sender]?.removeAll { $0 == track }
    if waiting[sender]?.isEmpty == true { waiting[sender] = nil }
    freed.insert(tracks[track].frame)
    report.unresolved += 1
    order.insert((time, track))
    return true
  }
}
