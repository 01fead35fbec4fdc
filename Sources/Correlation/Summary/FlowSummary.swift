public import CaseModel

/// What one flow comes to, in numbers: a row of `flows.json`. Made from its story alone, in one visit.
public struct FlowSummary: Sendable {
  /// Payload bytes that each end sent, each counted once however often it was sent and wherever it was seen.
  public var bytes: DirectionPair<Int64>
  /// Each direction along its path, sender first.
  public var paths: DirectionPair<[PlaceSummary]>
  /// What each end offered to take, as seen nearest to it; nil for what is not TCP and where an end sent nothing.
  public var windows: DirectionPair<WindowSummary?>
  /// The vantages that show it, ascending.
  public var vantages: [VantageSummary]
  /// Every FIN and RST once, in order of time.
  public var closes: [Close]
  /// FINs and RSTs beyond those.
  public var moreCloses: Int
  /// Whether the opener's FIN came before the acceptor's, by what they acknowledge; nil where only time could tell, and does not.
  public var openerClosedFirst: Bool?
  /// ICMP errors about it, each kind once.
  public var errors: [ErrorSummary]
  /// The longest time in which no vantage showed anything of it.
  public var idle: IdleGap?
}

/// One place of a path: what of one direction was seen there, and what became of it on the way to the next place.
public struct PlaceSummary: Sendable {
  public var place: Place
  public var frames = 0
  /// Retransmissions of bytes that had passed here before.
  public var again = 0
  /// Retransmissions of bytes of which this place shows no earlier copy, though the sender had sent one.
  public var replacements = 0
  public var reordered = 0
  public var keepAlives = 0
  public var windowProbes = 0
  // What became of the frames after this place.
  public var delivered = 0
  public var lost = 0
  public var unknown = 0
  public var beyond = 0
  /// The first of the lost ones, file order.
  public var firstLost: RecordReference?
  /// From here to the next place of the path, over frames tied without the help of clocks; nil for the last place, and where the
  /// two clocks are not known to each other.
  public var delay: DelaySpread?
  /// How far those delays may be off, nanoseconds: 0 on one clock.
  public var delayBound: Int64?

  init(_ place: Place) { self.place = place }
}

/// One vantage's view of a flow.
public struct VantageSummary: Sendable {
  /// Index into the timeline's vantages.
  public var vantage: Int
  public var frames: Int
  public var handshake: Handshake?
  /// From here to each end and back (Veal, Li, Lowenthal, PAM 2005): data this way, its acknowledgment back, never of bytes that
  /// were sent twice.
  public var roundTrip: DirectionPair<DelaySpread?>

  /// Towards the opener, and back.
  public var toOpener: DelaySpread? { roundTrip.fromAcceptor }
  public var toAcceptor: DelaySpread? { roundTrip.fromOpener }
}

/// The three segments that open a TCP connection, as one vantage shows them.
public struct Handshake: Sendable {
  public var syn: Instance?
  public var synAcknowledgment: Instance?
  public var acknowledgment: Instance?
  /// Copies at the vantage's place nearest to their sender: 1 where none was retransmitted.
  public var syns = 0
  public var synAcknowledgments = 0

  /// One frame.
  public struct Instance: Sendable {
    public var at: RecordReference
    public var frame: Int
    /// nil where the vantage is unaligned.
    public var time: CaseTime?
    /// By the vantage's clock, aligned or not: differences within one vantage are sound.
    var local: Int64
  }

  /// Nanoseconds from the first SYN to the first SYN-ACK, and from that to the ACK; nil where either was not seen here.
  public var answeredAfter: Int64? { Self.elapsed(syn, synAcknowledgment) }
  public var confirmedAfter: Int64? { Self.elapsed(synAcknowledgment, acknowledgment) }

  private static func elapsed(_ a: Instance?, _ b: Instance?) -> Int64? {
    guard let a, let b else { return nil }
    return b.local &- a.local
  }
}

/// What one end offered to take.
public struct WindowSummary: Sendable {
  /// Left shift of the window field; nil where the handshake was not seen.
  public var scale: UInt8?
  /// The smallest window field outside SYN and RST, unscaled.
  public var smallest: UInt16
  /// Frames that closed the window: where it was open before.
  public var closings: Int
  /// Frames that told a window of 0.
  public var zeros: Int
  /// The first frame that closed it.
  public var firstClosing: RecordReference?
  /// The longest time from a closing to the next frame that told more than 0, nanoseconds; nil where it was never closed.
  public var longestClosed: Int64?

  /// In bytes; nil where the scale is not known.
  public var smallestBytes: Int64? { scale.map { Int64(smallest) << Int64(min($0, 14)) } }
}

/// A FIN or RST, where it was seen first.
public struct Close: Sendable {
  public enum Mark: Sendable { case fin, rst }

  public var mark: Mark
  /// In whose name.
  public var fromOpener: Bool
  public var at: RecordReference
  public var frame: Int
  public var place: Place
  public var time: CaseTime?
  /// Places nearer that end which show its packets, and not this one: who sent it may be somebody else.
  public var unseenAt: [Place]
  /// Copies of the same, sent later.
  public var repeats: Int
}

/// One kind of ICMP error about a flow.
public struct ErrorSummary: Sendable {
  public var type: UInt8
  public var code: UInt8
  /// Next-hop MTU, 0 where it tells none.
  public var mtu: UInt32
  /// About packets of the opener.
  public var aboutOpener: Bool
  public var count: Int
  /// The first, where it was seen first.
  public var at: RecordReference
  public var frame: Int
  public var time: CaseTime?
}

/// A time in which nothing was seen of a flow.
public struct IdleGap: Sendable {
  /// The frames that it lies between.
  public var before: RecordReference
  public var after: RecordReference
  public var start: CaseTime?
  public var end: CaseTime?
  public var length: Int64
}
