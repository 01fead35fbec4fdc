internal import CaseModel
internal import Wire

/// What one vantage shows of a TCP flow's opening and of its round trips.
struct VantageMeter {
  private let vantage: Int
  private let frames: Int
  private var handshake = Handshake()
  /// Data from each end, timed until its acknowledgment comes back.
  private var trips = DirectionPair(fromOpener: RoundTripMeter(), fromAcceptor: RoundTripMeter())
  /// Per direction: the vantage's first and last place on its path.
  private let places: DirectionPair<ClosedRange<UInt8>?>

  init(_ story: FlowStory, _ vantage: Int) {
    self.vantage = vantage
    frames = story.tracks[vantage].records.count
    func ends(_ path: [Place]) -> ClosedRange<UInt8>? {
      let own = path.indices.prefix(Int(PathPlaces.nowhere)).filter { path[$0].vantage == vantage }
      return own.first.flatMap { first in own.last.map { UInt8(first)...UInt8($0) } }
    }
    places = DirectionPair(fromOpener: ends(story.paths.fromOpener), fromAcceptor: ends(story.paths.fromAcceptor))
  }

  mutating func note(_ frame: SummarizedFrame) {
    let record = frame.record
    guard let ends = places[record.isFromOpener] else { return }
    if frame.place == ends.lowerBound {
      noteOpening(frame)
      // An answer is timed where it enters the vantage, what it answers where it left: the vantage's own time is not the path's.
      if record.flags.contains(.ack), !record.flags.contains(.rst) {
        trips[!record.isFromOpener].acknowledged(record.acknowledged, at: frame.local)
      }
    }
    if frame.place == ends.upperBound { trips[record.isFromOpener].sent(frame) }
  }

  private mutating func noteOpening(_ frame: SummarizedFrame) {
    let record = frame.record
    let isFirst: WritableKeyPath<Handshake, Handshake.Instance?>
    switch (record.flags.contains(.syn), record.flags.contains(.ack)) {
    case (true, false) where record.isFromOpener:
      handshake.syns += 1
      isFirst = \.syn
    case (true, true) where !record.isFromOpener:
      handshake.synAcknowledgments += 1
      isFirst = \.synAcknowledgment
    case (false, true) where record.isFromOpener && !record.flags.contains(.rst) && handshake.synAcknowledgment != nil:
      isFirst = \.acknowledgment
    default: return
    }
    guard handshake[keyPath: isFirst] == nil else { return }
    handshake[keyPath: isFirst] = Handshake.Instance(
      at: frame.at, frame: Int(record.frame), time: frame.time, local: frame.local)
  }

  var summary: VantageSummary {
    let wasOpened = handshake.syn != nil || handshake.synAcknowledgment != nil
    return VantageSummary(
      vantage: vantage, frames: frames, handshake: wasOpened ? handshake : nil,
      roundTrip: DirectionPair(fromOpener: trips.fromOpener.spread, fromAcceptor: trips.fromAcceptor.spread))
  }
}

/// Times data of one direction from where it leaves a vantage until its acknowledgment comes back there.
///
/// Only an acknowledgment of exactly what a frame carried, and only of bytes that passed once (Karn, Partridge, SIGCOMM 1987) and
/// behind no gap: a receiver acknowledges what lies behind a gap when the gap is filled, not when it arrived.
private struct RoundTripMeter {
  private struct Sent {
    var end: Int64
    var time: Int64
  }

  private var underWay: [Sent] = []
  private var head = 0
  private var sampler = DelaySampler()

  private static let most = 4_096

  mutating func sent(_ frame: SummarizedFrame) {
    switch frame.sending {
    case .first: append(frame)
    case .replacement where frame.record.matchRange.end > underWay.last?.end ?? .min: append(frame)
    case .again, .replacement, .reordered: forget(from: frame.record.matchRange.start)
    case .none, .keepAlive, .windowProbe: break
    }
  }

  mutating func acknowledged(_ position: Int64, at time: Int64) {
    var last: Sent?
    while head < underWay.count, underWay[head].end <= position {
      last = underWay[head]
      head += 1
    }
    if head == underWay.count {
      underWay.removeAll(keepingCapacity: true)
      head = 0
    }
    guard let last, last.end == position, time >= last.time else { return }
    sampler.add(time &- last.time)
  }

  var spread: DelaySpread? { sampler.spread }

  private mutating func append(_ frame: SummarizedFrame) {
    if underWay.count - head >= Self.most { head += 1 }
    if head > Self.most {
      underWay.removeFirst(head)
      head = 0
    }
    underWay.append(Sent(end: frame.record.matchRange.end, time: frame.local))
  }

  private mutating func forget(from start: Int64) {
    while underWay.count > head, let last = underWay.last, last.end > start { underWay.removeLast() }
  }
}
