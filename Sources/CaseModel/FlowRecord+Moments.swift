// What `flows.json` tells of a flow's opening, closing and silence.

extension FlowRecord {
  /// What one vantage shows of a TCP flow.
  public struct AtVantage: Hashable, Sendable, Codable {
    public var vantage: VantageName
    public var packets: Int
    public var handshake: Handshake?
    public var roundTrip: RoundTrip?

    public init(vantage: VantageName, packets: Int, handshake: Handshake?, roundTrip: RoundTrip?) {
      self.vantage = vantage
      self.packets = packets
      self.handshake = handshake
      self.roundTrip = roundTrip
    }

    private enum CodingKeys: String, CodingKey {
      case vantage, packets, handshake
      case roundTrip = "round_trip"
    }
  }

  public struct Handshake: Hashable, Sendable, Codable {
    /// The first of each, where there is one.
    public var syn: Moment?
    public var synAcknowledgment: Moment?
    public var acknowledgment: Moment?
    /// Copies seen: 1 where none was retransmitted.
    public var syns: Int
    public var synAcknowledgments: Int
    /// Seconds from SYN to SYN-ACK, and from that to the ACK, by this vantage's clock.
    public var answeredAfter: Double?
    public var confirmedAfter: Double?

    public init(
      syn: Moment?, synAcknowledgment: Moment?, acknowledgment: Moment?, syns: Int, synAcknowledgments: Int,
      answeredAfter: Double?, confirmedAfter: Double?
    ) {
      self.syn = syn
      self.synAcknowledgment = synAcknowledgment
      self.acknowledgment = acknowledgment
      self.syns = syns
      self.synAcknowledgments = synAcknowledgments
      self.answeredAfter = answeredAfter
      self.confirmedAfter = confirmedAfter
    }

    private enum CodingKeys: String, CodingKey {
      case syn, syns
      case synAcknowledgment = "syn_ack"
      case acknowledgment = "ack"
      case synAcknowledgments = "syn_acks"
      case answeredAfter = "syn_ack_after_s"
      case confirmedAfter = "ack_after_s"
    }
  }

  /// A packet and when it was seen; without an instant where the vantage's clock is not known.
  public struct Moment: Hashable, Sendable, Codable {
    public var frame: Int
    public var t: CaseTime?

    public init(frame: Int, t: CaseTime?) {
      self.frame = frame
      self.t = t
    }
  }

  /// From the vantage to each end and back.
  public struct RoundTrip: Hashable, Sendable, Codable {
    public var opener: Delay?
    public var acceptor: Delay?

    public init(opener: Delay?, acceptor: Delay?) {
      self.opener = opener
      self.acceptor = acceptor
    }
  }

  /// A FIN or RST, where it was seen first.
  public struct Close: Hashable, Sendable, Codable {
    public enum Mark: String, Sendable, Codable { case fin, rst }

    public var mark: Mark
    /// Whose address it bears.
    public var by: End
    public var vantage: VantageName
    public var interface: String?
    public var frame: Int
    public var t: CaseTime?
    /// Vantages nearer that end that show its packets, and not this one.
    public var unseenAt: [VantageName]?
    /// Further copies.
    public var repeats: Int?

    public init(
      mark: Mark, by: End, vantage: VantageName, interface: String?, frame: Int, t: CaseTime?,
      unseenAt: [VantageName]?, repeats: Int?
    ) {
      self.mark = mark
      self.by = by
      self.vantage = vantage
      self.interface = interface
      self.frame = frame
      self.t = t
      self.unseenAt = unseenAt
      self.repeats = repeats
    }

    private enum CodingKeys: String, CodingKey {
      case mark, by, vantage, interface, frame, t, repeats
      case unseenAt = "unseen_at"
    }
  }

  /// ICMP errors of one kind.
  public struct ICMPError: Hashable, Sendable, Codable {
    public var type: Int
    public var code: Int
    public var mtu: Int?
    /// Whose packets they are about.
    public var about: End
    public var count: Int
    /// The first of them, where it was seen first.
    public var vantage: VantageName
    public var frame: Int
    public var t: CaseTime?

    public init(
      type: Int, code: Int, mtu: Int?, about: End, count: Int, vantage: VantageName, frame: Int, t: CaseTime?
    ) {
      self.type = type
      self.code = code
      self.mtu = mtu
      self.about = about
      self.count = count
      self.vantage = vantage
      self.frame = frame
      self.t = t
    }
  }

  /// A time in which nothing was seen, in seconds.
  public struct Idle: Hashable, Sendable, Codable {
    public var seconds: Double
    public var from: CaseTime?
    public var to: CaseTime?

    public init(seconds: Double, from: CaseTime?, to: CaseTime?) {
      self.seconds = seconds
      self.from = from
      self.to = to
    }

    private enum CodingKeys: String, CodingKey {
      case from, to
      case seconds = "s"
    }
  }
}
