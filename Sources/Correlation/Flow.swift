public import CaseModel
public import Wire

/// One connection end to end (or one UDP or ICMP exchange), whatever addresses it wears on the way.
public struct Flow: Sendable {
  public let name: FlowName
  /// IANA number.
  public let transport: UInt8
  /// Every five-tuple that it wears at any vantage, in order of first appearance. `Record.alias` is an index into it.
  public let aliases: [Alias]
  public let first: CaseTime?
  public let last: CaseTime?
  /// Frames at all vantages together.
  public let records: Int
  /// Whether its opening handshake (SYN) was seen anywhere: without it, who opened it is a guess by port and order.
  public let sawOpening: Bool
  /// Left shift of each side's window field (RFC 7323, 2.2), from its SYN: 0 where either side did not offer scaling; nil where
  /// the handshake was not seen.
  public var windowScales: DirectionPair<UInt8>?
  /// The maximum segment size that each side offered to take (RFC 9293, 3.7.1), the smallest that any vantage shows; nil where its
  /// SYN was not seen.
  public var segmentLimits: DirectionPair<UInt16?> = DirectionPair(fromOpener: nil, fromAcceptor: nil)
  /// Whether it carries other flows' packets between two nodes (VXLAN, Geneve, GRE, IP in IP).
  public var isTunnel = false
}

extension Flow {
  /// What people mean by a connection: TCP or UDP, as against pings, router solicitations and other exchanges, and tunnels, whose
  /// connections are flows of their own.
  public var isConnection: Bool { (transport == 6 || transport == 17) && !isTunnel }
}

/// A five-tuple of a flow at one vantage, in the opener's direction.
public struct Alias: Hashable, Sendable {
  public enum Nature: Sendable {
    /// What the flow is called here.
    case regular
    /// Some packets of the flow appear here under a name that belongs to another place: they passed a translator untranslated.
    case stray
  }

  /// Index into `Timeline.vantages`.
  public let vantage: Int
  public let opener: Endpoint
  public let acceptor: Endpoint
  public let nature: Nature
}
