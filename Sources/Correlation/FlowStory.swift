public import Wire

/// Every packet of one flow at every vantage, matched: what a diagnosis reads.
///
/// A `Record` is one frame at one vantage. Records of one vantage stand in file order, which is their true order whatever
/// their timestamps say. `upstream` ties a record to the one that holds its first byte at the nearest place before that shows it,
/// so a chain of links is one packet's way through the network, as far as it was seen.
public struct FlowStory: Sendable {
  public let flow: Flow
  /// One per vantage of the timeline, same index; empty where the flow was not seen.
  public let tracks: [Track]
  /// Places where this flow's packets pass, sender to receiver, per direction. Those of a direction that nobody answered go on
  /// after the last place that shows them as other flows with that destination do.
  public let paths: DirectionPair<[Place]>

  public struct Track: Sendable {
    public let records: Records
    /// Per record: where its first byte was at the nearest place before that shows it; `.none` where no place before does.
    public let upstream: Upstream
    /// Per record: aligned time; nil where the vantage is unaligned.
    public let times: CaseTimes
    /// Per record: what became of it after this place.
    public let fates: [Fate]
  }

  public subscript(_ reference: RecordReference) -> Record { tracks[reference.vantage].records[reference.index] }
}

/// A frame of a story: vantage index and position in that vantage's track.
public struct RecordReference: Hashable, Comparable, Sendable {
  public var vantage: Int
  public var index: Int

  @inlinable public init(vantage: Int, index: Int) {
    self.vantage = vantage
    self.index = index
  }

  public static func < (a: Self, b: Self) -> Bool { (a.vantage, a.index) < (b.vantage, b.index) }
}

/// A place on a path where frames are seen: a vantage, and for captures of several interfaces which side of it.
///
/// A forwarded packet in an `any` capture is seen at two places of one vantage, coming in and going out; and so is one in a
/// node's capture that shows it plain at the bridge and inside the tunnel at the card.
public struct Place: Hashable, Sendable {
  public let vantage: Int
  public let direction: Packet.Direction
  /// The capture's interface (pcapng index or cooked v2 interface index), 0 where not told.
  public let interface: UInt32
  /// Whether packets are seen here inside another packet.
  public let isInTunnel: Bool

  public init(vantage: Int, direction: Packet.Direction, interface: UInt32, isInTunnel: Bool = false) {
    self.vantage = vantage
    self.direction = direction
    self.interface = interface
    self.isInTunnel = isInTunnel
  }

  /// Where a vantage saw a record.
  public init(_ record: Record, at vantage: Int) {
    self.init(
      vantage: vantage, direction: record.direction, interface: record.interface,
      isInTunnel: record.bits.contains(.inTunnel))
  }
}

/// How a record was tied to its sender's copy (matching classes of the alignment groundwork).
public enum MatchClass: UInt8, Sendable, BitwiseCopyable {
  case none
  /// One candidate, claimed once: the only class that clocks are made of.
  case unique
  /// The n-th of n copies with the n-th.
  case ordinal
  /// Several candidates, settled by aligned time.
  case probable

  /// Whether numbers alone did not tell it.
  var isDoubtful: Bool { self == .ordinal || self == .probable }
}

public struct Link: Hashable, Sendable {
  public let to: RecordReference?
  public let match: MatchClass

  @inlinable public init(to: RecordReference?, match: MatchClass) {
    self.to = to
    self.match = match
  }
  @inlinable public static var none: Link { Link(to: nil, match: .none) }
}

/// What became of a record after the place where it was seen.
public enum Fate: UInt8, Sendable {
  /// Seen at the next place of its path.
  case delivered
  /// Not seen at the next place, while that capture was healthy and showed such packets before and after.
  case lost
  /// Not seen there, but the capture may have missed it (drops, filter, snaplen, start or end of the file).
  case unknown
  /// There is no later place: its receiver's own vantage, or the last captured one.
  case beyond
}

/// A value for each direction of a flow.
public struct DirectionPair<Value: Sendable>: Sendable {
  public var fromOpener: Value
  public var fromAcceptor: Value

  public init(fromOpener: Value, fromAcceptor: Value) {
    self.fromOpener = fromOpener
    self.fromAcceptor = fromAcceptor
  }

  public subscript(fromOpener: Bool) -> Value {
    get { fromOpener ? self.fromOpener : fromAcceptor }
    set { if fromOpener { self.fromOpener = newValue } else { fromAcceptor = newValue } }
  }
}

extension DirectionPair: Equatable where Value: Equatable {}
extension DirectionPair: Hashable where Value: Hashable {}
