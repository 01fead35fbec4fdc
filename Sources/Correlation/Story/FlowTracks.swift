internal import Wire

/// One flow's records at every vantage, as matching works on them.
struct FlowTracks {
  /// Per vantage, file order. `alias` is the number of the conversation within the flow until aliases are named.
  var tracks: [Records]
  /// Per vantage: the host, as a number; vantages of one host share its clock.
  let hosts: [Int]

  /// Room for spots of one direction: hostile captures claim thousands of interfaces.
  static let mostSpots = 48
}

/// Where records of one direction are seen: a place, and at places without direction (one-armed gateways) the name it wears there.
struct Spot: Hashable {
  var place: Place
  /// The conversation (within the flow) that is regular here.
  var alias: UInt16
  var count = 0
  /// The most frequent time-to-live (majority vote).
  var timeToLive: UInt8 = 0
  var weight = 0
  /// The first record here, in its track.
  var first = 0

  mutating func note(_ record: Record) {
    count += 1
    if weight == 0 { timeToLive = record.timeToLive }
    weight += record.timeToLive == timeToLive ? 1 : -1
  }
}

/// The spots of one direction and which one every record was seen at.
struct SpotMap {
  static let nowhere = UInt8.max

  var spots: [Spot] = []
  /// Per vantage, per record: index into `spots`, or `nowhere` (other direction, ICMP error, more spots than believed).
  var at: [[UInt8]]
  /// Records that wear another name than the regular one of their spot.
  var strays: [RecordReference] = []
  /// Whether the flow, in any direction, has ICMP errors: they are not at spots.
  private(set) var sawErrors = false

  init(_ flow: FlowTracks, fromOpener: Bool) {
    at = flow.tracks.map { [UInt8](repeating: Self.nowhere, count: $0.count) }
    for (vantage, track) in flow.tracks.enumerated() {
      var recent = -1
      for (index, record) in track.enumerated() {
        guard !record.bits.contains(.icmpError) else {
          sawErrors = true
          continue
        }
        guard record.isFromOpener == fromOpener else { continue }
        if recent < 0 || !spots[recent].holds(record) { recent = find(record, vantage, index) }
        guard recent >= 0 else { continue }
        spots[recent].note(record)
        at[vantage][index] = UInt8(recent)
      }
    }
    foldStrays()
  }

  private mutating func find(_ record: Record, _ vantage: Int, _ index: Int) -> Int {
    if let found = spots.firstIndex(where: { $0.place.vantage == vantage && $0.holds(record) }) { return found }
    guard spots.count < FlowTracks.mostSpots else { return -1 }
    spots.append(Spot(place: Place(record, at: vantage), alias: record.alias, first: index))
    return spots.count - 1
  }

  /// A place knows a flow by one name; the few packets there under another one passed a translator untranslated. Where the
  /// capture does not tell direction, two names of like frequency are the two sides of a one-armed gateway.
  private mutating func foldStrays() {
    var target = Array(spots.indices)
    for (index, spot) in spots.enumerated() {
      let here = spots.indices.filter { spots[$0].place == spot.place }
      guard let regular = here.max(by: { (spots[$0].count, $1) < (spots[$1].count, $0) }), regular != index else {
        continue
      }
      if spot.place.direction != .unknown || spot.count * 2 <= spots[regular].count { target[index] = regular }
    }
    guard target != Array(spots.indices) else { return }
    let kept = spots.indices.filter { target[$0] == $0 }
    let renumbered = target.map { UInt8(kept.firstIndex(of: $0) ?? 0) }
    for vantage in at.indices {
      for index in at[vantage].indices where at[vantage][index] != Self.nowhere {
        let old = Int(at[vantage][index])
        if target[old] != old { strays.append(RecordReference(vantage: vantage, index: index)) }
        at[vantage][index] = renumbered[old]
      }
    }
    for (index, spot) in spots.enumerated() where target[index] != index { spots[target[index]].count += spot.count }
    spots = kept.map { spots[$0] }
  }

  /// The records of one spot, file order.
  /// - Parameter most: only so many of the first ones.
  func records(at spot: Int, atMost most: Int = .max) -> [Int32] {
    let count = min(spots[spot].count, most)
    var records: [Int32] = []
    records.reserveCapacity(count)
    for (index, here) in at[spots[spot].place.vantage].enumerated() where Int(here) == spot {
      if records.count == count { break }
      records.append(Int32(truncatingIfNeeded: index))
    }
    return records
  }
}

extension Spot {
  @inline(__always)
  func holds(_ record: Record) -> Bool {
    alias == record.alias && place.direction == record.direction && place.interface == record.interface
      && place.isInTunnel == record.bits.contains(.inTunnel)
  }
}
