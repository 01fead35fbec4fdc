internal import Wire

/// Ties the records of one spot to those of the next one nearer the sender, by byte range and header identity.
///
/// A record belongs to the upstream record that holds its first byte. One candidate claimed once is unique; n candidates
/// claimed n times go n-th to n-th; everything else waits for clocks.
struct SpotMatch {
  /// No segment is longer, whatever offload makes of it (BIG TCP).
  private static let longestSegment: Int64 = 512 << 10
  // Bounds on the work per record, which hostile captures would make quadratic.
  private static let mostCandidates = 16
  private static let mostSteps = 1_024

  struct Tie {
    var down: Int32
    var up: Int32
    var match: MatchClass
  }

  /// Records of equal identity whose numbers do not tell who is whose.
  struct Unsettled: Sendable {
    var ups: [Int32]
    var downs: [Int32]
  }

  private struct Entry {
    var group: UInt64
    var start: Int64
    var end: Int64
    var index: Int32
  }

  private struct Claim {
    var key: UInt64
    var down: Int32
  }

  private(set) var ties: [Tie] = []
  private(set) var unsettled: [Unsettled] = []

  private let up: [Record]
  private let down: [Record]
  private let shape: MatchShape
  private var entries: [Entry] = []
  private var candidates: [Int32] = []
  /// The longest entry, so that no search goes further back.
  private var longest: Int64 = 1

  /// - Parameters:
  ///   - ups: records of `up` at the spot nearer the sender, file order.
  ///   - downs: records of `down` at the spot further on, file order.
  init(_ up: [Record], _ ups: [Int32], _ down: [Record], _ downs: [Int32]) {
    self.up = up
    self.down = down
    shape = Self.probe(up, ups, down, downs)
    let shape = shape
    entries = ups.map { index in
      let record = up[Int(index)]
      let (start, end) = record.matchRange
      return Entry(group: record.matchGroup(shape), start: start, end: end, index: index)
    }
    longest = min(Self.longestSegment, entries.reduce(1) { max($0, $1.end &- $1.start) })
    entries.sort { ($0.group, $0.start, $0.index) < ($1.group, $1.start, $1.index) }
    settle(claims(downs))
  }

  // MARK: claims

  /// Who claims what: equal keys have the same candidates.
  private mutating func claims(_ downs: [Int32]) -> [Claim] {
    var claims: [Claim] = []
    claims.reserveCapacity(downs.count)
    for index in downs {
      let record = down[Int(index)]
      let (group, start) = (record.matchGroup(shape), record.matchRange.start)
      var key = Mix.fold(group, UInt64(bitPattern: start))
      if record.isDivisible {
        findCovering(record, group, start)
        guard let first = candidates.first, let last = candidates.last else { continue }
        key = Mix.fold(key, Mix.pair(UInt32(bitPattern: first), UInt32(bitPattern: last)) &+ UInt64(candidates.count))
      } else if run(group, start).isEmpty {
        continue
      }
      claims.append(Claim(key: key, down: index))
    }
    claims.sort { ($0.key, $0.down) < ($1.key, $1.down) }
    return claims
  }

  private mutating func settle(_ claims: [Claim]) {
    var start = 0
    while start < claims.count {
      var end = start + 1
      while end < claims.count, claims[end].key == claims[start].key { end += 1 }
      settle(claims[start..<end].map(\.down))
      start = end
    }
  }

  private mutating func settle(_ downs: [Int32]) {
    let record = down[Int(downs[0])]
    let (group, start) = (record.matchGroup(shape), record.matchRange.start)
    if record.isDivisible {
      findCovering(record, group, start)
      settle(downs, candidates)
    } else {
      settleByBlocks(downs, run(group, start).map { entries[$0].index })
    }
  }

  private mutating func settle(_ downs: [Int32], _ ups: [Int32]) {
    if ups.count == downs.count {
      let match: MatchClass = downs.count == 1 ? .unique : .ordinal
      for (down, up) in zip(downs, ups) { ties.append(Tie(down: down, up: up, match: match)) }
    } else if !ups.isEmpty {
      unsettled.append(Unsettled(ups: ups, downs: downs))
    }
  }

  /// Duplicate acknowledgments differ in what they acknowledge selectively, where both ends show that.
  private mutating func settleByBlocks(_ downs: [Int32], _ ups: [Int32]) {
    guard shape.blocks, downs.allSatisfy({ down[Int($0)].blocks != 0 }), ups.allSatisfy({ up[Int($0)].blocks != 0 })
    else { return settleByIdentification(downs, ups) }
    if downs.count == 1, ups.count == 1 {
      if down[Int(downs[0])].blocks == up[Int(ups[0])].blocks { settleByIdentification(downs, ups) }
      return
    }
    let ups = Dictionary(grouping: ups) { up[Int($0)].blocks }
    for (blocks, downs) in Dictionary(grouping: downs, by: { down[Int($0)].blocks }).sorted(by: { $0.key < $1.key }) {
      if let ups = ups[blocks] { settleByIdentification(downs, ups) }
    }
  }

  /// Among equal records those with equal identification belong together, where both ends show any.
  private mutating func settleByIdentification(_ downs: [Int32], _ ups: [Int32]) {
    if downs.count == 1, ups.count == 1 { return settle(downs, ups) }
    var byIdentification: [UInt16: (downs: [Int32], ups: [Int32])] = [:]
    for index in downs { byIdentification[down[Int(index)].identification, default: ([], [])].downs.append(index) }
    for index in ups { byIdentification[up[Int(index)].identification, default: ([], [])].ups.append(index) }
    var rest: (downs: [Int32], ups: [Int32]) = ([], [])
    for (identification, equal) in byIdentification.sorted(by: { $0.key < $1.key }) {
      if identification != 0, !equal.downs.isEmpty, !equal.ups.isEmpty {
        settle(equal.downs, equal.ups)
      } else {
        rest.downs += equal.downs
        rest.ups += equal.ups
      }
    }
    if !rest.downs.isEmpty { settle(rest.downs.sorted(), rest.ups.sorted()) }
  }

  // MARK: candidates

  /// The entries of a group at exactly one position.
  private func run(_ group: UInt64, _ start: Int64) -> Range<Int> {
    let low = start == .min ? 0 : firstAfter(group, start - 1)
    return low..<max(low, firstAfter(group, start))
  }

  /// Fills `candidates` with the upstream records that hold the record's first byte, in file order.
  private mutating func findCovering(_ record: Record, _ group: UInt64, _ start: Int64) {
    candidates.removeAll(keepingCapacity: true)
    var at = firstAfter(group, start)
    let stop = max(0, at - Self.mostSteps)
    while at > stop {
      at -= 1
      let entry = entries[at]
      guard entry.group == group, entry.start > start &- longest else { break }
      guard entry.end > start else { continue }
      candidates.append(entry.index)
      if candidates.count >= Self.mostCandidates { break }
    }
    guard candidates.count > 1 else { return }
    candidates.sort()
    if record.identification != 0 { narrowByIdentification(record) }
  }

  /// The index of the first entry beyond (group, start).
  private func firstAfter(_ group: UInt64, _ start: Int64) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      let entry = entries[middle]
      if entry.group < group || (entry.group == group && entry.start <= start) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// Wire segment k of a segment that was sent with identification x carries x + k: of several copies that tells which one.
  private mutating func narrowByIdentification(_ record: Record) {
    let narrowed = candidates.filter { index in
      let sent = up[Int(index)]
      guard sent.identification != 0 else { return false }
      let steps = Int64(record.identification &- sent.identification)
      let bytes = record.position &- sent.position
      if steps == 0 { return bytes == 0 }
      return bytes > 0 && bytes % steps == 0 && (500...16_384).contains(bytes / steps)
    }
    if !narrowed.isEmpty { candidates = narrowed }
  }

  // MARK: probing

  /// Whether window and timestamps arrive as they were sent, from the first records that both spots hold by position alone.
  private static func probe(_ up: [Record], _ ups: [Int32], _ down: [Record], _ downs: [Int32]) -> MatchShape {
    let bare = MatchShape(window: false, timestamps: false)
    let sent = ups.prefix(64).map { up[Int($0)] }.filter(\.isSegment).map { ($0, group: $0.matchGroup(bare)) }
    var (seen, windows, stamps) = (0, 0, 0)
    for record in downs.prefix(64).lazy.map({ down[Int($0)] }) where record.isSegment {
      let group = record.matchGroup(bare)
      var (isSeen, hasWindow, hasStamps) = (false, false, false)
      for (other, otherGroup) in sent where otherGroup == group && other.position == record.position {
        isSeen = true
        if other.window == record.window { hasWindow = true }
        if other.hasSameTimestamps(record) { hasStamps = true }
      }
      guard isSeen else { continue }
      seen += 1
      if hasWindow { windows += 1 }
      if hasStamps { stamps += 1 }
    }
    let blocks = agreeOnBlocks(up, ups, down, downs)
    guard seen > 0 else { return MatchShape(blocks: blocks) }
    return MatchShape(window: windows * 2 > seen, timestamps: stamps * 2 > seen, blocks: blocks)
  }

  /// Whether what is acknowledged selectively arrives as it was sent: middleboxes may take it out, or leave it in numbers that they
  /// rewrite everywhere else.
  private static func agreeOnBlocks(_ up: [Record], _ ups: [Int32], _ down: [Record], _ downs: [Int32]) -> Bool {
    let sent = Set(ups.lazy.map { up[Int($0)].blocks }.filter { $0 & ~Record.noBlocks != 0 })
    var isSilent = sent.isEmpty
    for index in downs where down[Int(index)].blocks & ~Record.noBlocks != 0 {
      if sent.contains(down[Int(index)].blocks) { return true }
      isSilent = false
    }
    return isSilent
  }
}

extension Record {
  fileprivate func hasSameTimestamps(_ other: Record) -> Bool {
    timestampValue == other.timestampValue && timestampEcho == other.timestampEcho
  }
}
