/// `case.json`: what a case holds, who took part and how it ended.
public struct Manifest: Hashable, Sendable, Codable {
  public static let schema = "stakeout.case/1"

  public enum State: String, Sendable, Codable { case running, partial, complete }

  public var schema = Manifest.schema
  public var id: CaseID
  public var tool: String
  public var state: State
  /// The playbook's name, or nil for captures taken by hand.
  public var playbook: String?
  public var hosts: [HostRecord]
  public var captures: [CaptureRecord]
  public var checks: [CheckRecord]
  /// Roles without a login (`external:`): a place in the verdict, without a vantage.
  public var external: [ExternalRole]
  public var trigger: TriggerRecord
  /// Hints for the analysis, as the playbook's `look-for` or `--look-for` gave them.
  public var lookFor: [String: String]
  /// How far apart the captures were armed, in seconds, on the controller's clock; nil where it was not measured.
  public var armedSpread: Double?
  /// Whose clock is the case's; nil leaves the choice to alignment.
  public var reference: VantageName?

  public init(
    id: CaseID, tool: String, state: State, playbook: String? = nil, hosts: [HostRecord] = [],
    captures: [CaptureRecord] = [], checks: [CheckRecord] = [], external: [ExternalRole] = [],
    trigger: TriggerRecord = .none,
    lookFor: [String: String] = [:], armedSpread: Double? = nil, reference: VantageName? = nil
  ) {
    self.id = id
    self.tool = tool
    self.state = state
    self.playbook = playbook
    self.hosts = hosts
    self.captures = captures
    self.checks = checks
    self.external = external
    self.trigger = trigger
    self.lookFor = lookFor
    self.armedSpread = armedSpread
    self.reference = reference
  }

  private enum CodingKeys: String, CodingKey {
    case schema, id, tool, state, playbook, hosts, captures, checks, external, trigger, reference
    case lookFor = "look_for"
    case armedSpread = "armed_spread_s"
  }
}

public struct HostRecord: Hashable, Sendable, Codable {
  public enum Result: String, Sendable, Codable { case ok, partial, failed }

  public var name: HostName
  public var roles: [RoleName]
  public var result: Result
  public var failure: Failure?

  public init(name: HostName, roles: [RoleName], result: Result = .ok, failure: Failure? = nil) {
    self.name = name
    self.roles = roles
    self.result = result
    self.failure = failure
  }
}

public struct CaptureRecord: Hashable, Sendable, Codable {
  public var vantage: VantageName
  /// Within the case folder, or as the user named it; several when a ring or several files make one capture, in time order.
  public var files: [String]
  public var host: HostName
  public var namespace: NamespaceName
  /// `any`, one interface, or several joined by commas; nil for foreign captures.
  public var interface: String?
  public var filter: String?
  public var snaplen: Int?
  public var first: HostTime?
  public var last: HostTime?
  public var packets: Int?
  /// Dropped by the kernel, as the capturing tool counted; nil where nobody counted.
  public var drops: Int?
  /// `stop`, `duration`, `size`, `packets`, `silence`, `disk`, `died`, ...; nil for foreign captures.
  public var endedBy: String?
  /// When it had ended, on its host's clock; nil where nobody noted it. Up to then it recorded, also where nothing came any more.
  public var ended: HostTime?
  public var roles: [RoleName]

  public init(
    vantage: VantageName, files: [String], host: HostName, namespace: NamespaceName = .host, interface: String? = nil,
    filter: String? = nil, snaplen: Int? = nil, first: HostTime? = nil, last: HostTime? = nil, packets: Int? = nil,
    drops: Int? = nil, endedBy: String? = nil, ended: HostTime? = nil, roles: [RoleName] = []
  ) {
    self.vantage = vantage
    self.files = files
    self.host = host
    self.namespace = namespace
    self.interface = interface
    self.filter = filter
    self.snaplen = snaplen
    self.first = first
    self.last = last
    self.packets = packets
    self.drops = drops
    self.endedBy = endedBy
    self.ended = ended
    self.roles = roles
  }

  enum CodingKeys: String, CodingKey {
    case vantage, file, files, host, namespace, interface, filter, snaplen, first, last, packets, drops, ended, roles
    case endedBy = "ended_by"
  }
}

public struct ExternalRole: Hashable, Sendable, Codable {
  public var role: RoleName
  public var address: String

  public init(role: RoleName, address: String) {
    self.role = role
    self.address = address
  }
}

/// What ended the wait. It defines the fault: it marks the bad flows and counts the impact.
public struct TriggerRecord: Hashable, Sendable, Codable {
  public enum Kind: String, Sendable, Codable {
    case log, packet, packets, counter, `operator`, duration, none
    case probeFails = "probe-fails"
  }

  public var kind: Kind
  /// False when the wait ended by its duration though another trigger had been named: the fault did not occur.
  public var occurred: Bool
  /// On the clock of `host`.
  public var at: HostTime?
  public var host: HostName?
  public var says: String?
  /// The probe that failed or the log that matched.
  public var source: String?

  public init(
    kind: Kind, occurred: Bool, at: HostTime? = nil, host: HostName? = nil, says: String? = nil, source: String? = nil
  ) {
    self.kind = kind
    self.occurred = occurred
    self.at = at
    self.host = host
    self.says = says
    self.source = source
  }

  public static var none: TriggerRecord { TriggerRecord(kind: .none, occurred: false) }
}
