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
  /// As many as tell what the network leaves alone.
  private static let enough = 24

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

  private(set) var ties: [Tie] = []
  private(set) var unsettled: [Unsettled] = []
  /// Of the records further on: those that were not seen nearer the sender, file order.
  private(set) var rest: [Int32] = []

  private let up: Records
  private let down: Records
  private let shape: MatchShape
  private var candidates: [Int32] = []

  /// - Parameters:
  ///   - ups: records of `up` at the spot nearer the sender, file order.
  ///   - downs: records of `down` at the spot further on, file order.
  ///   - all: everything at that spot, to see what arrives as it was sent; nil where `downs` is that.
  ///   - most: records that are joined at once; the result is the same with any number.
  init(
    _ up: Records, _ ups: [Int32], _ down: Records, _ downs: [Int32], of all: [Int32]? = nil,
    atOnce most: Int = SpotWindows.most
  ) {
    self.up = up
    self.down = down
    shape = Self.probe(up, ups, down, downs, all ?? downs)
    ties.reserveCapacity(downs.count)
    if ups.count + downs.count <= most {
      let (above, below) = (SpotRecords(up, ups, shape), SpotRecords(down, downs, shape))
      joinDivisible(above.divisible, below.divisible)
      joinWhole(above.whole, below.whole)
    } else {
      joinInWindows(ups, downs, most)
    }
    rest.sort()
  }

  /// The same for very many, a stretch of the sequence space after the other.
  private mutating func joinInWindows(_ ups: [Int32], _ downs: [Int32], _ most: Int) {
    let divisible = SpotWindows(up, ups, down, downs, of: most) { $0.isDivisible }
    let longest = min(Self.longestSegment, divisible.longest)
    var above: [SpotRecords.Entry] = []
    for window in 0..<divisible.count {
      let below = SpotRecords(down, divisible.downs(window), shape).divisible
      // Those of the windows before that may still hold the first byte of one of this.
      above.removeAll { $0.start <= divisible.start(of: window) &- longest }
      above += SpotRecords(up, divisible.ups(window), shape).divisible
      joinDivisible(above, below)
    }
    let whole = SpotWindows(up, ups, down, downs, of: most) { !$0.isDivisible }
    for window in 0..<whole.count {
      joinWhole(
        SpotRecords(up, whole.ups(window), shape).whole, SpotRecords(down, whole.downs(window), shape).whole)
    }
  }

  // MARK: joining

  private mutating func joinDivisible(_ ups: [SpotRecords.Entry], _ downs: [SpotRecords.Entry]) {
    // The longest, so that no search goes further back.
    let longest = min(Self.longestSegment, ups.reduce(1) { max($0, $1.end &- $1.start) })
    var after = 0
    Self.eachRun(downs) { run in
      while after < ups.count, ups[after].start <= downs[run.lowerBound].start { after += 1 }
      if run.count == 1 {
        findCovering(downs[run.lowerBound], ups, before: after, longest)
        settle(downs[run.lowerBound].index)
      } else {
        settle(downs[run], ups, before: after, longest)
      }
    }
  }

  /// Equal records: those that have the same candidates go together.
  private mutating func settle(
    _ downs: ArraySlice<SpotRecords.Entry>, _ ups: [SpotRecords.Entry], before after: Int, _ longest: Int64
  ) {
    var claims: [[Int32]: Int] = [:]
    var claimants: [(ups: [Int32], downs: [Int32])] = []
    for entry in downs {
      findCovering(entry, ups, before: after, longest)
      let claim = claims[candidates] ?? claimants.count
      if claim == claimants.count {
        claims[candidates] = claim
        claimants.append((candidates, []))
      }
      claimants[claim].downs.append(entry.index)
    }
    for claim in claimants { settle(claim.downs, claim.ups) }
  }

  private mutating func joinWhole(_ ups: [SpotRecords.Entry], _ downs: [SpotRecords.Entry]) {
    var next = 0
    Self.eachRun(downs) { run in
      let entry = downs[run.lowerBound]
      while next < ups.count, SpotRecords.isBefore(ups[next], entry) { next += 1 }
      let first = next
      while next < ups.count, ups[next].isSame(as: entry) { next += 1 }
      if run.count == 1, next - first == 1, agreeOnBlocks(entry.index, ups[first].index) {
        ties.append(Tie(down: entry.index, up: ups[first].index, match: .unique))
      } else {
        settleByBlocks(downs[run].map(\.index), ups[first..<next].map(\.index))
      }
    }
  }

  @inline(__always)
  private static func eachRun(_ entries: [SpotRecords.Entry], _ body: (Range<Int>) -> Void) {
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].isSame(as: entries[start]) { end += 1 }
      body(start..<end)
      start = end
    }
  }

  // MARK: settling

  /// A record that no other is equal to.
  @inline(__always)
  private mutating func settle(_ down: Int32) {
    switch candidates.count {
    case 0: rest.append(down)
    case 1: ties.append(Tie(down: down, up: candidates[0], match: .unique))
    default: unsettled.append(Unsettled(ups: candidates, downs: [down]))
    }
  }

  private mutating func settle(_ downs: [Int32], _ ups: [Int32]) {
    if ups.isEmpty {
      rest += downs
    } else if ups.count == downs.count {
      let match: MatchClass = downs.count == 1 ? .unique : .ordinal
      for (down, up) in zip(downs, ups) { ties.append(Tie(down: down, up: up, match: match)) }
      // As many may be missing at either end: time has the last word.
      if match == .ordinal, !down[Int(downs[0])].isDivisible { unsettled.append(Unsettled(ups: ups, downs: downs)) }
    } else {
      unsettled.append(Unsettled(ups: ups, downs: downs))
    }
  }

  /// Duplicate acknowledgments differ in what they acknowledge selectively, where both ends show that.
  private mutating func settleByBlocks(_ downs: [Int32], _ ups: [Int32]) {
    guard shape.blocks, downs.allSatisfy({ down[Int($0)].blocks != 0 }), ups.allSatisfy({ up[Int($0)].blocks != 0 })
    else { return settleByIdentification(downs, ups) }
    let ups = Dictionary(grouping: ups) { up[Int($0)].blocks }
    for (blocks, downs) in Dictionary(grouping: downs, by: { down[Int($0)].blocks }).sorted(by: { $0.key < $1.key }) {
      settleByIdentification(downs, ups[blocks] ?? [])
    }
  }

  /// Whether two acknowledgments do not say different things selectively.
  private func agreeOnBlocks(_ one: Int32, _ other: Int32) -> Bool {
    let (a, b) = (down[Int(one)].blocks, up[Int(other)].blocks)
    return !shape.blocks || a == b || a == 0 || b == 0
  }

  /// Among equal records those with equal identification belong together, where both ends show any.
  private mutating func settleByIdentification(_ downs: [Int32], _ ups: [Int32]) {
    guard downs.count > 1 || ups.count > 1, !ups.isEmpty else { return settle(downs, ups) }
    var byIdentification: [UInt16: (downs: [Int32], ups: [Int32])] = [:]
    for index in downs { byIdentification[down[Int(index)].identification, default: ([], [])].downs.append(index) }
    for index in ups { byIdentification[up[Int(index)].identification, default: ([], [])].ups.append(index) }
    var left: (downs: [Int32], ups: [Int32]) = ([], [])
    for (identification, equal) in byIdentification.sorted(by: { $0.key < $1.key }) {
      if identification != 0, !equal.downs.isEmpty, !equal.ups.isEmpty {
        settle(equal.downs, equal.ups)
      } else {
        left.downs += equal.downs
        left.ups += equal.ups
      }
    }
    if !left.downs.isEmpty { settle(left.downs.sorted(), left.ups.sorted()) }
  }

  // MARK: candidates

  /// Fills `candidates` with the upstream records that hold the entry's first byte, in file order.
  /// - Parameter after: of `ups` the first that begins behind it.
  private mutating func findCovering(
    _ entry: SpotRecords.Entry, _ ups: [SpotRecords.Entry], before after: Int, _ longest: Int64
  ) {
    candidates.removeAll(keepingCapacity: true)
    var at = after
    let stop = max(0, at - Self.mostSteps)
    while at > stop {
      at -= 1
      guard ups[at].start > entry.start &- longest else { break }
      guard ups[at].end > entry.start, ups[at].group == entry.group else { continue }
      candidates.append(ups[at].index)
      if candidates.count >= Self.mostCandidates { break }
    }
    guard candidates.count > 1 else { return }
    candidates.sort()
    let record = down[Int(entry.index)]
    if record.identification != 0 { narrowByIdentification(record) }
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
  private static func probe(
    _ up: Records, _ ups: [Int32], _ down: Records, _ downs: [Int32], _ all: [Int32]
  ) -> MatchShape {
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
        if hasWindow && hasStamps { break }
      }
      guard isSeen else { continue }
      seen += 1
      if hasWindow { windows += 1 }
      if hasStamps { stamps += 1 }
      if seen == enough { break }
    }
    let blocks = agreeOnBlocks(up, ups, down, all)
    guard seen > 0 else { return MatchShape(blocks: blocks) }
    return MatchShape(window: windows * 2 > seen, timestamps: stamps * 2 > seen, blocks: blocks)
  }

  /// Whether what is acknowledged selectively arrives as it was sent: middleboxes may take it out, or leave it in numbers that they
  /// rewrite everywhere else.
  private static func agreeOnBlocks(_ up: Records, _ ups: [Int32], _ down: Records, _ downs: [Int32]) -> Bool {
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
