/// libFuzzer's own mutation: of single bytes, by what it has learnt.
@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int) -> Int

/// libFuzzer's hook. Bytes changed anywhere mostly end a capture early; every second time the change is one that networks and
/// captures make, and the file stays readable.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32) -> Int {
  var random = SplitMix(state: UInt64(seed))
  guard random.next() % 2 == 0 else { return mutateBytes(data, count, capacity) }
  var bundle = CaptureBundle(Array(UnsafeBufferPointer(start: data, count: count)))
  let chosen = random.below(bundle.captures.count)
  for _ in 0...random.below(3) { bundle.captures[chosen] = mutated(bundle.captures[chosen], &random) }
  let bytes = bundle.bytes
  guard bytes.count <= capacity else { return mutateBytes(data, count, capacity) }
  _ = UnsafeMutableBufferPointer(start: data, count: bytes.count).update(fromContentsOf: bytes)
  return bytes.count
}

/// A record lost, doubled, late, cut, or with other numbers in it.
private func mutated(_ capture: [UInt8], _ random: inout SplitMix) -> [UInt8] {
  var records = Records(capture)
  guard !records.all.isEmpty else { return capture }
  let one = random.below(records.all.count)
  let other = random.below(records.all.count)
  switch random.below(7) {
  case 0: records.all.remove(at: one)
  case 1: records.all.insert(records.all[one], at: other)
  case 2: records.all.swapAt(one, other)
  case 3: records.cut(one, random.below(120))
  case 4:
    records.shift(one, by: UInt32(truncatingIfNeeded: random.next() % 4 == 0 ? random.next() : random.next() % 4_000))
  default: records.overwrite(one, &random)
  }
  return records.bytes
}

/// A little-endian pcap file, record by record; the rest of any other file is what follows its records.
private struct Records {
  private static let header = 16
  private let head: [UInt8]
  var all: [[UInt8]] = []
  private var rest: [UInt8] = []

  init(_ capture: [UInt8]) {
    let isPcap = capture.count >= 24 && [0xd4, 0x4d].contains(capture[0]) && [0xc3, 0x3c].contains(capture[1])
    head = isPcap ? Array(capture[..<24]) : capture
    guard isPcap else { return }
    var at = 24
    while at + Self.header <= capture.count {
      let length = (0..<4).reduce(0) { $0 | Int(capture[at + 8 + $1]) << (8 * $1) }
      guard length <= capture.count - at - Self.header else { break }
      all.append(Array(capture[at..<(at + Self.header + length)]))
      at += Self.header + length
    }
    rest = Array(capture[at...])
  }

  var bytes: [UInt8] { head + all.joined() + rest }

  /// As a snapshot length would.
  mutating func cut(_ record: Int, _ length: Int) {
    guard Self.header + length < all[record].count else { return }
    all[record].removeSubrange((Self.header + length)...)
    for byte in 0..<4 { all[record][8 + byte] = UInt8(truncatingIfNeeded: length >> (8 * byte)) }
  }

  /// Later, or, where it wraps, earlier.
  mutating func shift(_ record: Int, by units: UInt32) {
    let old = (0..<4).reduce(0 as UInt32) { $0 | UInt32(all[record][4 + $1]) << UInt32(8 * $1) }
    for byte in 0..<4 { all[record][4 + byte] = UInt8(truncatingIfNeeded: (old &+ units) >> UInt32(8 * byte)) }
  }

  mutating func overwrite(_ record: Int, _ random: inout SplitMix) {
    let frame = min(all[record].count - Self.header, 100)
    guard frame > 0 else { return }
    let start = Self.header + random.below(frame)
    for at in start..<min(start + 1 + random.below(4), all[record].count) {
      all[record][at] = UInt8(truncatingIfNeeded: random.next())
    }
  }
}

/// Sebastiano Vigna's splitmix64.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func below(_ limit: Int) -> Int { limit > 0 ? Int(next() % UInt64(limit)) : 0 }
}
