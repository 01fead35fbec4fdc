internal import Correlation
internal import Wire

/// The k-way merge: the track with the least time goes on, unless its frame was sent by one that is not written yet. Then it waits
/// for that one and comes right after it (the controlled logical clock of Rabenseifner, on one pass).
struct CausalMerge {
  private var tracks: [Track]
  /// By track.
  private var heads: [TrackHead]
  private var senders: [FrameSenders]
  private var order = MergeOrder()
  /// By vantage and file.
  private let numbers: [[Int?]]
  /// Tracks that are not in the order, each for a frame that is to be written before.
  private var waiting: [(track: Int, sender: Int, frame: UInt32)] = []
  private var last = Int64.min
  private(set) var report = MergeReport()

  init(_ tracks: [Track], _ links: CausalLinks?) {
    self.tracks = tracks
    heads = tracks.map { _ in TrackHead() }
    senders = tracks.map { FrameSenders(links?.shelf($0.vantage), file: $0.file) }
    var numbers: [[Int?]] = []
    for (number, track) in tracks.enumerated() {
      while numbers.count <= track.vantage { numbers.append([]) }
      while numbers[track.vantage].count <= track.file { numbers[track.vantage].append(nil) }
      numbers[track.vantage][track.file] = number
    }
    self.numbers = numbers
    for track in tracks.indices {
      advance(track)
      if !heads[track].isAtEnd { order.insert((heads[track].time, track)) }
    }
  }

  @inline(__always)
  private mutating func advance(_ track: Int) {
    guard let aligned = tracks[track].advance() else { return heads[track].end() }
    heads[track].advance(to: tracks[track].packet.frame, aligned)
  }

  /// Describes the interfaces that are known before the first frame is written.
  mutating func describe(_ interfaces: inout MergedInterfaces, in blocks: inout PcapngEncoder) {
    for track in tracks.indices { interfaces.describe(&tracks[track], in: &blocks) }
  }

  /// Writes the next frame.
  /// - Returns: false when there is none left.
  /// - Throws: what the links' spool throws.
  mutating func writeNext(into blocks: inout PcapngEncoder, _ interfaces: inout MergedInterfaces) throws -> Bool {
    while true {
      guard let first = order.first else {
        guard release() else { return false }
        continue
      }
      guard try hold(first) else {
        write(first, into: &blocks, &interfaces)
        return true
      }
    }
  }

  private mutating func write(_ first: Int, into blocks: inout PcapngEncoder, _ interfaces: inout MergedInterfaces) {
    heads[first].delay(until: last)
    heads[first].noteWritten()
    last = heads[first].time
    if heads[first].lateness > 0 {
      report.moved += 1
      report.farthest = max(report.farthest, heads[first].lateness)
    }
    tracks[first].encode(at: last, into: &blocks, &interfaces)
    advance(first)
    order.replace(first, heads[first].isAtEnd ? nil : heads[first].time)
    if !waiting.isEmpty { wake(first) }
  }

  /// Whether the first track has to wait: for a sender, or for its turn once it stands behind one.
  private mutating func hold(_ first: Int) throws -> Bool {
    let head = heads[first]
    guard !head.isFreed else { return false }
    var due = head.time
    for index in try senders[first].indices(of: head.frame) {
      let frame = senders[first][index]
      guard let sender = number(frame) else { continue }
      if heads[sender].isToCome(frame.frame) {
        waiting.append((first, sender, frame.frame))
        order.replace(first, nil)
        return true
      }
      // Whatever was written before the last instant lies behind already.
      if heads[sender].wasWritten(frame.frame, at: last) { due = max(due, last &+ 1) }
    }
    guard due > head.time else { return false }
    heads[first].delay(until: due)
    order.replace(first, due)
    return true
  }

  private func number(_ frame: FrameReference) -> Int? {
    guard frame.vantage < numbers.count, frame.file < numbers[frame.vantage].count else { return nil }
    return numbers[frame.vantage][frame.file]
  }

  /// Lets go on who waited for a frame that this track has passed.
  private mutating func wake(_ sender: Int) {
    for place in waiting.indices.reversed()
    where waiting[place].sender == sender && !heads[sender].isToCome(waiting[place].frame) {
      let track = waiting.remove(at: place).track
      order.insert((heads[track].time, track))
    }
  }

  /// Where all wait for one another, the first of them by its clock goes on.
  private mutating func release() -> Bool {
    func key(_ place: Int) -> (Int64, Int) { (heads[waiting[place].track].time, waiting[place].track) }
    guard let place = waiting.indices.min(by: { key($0) < key($1) }) else { return false }
    let track = waiting.remove(at: place).track
    heads[track].isFreed = true
    report.unresolved += 1
    order.insert((heads[track].time, track))
    return true
  }
}
