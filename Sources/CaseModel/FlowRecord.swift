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
