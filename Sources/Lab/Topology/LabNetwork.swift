/// An IPv4 network of a lab.
public struct LabNetwork: Sendable, Hashable, CustomStringConvertible {
  let base: UInt32
  /// Bits of the network part.
  public let length: Int

  init(base: UInt32, length: Int) {
    self.length = min(max(length, 0), 32)
    self.base = base & Self.mask(self.length)
  }

  /// From `10.1.2.0/24` or `10.1.2.3`.
  init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/")
    guard let first = parts.first, case let bytes = first.split(separator: ".").compactMap({ UInt8($0) }),
      bytes.count == 4, let length = parts.count == 2 ? Int(parts[1]) : 32
    else { return nil }
    self.init(base: bytes.reduce(0) { $0 << 8 | UInt32($1) }, length: length)
  }

  /// The address of its host number `number`; 1 is the first.
  public func address(_ number: UInt32) -> String { Self.text(base &+ number) }
  /// The same host of the IPv6 network that goes with this one (RFC 4193).
  public func sixth(_ number: UInt32) -> String { "\(prefix)\(String(number, radix: 16))" }
  /// That network.
  public var sixth: String { "\(prefix)/64" }
  public var description: String { "\(Self.text(base))/\(length)" }

  func overlaps(_ other: LabNetwork) -> Bool {
    let mask = Self.mask(min(length, other.length))
    return base & mask == other.base & mask
  }

  /// Its own bits stand in the global ID and the subnet.
  private var prefix: String {
    "fd5c:\(String(base >> 16, radix: 16)):\(String(base & 0xffff, radix: 16))::"
  }

  private static func mask(_ length: Int) -> UInt32 { length == 0 ? 0 : ~UInt32(0) << UInt32(32 - length) }

  private static func text(_ address: UInt32) -> String {
    [24, 16, 8, 0].map { "\(address >> UInt32($0) & 255)" }.joined(separator: ".")
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same lab.
struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
