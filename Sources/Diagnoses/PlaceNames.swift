internal import Correlation
internal import Wire

/// What a flow is called at each place where it passes, and which of its packets pass there under another name.
///
/// Address translation renames every packet of a connection alike (RFC 3022, 2.2; Linux `nf_nat` binds the mapping to the
/// connection tracking entry), so at one place, in one direction, a flow has one name. A packet under another name went through
/// the translator untouched.
struct PlaceNames {
  private struct Key: Hashable {
    let place: Place
    let fromOpener: Bool
  }

  private let story: FlowStory
  private var regular: [Key: UInt16] = [:]

  init(_ story: FlowStory) {
    self.story = story
    var counts: [Key: [UInt16: Int]] = [:]
    for (vantage, track) in story.tracks.enumerated() {
      for record in track.records where !record.bits.contains(.icmpError) && !isStray(record) {
        counts[Self.key(record, vantage), default: [:]][record.alias, default: 0] += 1
      }
    }
    for (key, names) in counts { regular[key] = names.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key }
  }

  /// What the flow is called where this record was seen; nil where only strays were.
  func regular(_ reference: RecordReference) -> Alias? {
    guard let index = regular[Self.key(story[reference], reference.vantage)] else { return nil }
    return story.flow.aliases[Int(index)]
  }

  /// Whether this record is under a name that the flow does not have there.
  func isStray(_ reference: RecordReference) -> Bool { isStray(story[reference]) }

  private func isStray(_ record: Record) -> Bool {
    story.flow.aliases.indices.contains(Int(record.alias))
      && story.flow.aliases[Int(record.alias)].nature == .stray && !record.bits.contains(.icmpError)
  }

  private static func key(_ record: Record, _ vantage: Int) -> Key {
    Key(place: Place(record, at: vantage), fromOpener: record.isFromOpener)
  }
}
