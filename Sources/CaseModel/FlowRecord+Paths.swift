// What `flows.json` tells of a flow's two directions. Seconds have no more decimals than the clocks bear.

extension FlowRecord {
  /// One direction: what each place of its path showed, sender first.
  public struct Way: Hashable, Sendable, Codable {
    public var places: [AtPlace]
    /// What the sender of this direction offered to take of the other; TCP only.
    public var window: Window?

    public init(places: [AtPlace], window: Window? = nil) {
      self.places = places
      self.window = window
    }
  }

  /// One place where one direction was seen. What is 0 is absent, but for `packets` and the fates.
  public struct AtPlace: Hashable, Sendable, Codable {
    public var vantage: VantageName
    public var interface: String?
    /// `in` or `out`, where the capture tells.
    public var way: String?
    /// Present where packets are seen here inside another packet.
    public var inTunnel: Bool?
    public var packets: Int
    public var retransmissions: Retransmissions?
    public var reordered: Int?
    public var keepAlives: Int?
    public var windowProbes: Int?
    /// What became of the packets between here and the next place; absent at the last one.
    public var onward: Onward?

    public init(vantage: VantageName, interface: String?, way: String?, packets: Int) {
      self.vantage = vantage
      self.interface = interface
      self.way = way
      self.packets = packets
    }

    private enum CodingKeys: String, CodingKey {
      case vantage, interface, way, packets, retransmissions, reordered, onward
      case inTunnel = "in_tunnel"
      case keepAlives = "keep_alives"
      case windowProbes = "window_probes"
    }
  }

  public struct Retransmissions: Hashable, Sendable, Codable {
    /// Of bytes that had passed this place before.
    public var again: Int
    /// Of bytes whose earlier copy was lost on its way here.
    public var replacing: Int

    public init(again: Int, replacing: Int) {
      self.again = again
      self.replacing = replacing
    }
  }

  /// From one place of a path to the next.
  public struct Onward: Hashable, Sendable, Codable {
    public var delivered: Int
    public var lost: Int
    /// Not seen at the next place, whose capture may have missed them.
    public var unknown: Int
    public var delay: Delay?

    public init(delivered: Int, lost: Int, unknown: Int, delay: Delay?) {
      self.delivered = delivered
      self.lost = lost
      self.unknown = unknown
      self.delay = delay
    }
  }

  /// Some delays of one kind, in seconds.
  public struct Delay: Hashable, Sendable, Codable {
    public var samples: Int
    public var minimum: Double
    public var median: Double
    public var maximum: Double
    /// How far each may be off because two clocks measured it; absent where one clock did.
    public var bound: Double?

    public init(samples: Int, minimum: Double, median: Double, maximum: Double, bound: Double? = nil) {
      self.samples = samples
      self.minimum = minimum
      self.median = median
      self.maximum = maximum
      self.bound = bound
    }

    private enum CodingKeys: String, CodingKey {
      case samples
      case minimum = "min_s"
      case median = "median_s"
      case maximum = "max_s"
      case bound = "bound_s"
    }
  }

  public struct Window: Hashable, Sendable, Codable {
    /// Left shift of the window field; absent where the handshake was not seen.
    public var scale: Int?
    /// The smallest window told outside SYN and RST, as on the wire, and in bytes where the scale is known.
    public var smallestField: Int
    public var smallestBytes: Int64?
    /// How often it was closed, in how many packets, and the longest time that it was seen to stay so.
    public var closings: Int?
    public var zeroWindows: Int?
    public var longestClosed: Double?

    public init(scale: Int?, smallestField: Int, smallestBytes: Int64?) {
      self.scale = scale
      self.smallestField = smallestField
      self.smallestBytes = smallestBytes
    }

    private enum CodingKeys: String, CodingKey {
      case scale, closings
      case smallestField = "smallest_field"
      case smallestBytes = "smallest_bytes"
      case zeroWindows = "zero_windows"
      case longestClosed = "longest_closed_s"
    }
  }
}
