internal import Alignment
internal import CaseModel
internal import Wire

/// What became of every record of a flow after the place where it was seen.
///
/// Lost is said only where the next place's capture is whole, shows packets of that kind, and was running before and after.
struct FateFinder {
  let tracks: [Records]
  let match: FlowMatch
  let clocks: VantageClocks
  let captures: [CaptureScope]

  func fates() -> [[Fate]] {
    let covered = DeliveredBytes(tracks, match).covered
    return tracks.indices.map { vantage in
      let delivered = tracks[vantage].indices.map { isDelivered($0, vantage, covered) }
      let arrivals = Arrivals(tracks[vantage], delivered, match.ahead[vantage])
      return tracks[vantage].indices.map { index in
        let record = tracks[vantage][index]
        if record.bits.contains(.icmpError) { return fate(ofError: record, index, vantage, delivered[index]) }
        if match.ahead[vantage][index] == 0 { return fateBeyondSeen(record, vantage) }
        return delivered[index] ? .delivered : fate(index, vantage, arrivals)
      }
    }
  }

  private func isDelivered(_ index: Int, _ vantage: Int, _ covered: [[UInt32]]) -> Bool {
    let record = tracks[vantage][index]
    let needed = record.isDivisible ? record.sequenceLength : 1
    return Int64(covered[vantage][index]) >= needed
  }

  /// Of a record that the next place of its flow's path does not show.
  private func fate(_ index: Int, _ vantage: Int, _ arrivals: Arrivals) -> Fate {
    let record = tracks[vantage][index]
    let ahead = match.ahead[vantage][index]
    let path = match.shape.paths[record.isFromOpener]
    guard path.indices.contains(path.count - Int(ahead)) else { return .unknown }
    let next = path[path.count - Int(ahead)].vantage
    guard wouldShow(record, vantage, at: next) else { return .unknown }
    let known = arrivals[record.isFromOpener, ahead]
    let before = known.map { $0.lowerBound < index } ?? false || ranBefore(record, vantage, next)
    let after = known.map { $0.upperBound > index } ?? false || ranAfter(record, vantage, next)
    return before && after ? .lost : .unknown
  }

  /// Of a record at the last place that shows its flow: other flows may tell where it was going.
  private func fateBeyondSeen(_ record: Record, _ vantage: Int) -> Fate {
    let here = Place(record, at: vantage)
    guard let route = match.expected[record.isFromOpener], let next = route.places.first?.vantage,
      match.shape.paths[record.isFromOpener].last == here
    else { return .beyond }
    guard route.isCertain, wouldShow(record, vantage, at: next) else { return .unknown }
    return ranBefore(record, vantage, next) && ranAfter(record, vantage, next) ? .lost : .unknown
  }

  /// An error's way back is a guess until it is seen; at a place that shows others of its direction, it is none.
  private func fate(ofError record: Record, _ index: Int, _ vantage: Int, _ delivered: Bool) -> Fate {
    let route = ErrorRoute(match, fromOpener: record.isFromOpener)
    guard let here = route.index(of: record, at: vantage) else { return .unknown }
    guard let next = route.places[here...].dropFirst().first else { return .beyond }
    if delivered { return .delivered }
    guard match.shape.paths[record.isFromOpener].contains(next), wouldShow(record, vantage, at: next.vantage) else {
      return .unknown
    }
    return ranBefore(record, vantage, next.vantage) && ranAfter(record, vantage, next.vantage) ? .lost : .unknown
  }

  /// A stray, under a foreign name, may not pass the next capture's filter. What carries another packet may come cut in several:
  /// the one inside, whose bytes are counted, tells what is lost.
  private func wouldShow(_ record: Record, _ vantage: Int, at next: Int) -> Bool {
    guard captures[next].hasSettled(clocks.time(record, at: vantage), clocks.bound(vantage, next)) else { return false }
    let isStray = Int(record.alias) < match.aliases.count && match.aliases[Int(record.alias)].nature == .stray
    return captures[next].isWhole && captures[next].shows(record) && !isStray && !record.isCarrier
  }

  private func ranBefore(_ record: Record, _ vantage: Int, _ next: Int) -> Bool {
    clocks.time(record, at: vantage).map { captures[next].ranBefore($0, clocks.bound(vantage, next)) } ?? false
  }

  private func ranAfter(_ record: Record, _ vantage: Int, _ next: Int) -> Bool {
    clocks.time(record, at: vantage).map { captures[next].ranAfter($0, clocks.bound(vantage, next)) } ?? false
  }
}

/// The first and last record of each place (told by how many lie further on) and direction that is known to have arrived.
private struct Arrivals {
  /// Few: a track is at a place or two.
  private var ends: [(key: Int, range: ClosedRange<Int>)] = []

  init(_ track: Records, _ delivered: [Bool], _ ahead: [UInt8]) {
    for (index, arrived) in delivered.enumerated() where arrived {
      let key = Self.key(track[index].isFromOpener, ahead[index])
      if let place = ends.firstIndex(where: { $0.key == key }) {
        ends[place].range = ends[place].range.lowerBound...index
      } else {
        ends.append((key, index...index))
      }
    }
  }

  subscript(fromOpener: Bool, ahead: UInt8) -> ClosedRange<Int>? {
    let key = Self.key(fromOpener, ahead)
    return ends.first { $0.key == key }?.range
  }

  private static func key(_ fromOpener: Bool, _ ahead: UInt8) -> Int { Int(ahead) << 1 | (fromOpener ? 1 : 0) }
}

/// How much of what passes a capture can be relied on to show.
struct CaptureScope: Sendable {
  var isWhole: Bool
  var kinds: PacketKinds
  /// Case time in nanoseconds; nil where the vantage is unaligned or empty.
  var start: Int64?
  var end: Int64?
  /// Until when it may have missed frames because it was beginning; nil where nothing tells that it did.
  var settled: Int64?

  /// How long a packet may be under way before its absence counts, nanoseconds.
  private static let patience: Int64 = 1_000_000_000

  /// A capture that was stopped, or reached its time, had run until then; its last packets may have been in the kernel's buffer
  /// still, for up to a second.
  private static let stops: Set<String> = ["stop", "duration"]
  private static let buffered: Int64 = 1_000_000_000

  static func all(
    _ indexes: [CaptureIndex], _ records: [CaptureRecord], _ kinds: [PacketKinds], _ clocks: VantageClocks
  ) -> [Self] {
    zip(indexes, records).enumerated().map { vantage, capture in
      let (index, record) = capture
      let map = clocks.maps[vantage]
      let last = index.health.last.flatMap { map?.caseTime(unfolded: $0).nanoseconds }
      let ended = record.endedBy.map(stops.contains) == true ? record.ended : nil
      let quiet = ended.flatMap { map?.caseTime($0).nanoseconds }.map { $0 &- buffered }
      let start = index.health.first.flatMap { map?.caseTime(unfolded: $0).nanoseconds }
      return Self(
        isWhole: index.health.isWhole, kinds: kinds[vantage], start: start, end: last.map { max($0, quiet ?? $0) },
        settled: index.health.beginningBytes > 0 ? start.map { $0 &+ CaptureGaps.repairs } ?? .max : nil)
    }
  }

  /// A capture filter may let only some kinds through (SYN, FIN and RST, say): a kind never seen there is not missed.
  func shows(_ record: Record) -> Bool { kinds.contains(PacketKinds(record)) }
  func shows(_ some: PacketKinds) -> Bool { !kinds.isDisjoint(with: some) }

  /// Whether it was running when a packet was elsewhere, `bound` being what the two clocks may be off.
  func ranBefore(_ time: Int64, _ bound: Int64) -> Bool { start.map { time &- bound > $0 } ?? false }

  /// Whether it had begun for good when a packet was elsewhere.
  func hasSettled(_ time: Int64?, _ bound: Int64) -> Bool {
    guard let settled else { return true }
    return time.map { $0 &- bound > settled } ?? false
  }

  /// Whether it was still running when that packet had had time to come.
  func ranAfter(_ time: Int64, _ bound: Int64) -> Bool { end.map { time &+ bound &+ Self.patience < $0 } ?? false }
}

/// Kinds of packets that capture filters tell apart.
struct PacketKinds: OptionSet, Sendable {
  let rawValue: UInt8
  static let marks = PacketKinds(rawValue: 1)
  static let data = PacketKinds(rawValue: 2)
  static let acknowledgments = PacketKinds(rawValue: 4)
  static let datagrams = PacketKinds(rawValue: 8)
  /// ICMP errors; who is shown echoes is shown these too.
  static let errors = PacketKinds(rawValue: 16)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// All that a vantage shows.
  init(_ sightings: ArraySlice<Sighting>) {
    self = []
    for sighting in sightings {
      formUnion(sighting.kinds)
      if sighting.tuple.transport == 1 || sighting.tuple.transport == 58 { insert(.errors) }
    }
  }

  init(_ record: Record) {
    if record.bits.contains(.icmpError) {
      self = .errors
    } else if !record.isSegment {
      self = .datagrams
    } else if !record.flags.isDisjoint(with: [.syn, .fin, .rst]) {
      self = .marks
    } else {
      self = record.length > 0 ? .data : .acknowledgments
    }
  }
}

/// How many bytes of every record were seen again further on.
struct DeliveredBytes {
  private(set) var covered: [[UInt32]]

  /// Bytes that a merged record carries beyond the sender's record that holds its first byte.
  private struct Overhang {
    var vantage: Int
    var group: UInt64
    var start: Int64
    var end: Int64
  }

  init(_ tracks: [Records], _ match: FlowMatch) {
    covered = tracks.map { [UInt32](repeating: 0, count: $0.count) }
    var overhangs: [Overhang] = []
    for (to, links) in match.links.enumerated() {
      let before = Self.placesBefore(to, match)
      let track = tracks[to]
      for (index, link) in links.enumerated() {
        let record = track[index]
        if record.isDivisible, record.length > 0 { Self.addUnlinked(to: &overhangs, record, link, at: to, before) }
        guard link.match != .none else { continue }
        let (from, up) = (Int(link.vantage), Int(link.index))
        let sender = tracks[from][up]
        let (sent, seen) = (sender.matchRange, record.matchRange)
        covered[from][up].cover(min(seen.end, sent.end) &- seen.start)
        guard record.isDivisible, seen.end > sent.end else { continue }
        let group = sender.matchGroup(Self.shape)
        overhangs.append(Overhang(vantage: from, group: group, start: sent.end, end: seen.end))
      }
    }
    spread(overhangs, tracks)
  }

  private static let shape = MatchShape(window: true, timestamps: true)

  /// Of data whose first byte the places just before do not show, because a capture began later, say: they may show the rest.
  private static func addUnlinked(
    to overhangs: inout [Overhang], _ record: Record, _ link: StoredLink, at vantage: Int,
    _ before: borrowing DirectionPair<ArraySlice<Place>>
  ) {
    let last = record.isFromOpener ? before.fromOpener.last?.vantage : before.fromAcceptor.last?.vantage
    guard let last else { return }
    if link.match != .none, Int(link.vantage) == vantage || Int(link.vantage) == last { return }
    var between = before[record.isFromOpener]
    if link.match != .none {
      let linked = between.lastIndex { $0.vantage == Int(link.vantage) }
      between = linked.map { between[($0 + 1)...] } ?? []
    }
    let (start, end) = record.matchRange
    let group = record.matchGroup(shape)
    overhangs += between.map { Overhang(vantage: $0.vantage, group: group, start: start, end: end) }
  }

  private static func placesBefore(_ vantage: Int, _ match: FlowMatch) -> DirectionPair<ArraySlice<Place>> {
    func before(_ path: [Place]) -> ArraySlice<Place> {
      path.contains { $0.vantage == vantage } ? path.prefix { $0.vantage != vantage } : []
    }
    return DirectionPair(
      fromOpener: before(match.shape.paths.fromOpener), fromAcceptor: before(match.shape.paths.fromAcceptor))
  }

  /// Gives merged bytes to the records that they came from: those of the same header that begin within.
  private mutating func spread(_ overhangs: [Overhang], _ tracks: [Records]) {
    guard !overhangs.isEmpty else { return }
    for (vantage, track) in tracks.enumerated() {
      let here = overhangs.filter { $0.vantage == vantage }.sorted { ($0.group, $0.start) < ($1.group, $1.start) }
      guard !here.isEmpty else { continue }
      for (index, record) in track.enumerated() where record.isDivisible {
        let (start, end) = record.matchRange
        let group = record.matchGroup(Self.shape)
        guard let over = Self.last(here, group, start), over.end > start else { continue }
        covered[vantage][index].cover(min(end, over.end) &- start)
      }
    }
  }

  /// The last overhang of a group that begins at or before a position.
  private static func last(_ overhangs: [Overhang], _ group: UInt64, _ start: Int64) -> Overhang? {
    var low = 0
    var high = overhangs.count
    while low < high {
      let middle = (low + high) / 2
      let over = overhangs[middle]
      if over.group < group || (over.group == group && over.start <= start) { low = middle + 1 } else { high = middle }
    }
    return low > 0 && overhangs[low - 1].group == group ? overhangs[low - 1] : nil
  }
}

extension UInt32 {
  /// Counts bytes, as many as there may be of one record.
  fileprivate mutating func cover(_ bytes: Int64) {
    self = UInt32(clamping: Int64(self) &+ bytes)
  }
}
