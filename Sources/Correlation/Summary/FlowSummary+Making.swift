internal import CaseModel
internal import Wire

extension FlowSummary {
  /// - Parameter vantages: the timeline's.
  public init(_ story: FlowStory, _ vantages: [Vantage]) {
    let places = PathPlaces(story)
    let sendings = story.sendings(places)
    let isTCP = story.flow.transport == 6
    var bytes = PayloadBytes()
    var windows = DirectionPair(fromOpener: WindowMeter(), fromAcceptor: WindowMeter())
    var closing = ClosingMarks(story, places)
    var errors = ErrorKinds()
    var views: [VantageSummary] = []
    for vantage in story.tracks.indices where !story.tracks[vantage].records.isEmpty {
      var view = VantageMeter(story, vantage)
      for index in story.tracks[vantage].records.indices {
        let frame = SummarizedFrame(story, places, sendings, vantage, index)
        bytes.note(frame)
        errors.note(frame)
        guard isTCP, frame.record.isSegment else { continue }
        view.note(frame)
        closing.note(frame)
        if frame.place == 0 { windows[frame.record.isFromOpener].note(frame) }
      }
      views.append(view.summary)
    }
    self.bytes = bytes.counts
    let hops = HopMeter(story, places, sendings, vantages)
    paths = DirectionPair(fromOpener: hops.summaries(true), fromAcceptor: hops.summaries(false))
    self.windows = DirectionPair(
      fromOpener: windows.fromOpener.summary(story.flow.windowScales?.fromOpener),
      fromAcceptor: windows.fromAcceptor.summary(story.flow.windowScales?.fromAcceptor))
    self.vantages = views
    (closes, moreCloses) = closing.closes()
    openerClosedFirst = closing.openerClosedFirst
    self.errors = errors.summaries
    idle = IdleGap.longest(in: story)
  }
}

/// A frame with what is known of it, for the meters.
struct SummarizedFrame {
  let record: Record
  let at: RecordReference
  /// Index into its direction's path, or `PathPlaces.nowhere`.
  let place: UInt8
  let sending: Sending
  let time: CaseTime?
  /// By the vantage's clock, aligned where it is.
  let local: Int64
  /// Nothing nearer its sender shows it.
  let isFirstSighting: Bool

  @inline(__always)
  init(_ story: FlowStory, _ places: PathPlaces, _ sendings: [[Sending]], _ vantage: Int, _ index: Int) {
    let track = story.tracks[vantage]
    record = track.records[index]
    at = RecordReference(vantage: vantage, index: index)
    place = places.at[vantage][index]
    sending = sendings[vantage][index]
    time = track.times[index]
    local = time?.nanoseconds ?? record.time
    isFirstSighting = track.upstream[index].to == nil
  }
}

/// Payload that each end sent, each byte once.
private struct PayloadBytes {
  private var ranges = DirectionPair<[Range<Int64>]>(fromOpener: [], fromAcceptor: [])
  /// Of datagrams and later fragments, which have no sequence numbers.
  private var loose = DirectionPair<Int64>(fromOpener: 0, fromAcceptor: 0)

  mutating func note(_ frame: SummarizedFrame) {
    let record = frame.record
    guard record.length > 0, !record.bits.contains(.icmpError), !record.flags.contains(.rst) || !record.isSegment
    else { return }
    guard record.isSegment else {
      if frame.isFirstSighting { loose[record.isFromOpener] &+= Int64(record.length) }
      return
    }
    // The byte of a keep-alive is no data.
    guard frame.sending != .keepAlive else { return }
    let start = record.position &+ (record.flags.contains(.syn) ? 1 : 0)
    add(start..<max(start, start &+ Int64(record.length)), record.isFromOpener)
  }

  private mutating func add(_ range: Range<Int64>, _ fromOpener: Bool) {
    let count = ranges[fromOpener].count
    guard count > 0 else { return ranges[fromOpener] = [range] }
    let last = ranges[fromOpener][count - 1]
    if range.lowerBound >= last.lowerBound, range.lowerBound <= last.upperBound {
      ranges[fromOpener][count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      return
    }
    ranges[fromOpener].append(range)
    // In disorder the list grows; what it stands for does not.
    if count >= Self.many { ranges[fromOpener] = ByteRanges(ranges[fromOpener]).ranges }
    if ranges[fromOpener].count >= Self.many { ranges[fromOpener] = Self.coarser(ranges[fromOpener]) }
  }

  private static let many = 4_096

  /// Half as many, the small gaps closed: the count is then a little high, of a stream that is mostly gaps.
  private static func coarser(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
    stride(from: 0, to: ranges.count, by: 2).map { index in
      ranges[index].lowerBound..<ranges[min(index + 1, ranges.count - 1)].upperBound
    }
  }

  var counts: DirectionPair<Int64> {
    DirectionPair(
      fromOpener: ByteRanges(ranges.fromOpener).count &+ loose.fromOpener,
      fromAcceptor: ByteRanges(ranges.fromAcceptor).count &+ loose.fromAcceptor)
  }
}

/// The window fields of one end.
private struct WindowMeter {
  private var smallest: UInt16?
  private var zeros = 0
  private var closings = 0
  private var firstClosing: RecordReference?
  private var closedSince: Int64?
  private var longestClosed: Int64?

  mutating func note(_ frame: SummarizedFrame) {
    let record = frame.record
    guard record.flags.contains(.ack), record.flags.isDisjoint(with: [.syn, .rst]) else { return }
    smallest = min(smallest ?? .max, record.window)
    if record.window == 0 {
      zeros += 1
      if closedSince == nil {
        closings += 1
        firstClosing = firstClosing ?? frame.at
        closedSince = frame.local
      }
    }
    if let since = closedSince { longestClosed = max(longestClosed ?? 0, frame.local &- since) }
    if record.window > 0 { closedSince = nil }
  }

  func summary(_ scale: UInt8?) -> WindowSummary? {
    smallest.map {
      WindowSummary(
        scale: scale, smallest: $0, closings: closings, zeros: zeros, firstClosing: firstClosing,
        longestClosed: longestClosed)
    }
  }
}

/// The ICMP errors about a flow.
private struct ErrorKinds {
  private(set) var summaries: [ErrorSummary] = []

  private static let most = 16

  mutating func note(_ frame: SummarizedFrame) {
    let record = frame.record
    guard record.bits.contains(.icmpError), frame.isFirstSighting else { return }
    let known = summaries.firstIndex {
      $0.type == record.icmpType && $0.code == record.icmpCode && $0.mtu == record.icmpMTU
        && $0.aboutOpener != record.isFromOpener
    }
    if let known {
      summaries[known].count += 1
      guard let time = frame.time, let first = summaries[known].time, time < first else { return }
      (summaries[known].at, summaries[known].frame, summaries[known].time) = (frame.at, Int(record.frame), time)
    } else if summaries.count < Self.most {
      summaries.append(
        ErrorSummary(
          type: record.icmpType, code: record.icmpCode, mtu: record.icmpMTU, aboutOpener: !record.isFromOpener,
          count: 1, at: frame.at, frame: Int(record.frame), time: frame.time))
    }
  }
}
