internal import CaseModel
internal import Correlation
internal import Wire

/// A time in which one end took nothing: its window was closed while the other end asked again and again.
struct ClosedWindow {
  /// Whether the end that closed its window is the flow's opener.
  let byOpener: Bool
  /// The frame that closed it, at the place nearest to that end.
  let closing: RecordReference
  /// What the other end sent to ask (RFC 9293, 3.8.6.1), and the answers that still said 0.
  let probes: [RecordReference]
  let refusals: [RecordReference]
  /// The frame that opened it again; nil where none did.
  let opening: RecordReference?
  /// Nanoseconds, to its opening or to the last that was seen of the flow.
  let length: Int64
  /// Who gave up on the connection while it was closed, if somebody did.
  let end: RecordReference?
  /// The capture is of the closing end's own host.
  let isAtReceiver: Bool

  /// The longest one of a flow that nobody opened again, else the longest of all.
  static func worst(_ story: FlowStory) -> ClosedWindow? {
    [true, false].flatMap { all(story, byOpener: $0) }.max {
      ($0.opening == nil ? 1 : 0, $0.length) < ($1.opening == nil ? 1 : 0, $1.length)
    }
  }

  /// Whether any end ever closed its window: most never do.
  static func isSuspected(_ story: FlowStory) -> Bool {
    story.tracks.contains { $0.records.contains(where: closes) }
  }

  private static func closes(_ record: Record) -> Bool {
    record.window == 0 && record.isSegment && record.flags.contains(.ack)
      && record.flags.isDisjoint(with: [.syn, .rst])
  }

  private static func all(_ story: FlowStory, byOpener: Bool) -> [ClosedWindow] {
    guard let place = story.paths[byOpener].first else { return [] }
    let track = story.tracks[place.vantage]
    var found: [ClosedWindow] = []
    var current: Watch?
    for (index, record) in track.records.enumerated() where record.isSegment {
      let reference = RecordReference(vantage: place.vantage, index: index)
      if record.isFromOpener == byOpener {
        guard Place(record, at: place.vantage) == place else { continue }
        if closes(record) {
          current = current ?? Watch(reference, edge: record.acknowledged)
          current?.answered(reference)
        } else if record.flags.contains(.ack), record.flags.isDisjoint(with: [.syn, .rst]), let watch = current {
          found.append(watch.closed(story, byOpener, place, opening: reference))
          current = nil
        }
      } else {
        current?.asked(reference, record)
      }
      if !record.flags.isDisjoint(with: [.rst, .fin]) { current?.ended(reference) }
    }
    if let current { found.append(current.closed(story, byOpener, place, opening: nil)) }
    return found
  }

  /// What is seen while a window is closed.
  private struct Watch {
    private let closing: RecordReference
    /// How far the closing end has acknowledged: what lies behind it may not be sent.
    private let edge: Int64
    private var probes: [RecordReference] = []
    private var refusals: [RecordReference] = []
    private var end: RecordReference?

    init(_ closing: RecordReference, edge: Int64) {
      self.closing = closing
      self.edge = edge
    }

    mutating func answered(_ reference: RecordReference) {
      if reference != closing, !probes.isEmpty { refusals.append(reference) }
    }

    /// A probe has one byte that may not be sent yet, or one, or none, from before the edge.
    mutating func asked(_ reference: RecordReference, _ record: Record) {
      let isProbe = record.position == edge &- 1 && record.length <= 1 || record.position == edge && record.length > 0
      if isProbe, record.flags.isDisjoint(with: [.syn, .fin, .rst]) { probes.append(reference) }
    }

    mutating func ended(_ reference: RecordReference) { end = end ?? reference }

    func closed(
      _ story: FlowStory, _ byOpener: Bool, _ place: Place, opening: RecordReference?
    ) -> ClosedWindow {
      let records = story.tracks[place.vantage].records
      let last = opening.map { records[$0.index].time } ?? records.last?.time ?? 0
      let first = records[closing.index]
      return ClosedWindow(
        byOpener: byOpener, closing: closing, probes: probes, refusals: refusals, opening: opening,
        length: last &- first.time, end: end,
        isAtReceiver: first.direction != .inbound && [64, 128, 255].contains(first.timeToLive))
    }
  }
}
