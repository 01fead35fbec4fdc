internal import Wire

/// Which of its sender's transmissions a frame was, as far as all vantages together tell.
public enum Sending: UInt8, Sendable {
  /// Takes no sequence space, or resets.
  case none
  /// The first transmission of these bytes, in order.
  case first
  /// The first transmission, overtaken on its way by bytes that were sent after it.
  case reordered
  /// A retransmission of bytes that passed this place before.
  case again
  /// A retransmission whose earlier copy did not get as far as this place.
  case replacement
  /// Repeats the last acknowledged byte, or none, to see whether the peer is still there (RFC 9293, 3.8.4).
  case keepAlive
  /// One byte offered to a closed window (RFC 9293, 3.8.6.1).
  case windowProbe

  public var isRetransmission: Bool { self == .again || self == .replacement }
}

extension FlowStory {
  /// Which transmission each frame was: per vantage, per record.
  ///
  /// A retransmission is known where the bytes passed the same place before, or where the frame is tied to one nearer the sender
  /// that is known to be one: so it is told from reordering without a guess. Where nothing nearer the sender was captured, a
  /// frame that fills a gap was retransmitted if its timestamp (RFC 7323) is newer than that of the bytes behind the gap, and
  /// reordered if it is older; where stamps do not tell, it was reordered if it comes within 3 ms of them.
  public func sendings() -> [[Sending]] { sendings(PathPlaces(self)) }

  func sendings(_ places: PathPlaces) -> [[Sending]] {
    var sendings = tracks.map { [Sending](repeating: .none, count: $0.records.count) }
    guard flow.transport == 6 else { return sendings }
    for fromOpener in [true, false] {
      // Sender first: what a place makes of a frame rests on what the places before made of it.
      for (index, place) in paths[fromOpener].enumerated().prefix(Int(PathPlaces.nowhere)) {
        classify(place.vantage, UInt8(index), fromOpener, places, &sendings)
      }
    }
    return sendings
  }

  private func classify(
    _ vantage: Int, _ place: UInt8, _ fromOpener: Bool, _ places: PathPlaces, _ sendings: inout [[Sending]]
  ) {
    var sent = SentHere(answerScale: flow.windowScales?[!fromOpener])
    let track = tracks[vantage]
    for index in track.records.indices {
      let record = track.records[index]
      guard record.isSegment else { continue }
      guard record.isFromOpener == fromOpener else {
        sent.note(answer: record)
        continue
      }
      guard places.at[vantage][index] == place else { continue }
      let before = track.upstream[index].to.map { sendings[$0.vantage][$0.index] }
      sendings[vantage][index] = sent.classify(record, before)
    }
  }
}

/// What one place has shown of one sender so far, in file order.
private struct SentHere {
  private var ranges = SentRanges()
  /// What the peer acknowledged, and how much it would take, as far as this vantage shows.
  private var acknowledged = Int64.min
  private var isWindowClosed = false
  /// One past the last byte that the peer ever allowed; nil where that was not seen.
  private var edge: Int64?
  /// How far the peer shifts its windows; nil where the handshake was not captured.
  private let answerScale: UInt8?
  /// The frame that got furthest.
  private var furthest: Record?
  /// Far ahead of everything, where nobody knows how far the sender may go: of the stream only if the stream goes on there.
  private var aside: Range<Int64>?

  /// The largest window where the handshake did not tell of scaling (RFC 9293, 3.1): a gap that is no wider is one of the stream.
  private static let plainWindow: Int64 = 65_535

  /// A gap filled within this time was reordered, if nothing better is known, nanoseconds.
  private static let patience: Int64 = 3_000_000

  init(answerScale: UInt8?) { self.answerScale = answerScale }

  mutating func note(answer record: Record) {
    guard record.flags.contains(.ack), !record.flags.contains(.rst) else { return }
    acknowledged = max(acknowledged, record.acknowledged)
    isWindowClosed = record.window == 0
    guard let answerScale else { return }
    // A SYN's window is never scaled (RFC 7323, 2.2).
    let window = Int64(record.window) << Int64(record.flags.contains(.syn) ? 0 : min(answerScale, 14))
    edge = max(edge ?? .min, record.acknowledged &+ window)
  }

  /// - Parameter before: what the same frame was nearer its sender, nil where nothing there shows it.
  mutating func classify(_ record: Record, _ before: Sending?) -> Sending {
    guard !record.flags.contains(.rst) else { return .none }
    if isKeepAlive(record) { return .keepAlive }
    guard record.isDivisible else { return .none }
    let (start, end) = record.matchRange
    if isWindowClosed, record.length == 1, start == ranges.end, start == acknowledged { return .windowProbe }
    let sending = sending(record, start, before)
    if isBeyondWindow(start) || isSetAside(start..<max(start, end)) { return sending }
    if start < end { ranges.insert(start..<end) }
    if ranges.end == end { furthest = record }
    return sending
  }

  private func sending(_ record: Record, _ start: Int64, _ before: Sending?) -> Sending {
    if ranges.contains(start) { return .again }
    if let before, before.isRetransmission { return .replacement }
    guard let end = ranges.end, start < end else { return .first }
    if let before, before != .none { return .reordered }
    return isLater(record) ? .replacement : .reordered
  }

  /// Whether it leaves a gap and lies where its sender was never allowed to send: no part of the stream, so nothing before it is
  /// missing.
  private func isBeyondWindow(_ start: Int64) -> Bool {
    guard let edge, let end = ranges.end else { return false }
    return start > end && start > edge
  }

  private mutating func isSetAside(_ range: Range<Int64>) -> Bool {
    guard edge == nil, let end = ranges.end else { return false }
    if let aside, (aside.lowerBound...aside.upperBound).contains(range.lowerBound) {
      ranges.insert(aside)
      self.aside = nil
      return false
    }
    guard range.lowerBound > end &+ Self.plainWindow else { return false }
    aside = range
    return true
  }

  private func isKeepAlive(_ record: Record) -> Bool {
    guard let end = ranges.end, record.length <= 1, record.position == end &- 1, acknowledged >= end else {
      return false
    }
    return record.flags.isDisjoint(with: [.syn, .fin])
  }

  /// Whether what fills a gap was sent after what lies behind it.
  private func isLater(_ record: Record) -> Bool {
    guard let furthest else { return false }
    if record.bits.contains(.hasTimestamps), furthest.bits.contains(.hasTimestamps) {
      let newer = Int32(bitPattern: record.timestampValue &- furthest.timestampValue)
      if newer != 0 { return newer > 0 }
    }
    return record.time &- furthest.time > Self.patience
  }
}
