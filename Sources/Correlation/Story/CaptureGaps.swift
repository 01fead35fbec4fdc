internal import Wire

/// Bytes that a flow's peer acknowledged and that a vantage never showed, though it was watching that sender: what a capture itself
/// has missed.
///
/// Counted from the first frame that the vantage shows of the sender, in file order: what was sent before may come again, but was
/// not there to be missed. And only as far as somebody shows the sender to have got: an acknowledgment alone may be of another
/// connection on the same ports.
struct CaptureGaps: Sendable {
  /// Per vantage, bytes.
  private(set) var missed: [Int64]
  /// Of those: what is not shown both nearer the sender and nearer the receiver. What became of the others is known all the same.
  private(set) var unwitnessed: [Int64]
  /// And what passed before the capture began, or while it was beginning: libpcap (`set_kernel_filter`) keeps what came before its
  /// filter was in place, loses everything while it exchanges filters, and then records. And behind a hole that was being repaired
  /// lie bytes that had arrived before.
  private(set) var beginning: [Int64]

  /// Nanoseconds in which what was sent before a capture began is repaired.
  static let repairs: Int64 = 1_000_000_000

  init(vantages: Int) {
    missed = [Int64](repeating: 0, count: vantages)
    unwitnessed = missed
    beginning = missed
  }

  /// - Parameters:
  ///   - showsData: per vantage; a capture of SYN, FIN and RST alone misses no data.
  ///   - starts: per vantage: the earliest stamp of its capture.
  init(_ tracks: [Records], _ paths: DirectionPair<[Place]>, showsData: [Bool], starts: [Int64?]) {
    self.init(vantages: tracks.count)
    for fromOpener in [true, false] { add(tracks, paths[fromOpener], fromOpener, showsData, starts) }
  }

  mutating func merge(_ other: Self) {
    for vantage in missed.indices {
      missed[vantage] &+= other.missed[vantage]
      unwitnessed[vantage] &+= other.unwitnessed[vantage]
      beginning[vantage] &+= other.beginning[vantage]
    }
  }

  private mutating func add(
    _ tracks: [Records], _ path: [Place], _ fromOpener: Bool, _ showsData: [Bool],
    _ starts: [Int64?]
  ) {
    let shown = zip(tracks, starts).map { ShownBytes($0, fromOpener: fromOpener, captureStart: $1) }
    guard let sent = shown.compactMap(\.ranges.end).max() else { return }
    // One capture alone cannot tell whether it missed them.
    let all = shown.filter { $0.ranges.end != nil }.count > 1 ? shown.reduce(ByteRanges()) { $0.union($1.ranges) } : nil
    for vantage in tracks.indices where showsData[vantage] {
      let gaps = shown[vantage].gaps(upTo: sent)
      guard !gaps.isEmpty else { continue }
      let later = shown[vantage].settledGaps(upTo: sent)
      let unsent = all.map { later.intersection(shown[vantage].unsent($0)).count } ?? 0
      missed[vantage] &+= gaps.count
      beginning[vantage] &+= gaps.count &- later.count &+ unsent
      unwitnessed[vantage] &+= later.count &- unsent &- witnessed(later, vantage, path, shown).count
    }
  }

  /// What of the gaps was shown on both sides of a vantage.
  private func witnessed(_ gaps: ByteRanges, _ vantage: Int, _ path: [Place], _ shown: [ShownBytes]) -> ByteRanges {
    guard let first = path.firstIndex(where: { $0.vantage == vantage }),
      let last = path.lastIndex(where: { $0.vantage == vantage })
    else { return ByteRanges() }
    func union(_ places: ArraySlice<Place>) -> ByteRanges {
      Set(places.map(\.vantage)).sorted().reduce(ByteRanges()) { $0.union(shown[$1].ranges) }
    }
    return gaps.intersection(union(path[..<first])).intersection(union(path[(last + 1)...]))
  }
}

/// What one vantage shows of one sender's sequence space, and how much of it was acknowledged there.
private struct ShownBytes {
  private(set) var ranges = ByteRanges()
  /// Where the first frame begins, file order.
  private var start: Int64?
  private var acknowledged = Int64.min
  /// Where the capture, begun in the middle of the connection, had got to when its filter was in place.
  private var settled = Int64.min
  /// What had been acknowledged when all that was under way before must have arrived.
  private var arrived = Int64.min

  /// Nanoseconds in which a capture begins.
  private static let beginning: Int64 = 10_000_000
  /// A fragment does not tell how far its segment goes on: no further than this.
  private static let longestDatagram: Int64 = 65_535

  init(_ track: Records, fromOpener: Bool, captureStart: Int64?) {
    var ranges: [Range<Int64>] = []
    let isUnderWay = track.first.map { Self.isUnderWay($0, captureStart) } ?? false
    let start = isUnderWay ? track.first?.time : nil
    let (settles, repaired) = (
      start.map { $0 &+ Self.beginning } ?? .min, start.map { $0 &+ CaptureGaps.repairs } ?? .min
    )
    for record in track where record.isSegment && !record.flags.contains(.rst) {
      if record.isFromOpener != fromOpener {
        guard record.flags.contains(.ack) else { continue }
        acknowledged = max(acknowledged, record.acknowledged)
        if record.time < settles { settled = max(settled, record.acknowledged) }
        if record.time < repaired { arrived = max(arrived, record.acknowledged) }
      } else if record.sequenceLength > 0 {
        let (low, end) = record.matchRange
        let high = record.bits.contains(.isFragment) ? max(end, low &+ Self.longestDatagram) : end
        self.start = self.start ?? low
        if record.time < settles { settled = max(settled, low) }
        if let last = ranges.last, low >= last.lowerBound, low <= last.upperBound {
          ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, high)
        } else if low < high {
          ranges.append(low..<high)
        }
      }
    }
    self.ranges = ByteRanges(ranges)
  }

  /// What shows its first frame later was idle before, or the capture missed it for another reason than that it was beginning.
  private static func isUnderWay(_ first: Record, _ captureStart: Int64?) -> Bool {
    !first.flags.contains(.syn) && captureStart.map { first.time &- $0 <= CaptureGaps.repairs } ?? true
  }

  func gaps(upTo sent: Int64) -> ByteRanges { start.map { gaps(from: $0, upTo: sent) } ?? ByteRanges() }

  /// Those that did not come about while the capture was beginning.
  func settledGaps(upTo sent: Int64) -> ByteRanges {
    start.map { gaps(from: max($0, settled), upTo: sent) } ?? ByteRanges()
  }

  /// What nobody shows, and what was acknowledged so early that it was sent before.
  func unsent(_ all: ByteRanges) -> ByteRanges {
    guard let start, start < arrived else { return ByteRanges() }
    return all.gaps(in: start..<arrived)
  }

  private func gaps(from start: Int64, upTo sent: Int64) -> ByteRanges {
    let end = min(acknowledged, sent)
    return start < end ? ranges.gaps(in: start..<end) : ByteRanges()
  }
}
