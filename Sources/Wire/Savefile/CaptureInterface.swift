/// What a capture says of one interface that it was taken from. A pcap file has exactly one, without a name.
public struct CaptureInterface: Hashable, Sendable {
  public var linkType: LinkType
  public var name: String?
  public var description: String?
  /// As it was given to the capturing tool.
  public var filter: String?
  /// The largest number of bytes kept of a frame; 0 for no limit.
  public var snaplen: UInt32
  public var resolution: TimestampResolution
  /// nil where the capture holds none.
  public var statistics: Statistics?

  /// Counts of a capture at its end.
  public struct Statistics: Hashable, Sendable {
    /// Nanoseconds since 1970 by the capturing host's clock.
    public var start: Int64?
    public var end: Int64?
    public var received: UInt64?
    /// By the interface, for want of room.
    public var droppedByInterface: UInt64?
    /// By the operating system, for want of room.
    public var droppedBySystem: UInt64?

    public init(
      start: Int64? = nil, end: Int64? = nil, received: UInt64? = nil, droppedByInterface: UInt64? = nil,
      droppedBySystem: UInt64? = nil
    ) {
      self.start = start
      self.end = end
      self.received = received
      self.droppedByInterface = droppedByInterface
      self.droppedBySystem = droppedBySystem
    }

    /// nil where nobody counted.
    public var dropped: UInt64? {
      guard droppedByInterface != nil || droppedBySystem != nil else { return nil }
      return (droppedByInterface ?? 0) &+ (droppedBySystem ?? 0)
    }
  }

  public init(
    linkType: LinkType, name: String? = nil, description: String? = nil, filter: String? = nil, snaplen: UInt32 = 0,
    resolution: TimestampResolution = .nanoseconds, statistics: Statistics? = nil
  ) {
    self.linkType = linkType
    self.name = name
    self.description = description
    self.filter = filter
    self.snaplen = snaplen
    self.resolution = resolution
    self.statistics = statistics
  }
}
