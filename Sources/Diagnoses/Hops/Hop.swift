internal import CaseModel
internal import Correlation
internal import Wire

/// From one place of a direction's path to the next one, or past the last one.
struct Hop: Hashable {
  let fromOpener: Bool
  /// Index into the direction's path.
  let index: Int
  let near: Place
  /// nil past the last place that was captured.
  let far: Place?

  /// Every hop of a story, sender's first.
  static func all(_ story: FlowStory) -> [Hop] {
    [true, false].flatMap { fromOpener in
      let path = story.paths[fromOpener].prefix(Int(PathPlaces.nowhere))
      return path.indices.map { index in
        Hop(
          fromOpener: fromOpener, index: index, near: path[index],
          far: index + 1 < path.count ? path[index + 1] : nil)
      }
    }
  }

  func location(_ scene: Scene) -> Location {
    Location(from: scene.timeline.vantages[near.vantage].name, to: far.map { scene.timeline.vantages[$0.vantage].name })
  }
}

/// One segment on its way over a hop. Kept small: of a long flow there are millions.
struct Crossing {
  enum Outcome {
    case passed
    case lost
    /// It may have passed, or the far capture may have missed it.
    case unknown
  }

  /// Payload: positions in its sender's stream.
  let start: Int64
  private let bytes: UInt32
  private let largest: UInt32
  private let absent: UInt32
  private let index: UInt32
  private let vantage: UInt16
  var outcome: Outcome

  /// - Parameters:
  ///   - at: at the near place.
  ///   - size: payload bytes in the largest packet that it can have been on the wire: a card cuts what the stack hands it in one
  ///     piece (TSO, GSO) into segments of the size that the receiver offered.
  ///   - missing: payload bytes that the far place does not show as this segment's; some of a segment that was cut may have come.
  init(at: RecordReference, start: Int64, end: Int64, size: Int64, missing: Int64, outcome: Outcome) {
    self.start = start
    bytes = UInt32(clamping: end &- start)
    largest = UInt32(clamping: size)
    absent = UInt32(clamping: missing)
    index = UInt32(clamping: at.index)
    vantage = UInt16(clamping: at.vantage)
    self.outcome = outcome
  }

  /// At the near place.
  var at: RecordReference { RecordReference(vantage: Int(vantage), index: Int(index)) }
  var end: Int64 { start &+ Int64(bytes) }
  /// Of its largest packet, bytes of payload.
  var size: Int64 { Int64(largest) }
  /// Bytes of payload that the far place does not show as its own.
  var missing: Int64 { Int64(absent) }

  var length: Int64 { end &- start }
  func carries(_ position: Int64) -> Bool { start <= position && position < end }
}

/// Everything of one flow that set out over one hop, in file order.
struct HopCrossings {
  let hop: Hop
  let all: [Crossing]
  /// The largest payload that a packet of this direction may have; nil where the receiver's SYN was not seen.
  let limit: Int64?

  init(_ hop: Hop, _ story: FlowStory, _ places: PathPlaces) {
    self.hop = hop
    let vantage = hop.near.vantage
    let track = story.tracks[vantage]
    func isOnIt(_ index: Int) -> Bool {
      let record = track.records[index]
      return places.at[vantage][index] == UInt8(hop.index) && record.isFromOpener == hop.fromOpener && record.isSegment
        && !record.flags.contains(.rst)
    }
    var (count, hasTimestamps) = (0, false)
    for index in track.records.indices where isOnIt(index) {
      count += 1
      if !hasTimestamps { hasTimestamps = track.records[index].bits.contains(.hasTimestamps) }
    }
    let limit = Self.limit(story, hop, hasTimestamps)
    let arrivals = Arrivals(hop, story)
    var all: [Crossing] = []
    all.reserveCapacity(count)
    for index in track.records.indices where isOnIt(index) {
      let record = track.records[index]
      let length = Int64(record.length)
      let start = record.position &+ (record.flags.contains(.syn) ? 1 : 0)
      let outcome: Crossing.Outcome =
        switch track.fates[index] {
        case .delivered: .passed
        case .lost: .lost
        case .unknown, .beyond: .unknown
        }
      let seen = min(length, arrivals.longest(index) ?? length)
      all.append(
        Crossing(
          at: RecordReference(vantage: vantage, index: index), start: start, end: start &+ length,
          size: min(outcome == .passed ? seen : length, limit ?? .max),
          missing: max(0, length &- arrivals.bytes(index)), outcome: outcome))
    }
    self.all = all
    self.limit = limit
  }

  private init(_ hop: Hop, _ all: [Crossing], _ limit: Int64?) {
    self.hop = hop
    self.all = all
    self.limit = limit
  }

  /// The same, judged by what the receiver acknowledges: past the last capture nothing else tells.
  ///
  /// What it acknowledged has passed. Of what lies behind, the bytes right at its edge have not; what follows them may have.
  func judgedByAcknowledgments(_ story: FlowStory) -> HopCrossings {
    let edge =
      story.tracks[hop.near.vantage].records.lazy
      .filter { $0.isFromOpener != hop.fromOpener && $0.isSegment && !$0.flags.contains(.rst) }
      .map(\.acknowledged).max() ?? -1
    return HopCrossings(
      hop,
      all.map { crossing in
        var crossing = crossing
        if crossing.length > 0 {
          crossing.outcome = crossing.end <= edge ? .passed : crossing.carries(edge) ? .lost : .unknown
        }
        return crossing
      }, limit)
  }

  private static func limit(_ story: FlowStory, _ hop: Hop, _ hasTimestamps: Bool) -> Int64? {
    // RFC 6691: the offer leaves out options, which then take their room from the payload.
    story.flow.segmentLimits[!hop.fromOpener].map { Int64($0) - (hasTimestamps ? 12 : 0) }.flatMap { $0 > 0 ? $0 : nil }
  }
}

/// What came of the segments of a hop's near place at its far one, by index at the near vantage.
private struct Arrivals {
  private var longest: [UInt32] = []
  private var bytes: [UInt32] = []

  init(_ hop: Hop, _ story: FlowStory) {
    guard let far = hop.far else { return }
    longest = [UInt32](repeating: 0, count: story.tracks[hop.near.vantage].records.count)
    bytes = longest
    let track = story.tracks[far.vantage]
    for (index, link) in track.upstream.enumerated() {
      let record = track.records[index]
      guard let to = link.to, to.vantage == hop.near.vantage, record.length > 0 else { continue }
      longest[to.index] = max(longest[to.index], record.length)
      take(record, from: to.index, hop.near, story.tracks[to.vantage].records)
    }
  }

  /// The longest piece of a segment; nil where there is none.
  func longest(_ index: Int) -> Int64? {
    index < longest.count && longest[index] > 0 ? Int64(longest[index]) : nil
  }

  /// All pieces of a segment together.
  func bytes(_ index: Int) -> Int64 { index < bytes.count ? Int64(bytes[index]) : 0 }

  /// A receiving card merges what came in one go (GRO, LRO): what a piece has beyond the segment that holds its first byte is the
  /// next segments'.
  private mutating func take(_ piece: Record, from first: Int, _ near: Place, _ sent: Records) {
    var start = piece.position
    let end = start &+ Int64(piece.length)
    for index in sent.indices[first...].prefix(Self.mostMerged) where start < end {
      let segment = sent[index]
      let stop = segment.position &+ Int64(segment.length)
      guard segment.isFromOpener == piece.isFromOpener, segment.position <= start, start < stop,
        Place(segment, at: near.vantage) == near
      else { continue }
      bytes[index] = UInt32(clamping: Int64(bytes[index]) &+ min(end, stop) &- start)
      start = stop
    }
  }

  /// Records to look through for those that a piece was merged of: 64 KiB in the smallest segments, and what came between.
  private static let mostMerged = 256
}
