/// What a case comes to, in numbers that another case of the same hosts has, too: what a change did is what differs.
public struct CaseMeasures: Hashable, Sendable, Codable {
  public static let schema = "stakeout.measures/1"

  public var schema = CaseMeasures.schema
  public var id: CaseID
  public var playbook: String?
  public var verdict: FindingsDocument.Verdict
  /// Root causes that are more than possible, first things first.
  public var causes: [Cause]
  /// Connections, and those of them that a root cause or the trigger concerns.
  public var flows: Int
  public var affected: Int
  /// Seconds from the first packet to the last; nil where there is none.
  public var seconds: Double?
  /// TCP segments as their senders' side shows them.
  public var fromOpeners: Sending
  public var fromAcceptors: Sending
  /// Between each two vantages that follow each other on a path, both directions apart.
  public var hops: [Hop]
  public var probes: [Probe]
  /// Kernel counters that tell of trouble by their names, those that stood still among them.
  public var counters: [Counter]
  /// Kernel settings and MTUs as they were read last.
  public var settings: [Setting]

  public init(
    id: CaseID, playbook: String?, verdict: FindingsDocument.Verdict, causes: [Cause] = [], flows: Int = 0,
    affected: Int = 0, seconds: Double? = nil, fromOpeners: Sending = Sending(), fromAcceptors: Sending = Sending(),
    hops: [Hop] = [], probes: [Probe] = [], counters: [Counter] = [], settings: [Setting] = []
  ) {
    self.id = id
    self.playbook = playbook
    self.verdict = verdict
    self.causes = causes
    self.flows = flows
    self.affected = affected
    self.seconds = seconds
    self.fromOpeners = fromOpeners
    self.fromAcceptors = fromAcceptors
    self.hops = hops
    self.probes = probes
    self.counters = counters
    self.settings = settings
  }

  public struct Cause: Hashable, Sendable, Codable {
    public var kind: FindingKind
    public var certainty: FindingRecord.Certainty
    public var location: Location

    public init(kind: FindingKind, certainty: FindingRecord.Certainty, location: Location) {
      self.kind = kind
      self.certainty = certainty
      self.location = location
    }
  }

  public struct Sending: Hashable, Sendable, Codable {
    public var segments: Int
    /// Of those: bytes that had been sent before.
    public var retransmissions: Int

    public init(segments: Int = 0, retransmissions: Int = 0) {
      self.segments = segments
      self.retransmissions = retransmissions
    }
  }

  public struct Hop: Hashable, Sendable, Codable {
    public var from: VantageName
    public var to: VantageName
    public var delivered: Int
    public var lost: Int

    public init(from: VantageName, to: VantageName, delivered: Int, lost: Int) {
      self.from = from
      self.to = to
      self.delivered = delivered
      self.lost = lost
    }
  }

  /// One thing that a probe of the playbook tried again and again from one place.
  public struct Probe: Hashable, Sendable, Codable {
    public var host: HostName
    public var namespace: NamespaceName
    public var name: String
    /// `ping 1472 to 10.0.0.9`, `connect 8990 to server`; nil for a command.
    public var what: String?
    public var tries: Int
    public var failed: Int
    /// Of those that succeeded, in milliseconds; nil where none did.
    public var median: Double?

    public init(
      host: HostName, namespace: NamespaceName, name: String, what: String?, tries: Int, failed: Int, median: Double?
    ) {
      self.host = host
      self.namespace = namespace
      self.name = name
      self.what = what
      self.tries = tries
      self.failed = failed
      self.median = median
    }
  }

  public struct Counter: Hashable, Sendable, Codable {
    public var host: HostName
    public var namespace: NamespaceName
    public var name: String
    /// From before the captures to after them.
    public var change: Int64

    public init(host: HostName, namespace: NamespaceName, name: String, change: Int64) {
      self.host = host
      self.namespace = namespace
      self.name = name
      self.change = change
    }
  }

  public struct Setting: Hashable, Sendable, Codable {
    public var host: HostName
    public var namespace: NamespaceName
    /// A sysctl's key, or `MTU of eth0`.
    public var name: String
    public var value: String

    public init(host: HostName, namespace: NamespaceName, name: String, value: String) {
      self.host = host
      self.namespace = namespace
      self.name = name
      self.value = value
    }
  }
}
