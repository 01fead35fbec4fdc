/// One connection end to end, under each of its addresses: a row of `flows.json`, and of the cited flows in `findings.json`.
public struct FlowRecord: Hashable, Sendable, Codable {
  public var id: FlowName
  /// `tcp`, `udp`, `icmp`, ...
  public var `protocol`: String
  public var aliases: [Alias]
  public var first: CaseTime?
  public var last: CaseTime?
  /// Frames seen, all vantages together.
  public var packets: Int?
  /// Payload bytes that its opener and its acceptor sent, each counted once.
  public var bytes: Bytes?
  // In `flows.json` alone:
  /// Present where it carries other flows' packets between two nodes.
  public var isTunnel: Bool?
  /// What each vantage that shows it tells of its opening and its round trips; TCP only.
  public var vantages: [AtVantage]?
  /// Each direction along its path.
  public var fromOpener: Way?
  public var fromAcceptor: Way?
  /// Every FIN and RST once, in order of time.
  public var closes: [Close]?
  /// FINs and RSTs beyond those.
  public var moreCloses: Int?
  /// Whose FIN came first, by what the FINs acknowledge; absent where neither knew of the other.
  public var closedFirst: End?
  public var icmpErrors: [ICMPError]?
  /// The longest time in which nothing of it was seen anywhere.
  public var idle: Idle?

  public init(
    id: FlowName, protocol: String, aliases: [Alias], first: CaseTime? = nil, last: CaseTime? = nil,
    packets: Int? = nil, bytes: Bytes? = nil
  ) {
    self.id = id
    self.protocol = `protocol`
    self.aliases = aliases
    self.first = first
    self.last = last
    self.packets = packets
    self.bytes = bytes
  }

  private enum CodingKeys: String, CodingKey {
    case id, `protocol`, aliases, first, last, packets, bytes, vantages, closes, idle
    case isTunnel = "tunnel"
    case fromOpener = "from_opener"
    case fromAcceptor = "from_acceptor"
    case moreCloses = "more_closes"
    case closedFirst = "closed_first"
    case icmpErrors = "icmp_errors"
  }

  /// Who opened it, by its SYN, else by port and order; and the other one.
  public enum End: String, Sendable, Codable { case opener, acceptor }

  /// The five-tuple at one vantage, in the opener's direction.
  public struct Alias: Hashable, Sendable, Codable {
    public var vantage: VantageName
    /// `10.1.0.2:48640` or `[2001:db8::9]:15010`.
    public var source: String
    public var destination: String

    public init(vantage: VantageName, source: String, destination: String) {
      self.vantage = vantage
      self.source = source
      self.destination = destination
    }
  }

  public struct Bytes: Hashable, Sendable, Codable {
    public var fromOpener: Int64
    public var fromAcceptor: Int64

    public init(fromOpener: Int64, fromAcceptor: Int64) {
      self.fromOpener = fromOpener
      self.fromAcceptor = fromAcceptor
    }

    private enum CodingKeys: String, CodingKey {
      case fromOpener = "from_opener"
      case fromAcceptor = "from_acceptor"
    }
  }
}

/// `flows.json`: every flow of the case.
public struct FlowsDocument: Hashable, Sendable, Codable {
  public var schema = "stakeout.flows/1"
  public var flows: [FlowRecord]

  public init(flows: [FlowRecord]) { self.flows = flows }
}
