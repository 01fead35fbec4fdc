internal import Correlation
internal import Wire

extension HopLoss {
  /// What was lost before the first captured place, by the gaps that were filled there, and past the last one, by what the
  /// receiver had to ask for.
  static func oneSided(_ story: FlowStory, _ places: PathPlaces) -> [HopLoss] {
    let sendings = story.sendings()
    return [true, false].flatMap { fromOpener -> [HopLoss] in
      let path = story.paths[fromOpener].prefix(Int(PathPlaces.nowhere))
      guard let first = path.first, let last = path.last else { return [] }
      let before = HopLoss(story, places, sendings, fromOpener, index: 0, first, .gaps)
      let beyond = HopLoss(story, places, sendings, fromOpener, index: path.count - 1, last, .requests)
      return [before, beyond].compactMap { $0 }
    }
  }

  private init?(
    _ story: FlowStory, _ places: PathPlaces, _ sendings: [[Sending]], _ fromOpener: Bool, index: Int, _ place: Place,
    _ sees: Witness
  ) {
    let track = story.tracks[place.vantage]
    var gaps = FilledGaps()
    var requests = Requests()
    var sent = 0
    // A gateway shows every answer twice.
    let back = story.paths[!fromOpener].first { $0.vantage == place.vantage }
    for (position, record) in track.records.enumerated() where record.isSegment && !record.flags.contains(.rst) {
      guard record.isFromOpener == fromOpener else {
        if back == nil || Place(record, at: place.vantage) == back {
          gaps.note(answer: record)
          requests.note(answer: record)
        }
        continue
      }
      guard places.at[place.vantage][position] == UInt8(index), record.length > 0 else { continue }
      let sending = sendings[place.vantage][position]
      let sighting = (at: position, ordinal: sent)
      sent += 1
      switch sees {
      case .gaps: gaps.note(record, sighting, fills: sending == .replacement)
      default: requests.note(record, sighting, sending)
      }
    }
    let found = sees == .gaps ? gaps.losses : requests.losses
    guard let first = found.first else { return nil }
    self.sees = sees
    self.fromOpener = fromOpener
    near = sees == .gaps ? nil : place
    far = sees == .gaps ? place : nil
    self.sent = sent + (sees == .gaps ? found.count : 0)
    lost = found.count
    pieces = found.count
    ranges = Set(found.map { track.records[$0.at].position }).count
    resent = found.count
    runs = zip(found, found.dropFirst()).reduce(1) { $0 + ($1.0.ordinal + 1 == $1.1.ordinal ? 0 : 1) }
    afterSlow = nil
    examples = found.prefix(Self.most).map { RecordReference(vantage: place.vantage, index: $0.at) }
    last = found.last.map { RecordReference(vantage: place.vantage, index: $0.at) }
    repair = RecordReference(vantage: place.vantage, index: first.at)
  }
}

/// Gaps that their sender filled, and whose receiver then took what lay behind them.
///
/// A stray segment far ahead of the stream makes a gap, too: the stream goes on before it, and either never gets there or sends
/// the same bytes once more when it does, before any acknowledgment passes them.
private struct FilledGaps {
  private struct Filling {
    var sighting: Sighting
    /// The bytes behind the gap that had been sent by then.
    var behind: Range<Int64>
  }

  private var filled: [Sighting] = []
  private var pending: [Filling] = []
  /// What was sent since the latest gap opened.
  private var behind: Range<Int64>?
  /// What the answers reached; where they take another way, nothing contradicts.
  private var acknowledged: Int64?

  mutating func note(_ record: Record, _ sighting: Sighting, fills: Bool) {
    let end = record.position &+ Int64(record.length)
    pending.removeAll { record.position < $0.behind.upperBound && end > $0.behind.lowerBound }
    guard let sent = behind else { return behind = record.position..<end }
    // What was acknowledged before is no gap any more: it comes late, or out of nowhere.
    let isMissing = acknowledged.map { record.position >= $0 } ?? true
    if fills, isMissing, end <= sent.lowerBound { pending.append(Filling(sighting: sighting, behind: sent)) }
    let isGap = record.position > sent.upperBound
    behind = (isGap ? record.position : sent.lowerBound)..<max(sent.upperBound, end)
  }

  mutating func note(answer record: Record) {
    guard record.flags.contains(.ack) else { return }
    acknowledged = max(acknowledged ?? .min, record.acknowledged)
    // Gaps open further and further on, so what is acknowledged comes first.
    let taken = pending.prefix { $0.behind.upperBound <= record.acknowledged }
    filled += taken.map(\.sighting)
    pending.removeFirst(taken.count)
  }

  var losses: [Sighting] { acknowledged != nil ? filled : filled + pending.map(\.sighting) }
}
