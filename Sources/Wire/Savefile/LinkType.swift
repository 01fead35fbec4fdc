/// The link-layer header type of an interface, by the registry of the pcap formats (tcpdump.org/linktypes.html).
public struct LinkType: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let null = LinkType(rawValue: 0)
  public static let ethernet = LinkType(rawValue: 1)
  public static let raw = LinkType(rawValue: 101)
  public static let loop = LinkType(rawValue: 108)
  public static let linuxCooked = LinkType(rawValue: 113)
  public static let rawIPv4 = LinkType(rawValue: 228)
  public static let rawIPv6 = LinkType(rawValue: 229)
  public static let linuxCooked2 = LinkType(rawValue: 276)
}
