/// Of every stretch of time the tightest inequality of one direction, and no other: memory is the capture's duration, not its
/// packets.
///
/// Where that is more than `PairEvidence.mostWindows`, stretches double until it is not: the least number of doublings that leaves
/// few enough. More evidence can only raise it, so that what is kept depends on what was offered alone, never on the order in
/// which it came or was merged.
struct TightestSightings: Sendable {
  struct Sighting: Sendable {
    var at: Int64
    var difference: Int64
  }

  /// Whether the tightest is the one with the least difference, or the one with the greatest.
  private let keepsLeast: Bool
  private(set) var offered = 0
  private var doublings: Int64 = 0
  private var kept: [Sighting] = []
  /// Index in `kept` + 1, 0 where free: open addressing by window.
  private var slots: [UInt32] = []
  /// Sightings come in order of time, many to a window.
  private var recent = (window: Int64.min, index: 0)

  init(keepsLeast: Bool) { self.keepsLeast = keepsLeast }

  /// In order of time.
  var sorted: [Sighting] { kept.sorted { $0.at < $1.at } }

  mutating func add(at: Int64, difference: Int64) {
    offered += 1
    keep(Sighting(at: at, difference: difference))
  }

  mutating func merge(_ other: Self) {
    offered += other.offered
    while doublings < other.doublings { double() }
    for sighting in other.kept { keep(sighting) }
  }

  @inline(__always)
  private mutating func keep(_ sighting: Sighting) {
    let window = window(sighting.at)
    if window != recent.window || kept.isEmpty {
      guard let index = find(window) else { return insert(sighting, window) }
      recent = (window, index)
    }
    if isTighter(sighting, kept[recent.index]) { kept[recent.index] = sighting }
  }

  /// Among equals the earliest.
  private func isTighter(_ a: Sighting, _ b: Sighting) -> Bool {
    if a.difference != b.difference { return keepsLeast == (a.difference < b.difference) }
    return a.at < b.at
  }

  @inline(__always)
  private func window(_ at: Int64) -> Int64 {
    let width = PairEvidence.window << doublings
    return (at / width) &- (at % width < 0 ? 1 : 0)
  }

  private func find(_ window: Int64) -> Int? {
    guard !slots.isEmpty else { return nil }
    let entry = slots[slot(of: window)]
    return entry == 0 ? nil : Int(entry) - 1
  }

  /// Where the window is, or would go.
  private func slot(of window: Int64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: (UInt64(bitPattern: window) &* 0x9e37_79b9_7f4a_7c15) >> 20) & mask
    while slots[slot] != 0, self.window(kept[Int(slots[slot]) - 1].at) != window { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func insert(_ sighting: Sighting, _ window: Int64) {
    if (kept.count + 1) * 2 > slots.count { grow() }
    kept.append(sighting)
    slots[slot(of: window)] = UInt32(kept.count)
    recent = (window, kept.count - 1)
    if kept.count > PairEvidence.mostWindows, doublings < 36 { double() }
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: max(64, slots.count * 2))
    for index in kept.indices { slots[slot(of: window(kept[index].at))] = UInt32(index + 1) }
  }

  /// Puts two windows into one.
  private mutating func double() {
    let old = kept
    doublings += 1
    kept = []
    slots = []
    recent.window = .min
    for sighting in old { keep(sighting) }
  }
}
