internal import Wire

/// Who talks with whom, whichever of them sent a packet: both directions have the same one.
struct FiveTuple: Hashable, Sendable {
  // The ends' numbers lie side by side, without the gaps that two `Endpoint`s have: there are millions.
  private let lowAddress: (high: UInt64, low: UInt64)
  private let highAddress: (high: UInt64, low: UInt64)
  /// The network that the addresses belong to, told from others of the same tunnels; 0 outside of tunnels.
  let overlay: UInt32
  private let lowPort: UInt16
  private let highPort: UInt16
  let transport: UInt8
  private let isIPv6: (low: Bool, high: Bool)

  /// The smaller of the two ends.
  @inline(__always)
  var low: Endpoint {
    Endpoint(IPAddress(high: lowAddress.high, low: lowAddress.low, isIPv6: isIPv6.low), lowPort)
  }
  /// The bigger one.
  @inline(__always)
  var high: Endpoint {
    Endpoint(IPAddress(high: highAddress.high, low: highAddress.low, isIPv6: isIPv6.high), highPort)
  }

  init(_ one: Endpoint, _ other: Endpoint, _ transport: UInt8, in tunnel: Tunnel = Tunnel()) {
    let (low, high) = Self.precedes(other, one) ? (other, one) : (one, other)
    lowAddress = (low.address.high, low.address.low)
    highAddress = (high.address.high, high.address.low)
    lowPort = low.port
    highPort = high.port
    isIPv6 = (low.address.isIPv6, high.address.isIPv6)
    self.transport = transport
    overlay = Self.overlay(tunnel)
  }

  /// Two tenants of one tunnel may use the same addresses.
  @inline(__always)
  private static func overlay(_ tunnel: Tunnel) -> UInt32 {
    guard tunnel.depth > 0 else { return 0 }
    let kind = UInt64(tunnel.kind.rawValue) << 8 | UInt64(tunnel.depth)
    return UInt32(truncatingIfNeeded: Mix.fold(UInt64(tunnel.identifier), kind)) | 1
  }

  /// The order of endpoints, without the detour over tuples: this is asked of every packet.
  @inline(__always)
  private static func precedes(_ a: Endpoint, _ b: Endpoint) -> Bool {
    if a.address.low != b.address.low { return a.address.low < b.address.low }
    if a.port != b.port { return a.port < b.port }
    if a.address.high != b.address.high { return a.address.high < b.address.high }
    return !a.address.isIPv6 && b.address.isIPv6
  }

  /// Mixed for tables; equal for equal names in every run, so that nothing depends on a seed.
  @inline(__always)
  var hash: UInt64 {
    var hash = Mix.fold(lowAddress.low ^ lowAddress.high.byteSwapped, highAddress.low ^ 0xa076_1d64_78bd_642f)
    hash = Mix.fold(hash ^ highAddress.high, UInt64(lowPort) << 32 | UInt64(highPort) << 8 | UInt64(transport))
    return hash
  }

  @inline(__always)
  static func == (a: Self, b: Self) -> Bool { a.overlay == b.overlay && a.hasSameName(as: b) }

  /// The same ends and transport, inside a tunnel or not.
  @inline(__always)
  func hasSameName(as other: Self) -> Bool {
    let (a, b) = (self, other)
    return a.lowPort == b.lowPort && a.highPort == b.highPort && a.transport == b.transport
      && a.lowAddress == b.lowAddress && a.highAddress == b.highAddress && a.isIPv6 == b.isIPv6
  }

  func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

/// Multiply and fold (after Wang Yi's wyhash): good enough to tell packets apart, cheap enough for every one of them.
enum Mix {
  @inline(__always)
  static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = (a ^ 0xe703_7ed1_a0b4_28db).multipliedFullWidth(by: b ^ 0x8ebc_6af0_9c88_c6e3)
    return product.high ^ product.low
  }

  @inline(__always)
  static func pair(_ high: UInt32, _ low: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }
}
