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
  /// The flow's name where it has one; nil where two names are about equally common (a mirror of both sides of a translator).
  private var regular: [Key: UInt16] = [:]

  init(_ story: FlowStory) {
    self.story = story
    var counts: [Key: [UInt16: Int]] = [:]
    for (vantage, track) in story.tracks.enumerated() {
      for record in track.records where !record.bits.contains(.icmpError) {
        counts[Self.key(record, vantage), default: [:]][record.alias, default: 0] += 1
      }
    }
    for (key, names) in counts { regular[key] = mostCommon(names) }
  }

  /// A stray is at most a third as common as the rest: it is the exception that has to be explained.
  private func mostCommon(_ names: [UInt16: Int]) -> UInt16? {
    let told = names.filter { nature($0.key) == .regular }
    let ranked = (told.isEmpty ? names : told).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard let first = ranked.first else { return nil }
    if ranked.count > 1, ranked[1].value * 3 > first.value { return nil }
    return told.isEmpty ? nil : first.key
  }

  private func nature(_ alias: UInt16) -> Alias.Nature {
    story.flow.aliases.indices.contains(Int(alias)) ? story.flow.aliases[Int(alias)].nature : .regular
  }

  /// What the flow is called where this record was seen.
  func regular(_ reference: RecordReference) -> Alias? {
    let record = story[reference]
    guard let index = regular[Self.key(record, reference.vantage)],
      story.flow.aliases.indices.contains(Int(index))
    else { return nil }
    return story.flow.aliases[Int(index)]
  }

  /// Whether this record is under a name that the flow does not have there.
  func isStray(_ reference: RecordReference) -> Bool {
    let record = story[reference]
    guard !record.bits.contains(.icmpError) else { return false }
    if nature(record.alias) == .stray { return true }
    guard let name = regular[Self.key(record, reference.vantage)] else { return false }
    return name != record.alias
  }

  private static func key(_ record: Record, _ vantage: Int) -> Key {
    Key(
      place: Place(vantage: vantage, direction: record.direction, interface: record.interface),
      fromOpener: record.isFromOpener)
  }
}
