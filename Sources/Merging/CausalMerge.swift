internal import Correlation
internal import Wire

/// The k-way merge: the track with the least time goes on, unless its frame was sent by one that is not written yet. Then it waits
/// for that one and comes right after it (the controlled logical clock of Rabenseifner, on one pass).
struct CausalMerge {
  private var tracks: [Track]
  private var order: MergeOrder
  /// By vantage and file.
  private let numbers: [[Int?]]
  /// Tracks that are not in the order, each for a frame that is to be written before.
  private var waiting: [(track: Int, sender: Int, frame: UInt32)] = []
  private var last = Int64.min
  private(set) var report = MergeReport()

  init(_ tracks: [Track]) {
    self.tracks = tracks
    var numbers: [[Int?]] = []
    for (number, track) in tracks.enumerated() {
      while numbers.count <= track.vantage { numbers.append([]) }
      while numbers[track.vantage].count <= track.file { numbers[track.vantage].append(nil) }
      numbers[track.vantage][track.file] = number
    }
    self.numbers = numbers
    order = MergeOrder(tracks.indices.compactMap { track in tracks[track].time.map { (time: $0, track: track) } })
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
    let time = max(last, tracks[first].time ?? last)
    last = time
    let lateness = tracks[first].write(at: time, into: &blocks, &interfaces)
    if lateness > 0 {
      report.moved += 1
      report.farthest = max(report.farthest, lateness)
    }
    tracks[first].advance()
    order.replace(first, tracks[first].time)
    if !waiting.isEmpty { wake(first) }
  }

  /// Whether the first track has to wait: for a sender, or for its turn once it stands behind one.
  private mutating func hold(_ first: Int) throws -> Bool {
    guard let time = tracks[first].time else { return false }
    let senders = try tracks[first].nextSenders()
    guard !senders.isEmpty else { return false }
    var due = time
    for index in senders {
      let frame = tracks[first].senders[index]
      guard let sender = number(frame) else { continue }
      if tracks[sender].isToCome(frame.frame) {
        waiting.append((first, sender, frame.frame))
        order.replace(first, nil)
        return true
      }
      // Whatever was written before the last instant lies behind already.
      if tracks[sender].wasWritten(frame.frame, at: last) { due = max(due, last &+ 1) }
    }
    guard due > time else { return false }
    tracks[first].delay(until: due)
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
    where waiting[place].sender == sender && !tracks[sender].isToCome(waiting[place].frame) {
      let track = waiting.remove(at: place).track
      order.insert((tracks[track].time ?? last, track))
    }
  }

  /// Where all wait for one another, the first of them by its clock goes on.
  private mutating func release() -> Bool {
    func key(_ place: Int) -> (Int64, Int) { (tracks[waiting[place].track].time ?? .max, waiting[place].track) }
    guard let place = waiting.indices.min(by: { key($0) < key($1) }) else { return false }
    let track = waiting.remove(at: place).track
    tracks[track].isFreed = true
    report.unresolved += 1
    order.insert((tracks[track].time ?? last, track))
    return true
  }
}
