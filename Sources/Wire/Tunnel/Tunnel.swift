/// What a packet was taken out of: the tunnel's kind and number, and how deep.
public struct Tunnel: Hashable, Sendable {
  public enum Kind: UInt8, Sendable {
    /// Not out of a tunnel: the packet is the frame's own.
    case none
    /// RFC 7348: Ethernet in UDP.
    case vxlan
    /// RFC 8926: Ethernet, or what its header names, in UDP.
    case geneve
    /// RFC 2784 and RFC 2890: Ethernet or IP in IP, by a header between them.
    case gre
    /// RFC 2003, RFC 4213, RFC 2473: IPv4 or IPv6 directly in IPv4 or IPv6.
    case ipInIP
  }

  /// A packet in a packet in a packet is as deep as is looked.
  static let deepest: UInt8 = 2

  public var kind: Kind = .none
  /// How many tunnels the packet was inside of, 0 to 2; kind and identifier are of the innermost.
  public var depth: UInt8 = 0
  /// The VNI of VXLAN and Geneve (24 bits), the key of GRE (32 bits); 0 also where there is none.
  public var identifier: UInt32 = 0

  public init() {}
}
