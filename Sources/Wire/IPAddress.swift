/// An IPv4 or IPv6 address as plain numbers: sixteen bytes, an IPv4 address in the last four.
public struct IPAddress: Hashable, Comparable, Sendable {
  public var high: UInt64
  public var low: UInt64
  public var isIPv6: Bool

  public init(high: UInt64 = 0, low: UInt64, isIPv6: Bool) {
    self.high = high
    self.low = low
    self.isIPv6 = isIPv6
  }

  public init(v4: UInt32) { self.init(low: UInt64(v4), isIPv6: false) }

  public static func < (a: Self, b: Self) -> Bool {
    (a.isIPv6 ? 1 : 0, a.high, a.low) < (b.isIPv6 ? 1 : 0, b.high, b.low)
  }
}

/// An address and a port; the port is 0 where the protocol has none.
public struct Endpoint: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var address: IPAddress
  public var port: UInt16

  public init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }

  public static func < (a: Self, b: Self) -> Bool { (a.address, a.port) < (b.address, b.port) }

  /// `10.1.0.2:48640`, `[2001:db8::9]:15010`.
  public var description: String { address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)" }
}
