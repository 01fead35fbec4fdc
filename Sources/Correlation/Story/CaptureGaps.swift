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

  init(vantages: Int) {
    missed = [Int64](repeating: 0, count: vantages)
    unwitnessed = missed
  }

  /// - Parameter showsData: per vantage; a capture of SYN, FIN and RST alone misses no data.
  init(_ tracks: [[Record]], _ paths: DirectionPair<[Place]>, showsData: [Bool]) {
    self.init(vantages: tracks.count)
    for fromOpener in [true, false] { add(tracks, paths[fromOpener], fromOpener, showsData) }
  }

  mutating func merge(_ other: Self) {
    for vantage in missed.indices {
      missed[vantage] &+= other.missed[vantage]
      unwitnessed[vantage] &+= other.unwitnessed[vantage]
    }
  }

  private mutating func add(_ tracks: [[Record]], _ path: [Place], _ fromOpener: Bool, _ showsData: [Bool]) {
    let shown = tracks.map { ShownBytes($0, fromOpener: fromOpener) }
    guard let sent = shown.compactMap(\.ranges.end).max() else { return }
    for vantage in tracks.indices where showsData[vantage] {
      let gaps = shown[vantage].gaps(upTo: sent)
      guard !gaps.isEmpty else { continue }
      missed[vantage] &+= gaps.count
      unwitnessed[vantage] &+= gaps.count &- witnessed(gaps, vantage, path, shown).count
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

  /// A fragment does not tell how far its segment goes on: no further than this.
  private static let longestDatagram: Int64 = 65_535

  init(_ track: [Record], fromOpener: Bool) {
    var ranges: [Range<Int64>] = []
    for record in track where record.isSegment && !record.flags.contains(.rst) {
      if record.isFromOpener != fromOpener {
        if record.flags.contains(.ack) { acknowledged = max(acknowledged, record.acknowledged) }
      } else if record.sequenceLength > 0 {
        let (low, end) = record.matchRange
        let high = record.bits.contains(.isFragment) ? max(end, low &+ Self.longestDatagram) : end
        start = start ?? low
        if let last = ranges.last, low >= last.lowerBound, low <= last.upperBound {
          ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, high)
        } else if low < high {
          ranges.append(low..<high)
        }
      }
    }
    self.ranges = ByteRanges(ranges)
  }

  func gaps(upTo sent: Int64) -> ByteRanges {
    guard let start, start < min(acknowledged, sent) else { return ByteRanges() }
    return ranges.gaps(in: start..<min(acknowledged, sent))
  }
}
