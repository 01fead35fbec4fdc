public import CaseModel
public import Playbooks

/// What a run will do, host by host, to the exact command. Its text is the dry run; its JSON lies in the case.
public struct Plan: Sendable {
  public var id: CaseID
  public var playbook: Playbook
  public var timers: Timers
  /// Nobody watches: the hosts keep to their limits by themselves.
  public var isDetached: Bool
  public var hosts: [HostPlan]
  public var external: [ExternalRole]
  /// What the playbook would change on hosts, and nobody allowed.
  public var leftOut: [String]

  public struct Timers: Hashable, Sendable {
    /// No heartbeat for so long, and silence begins.
    public var silence: Duration
    /// How long captures go on after that.
    public var grace: Duration
    /// From asking for the stop to the signal: packets lie up to a second in the kernel's ring.
    public var flush: Duration

    public init(silence: Duration = .seconds(30), grace: Duration = .seconds(30), flush: Duration = .seconds(2)) {
      self.silence = silence
      self.grace = grace
      self.flush = flush
    }
  }

  /// The most that captures may take on all hosts together.
  public var worstBytes: ByteCount {
    ByteCount(bytes: hosts.reduce(0) { $0 &+ $1.worstBytes.bytes })
  }

  public func host(_ name: HostName) -> HostPlan? { hosts.first { $0.name == name } }
}

/// Everything that happens on one host.
public struct HostPlan: Sendable {
  public var name: HostName
  public var login: Inventory.Host
  public var roles: [RoleName]
  /// Everything of ours on that host: `/var/tmp/stakeout-CASEID`.
  public var folder: String
  public var prepare: Start
  /// The host's own first, if anything is done there.
  public var namespaces: [NamespacePlan]
  public var captures: [CapturePlan]
  public var readouts: [ReadoutPlan]
  /// What the playbook asks, as the case keeps it.
  public var checks: [CheckRecord]
  public var probes: [ProbePlan]
  public var logs: [LogPlan]
  public var triggers: [TriggerPlan]
  public var trace: TracePlan?
  public var instruments: [InstrumentPlan]
  public var keyLogs: [KeyLogPlan]

  /// The most that its captures may take together.
  public var worstBytes: ByteCount { ByteCount(bytes: captures.reduce(0) { $0 &+ $1.worstBytes.bytes }) }

  public var keeperPath: String { folder + "/keeper.sh" }
  public var watchPath: String { folder + "/watch.sh" }
  public var clockPath: String { folder + "/clock.sh" }
  /// Where probes find their targets' addresses, `NAME ADDRESS` a line.
  public var peersPath: String { folder + "/peers" }
}

/// Something that is begun on a host. It cannot be built without what ends it.
public struct Start: Hashable, Sendable {
  public let what: String
  public let command: ShellCommand
  public let undo: ShellCommand

  public init(what: String, command: ShellCommand, undo: ShellCommand) {
    self.what = what
    self.command = command
    self.undo = undo
  }
}

public struct CapturePlan: Sendable {
  public var vantage: VantageName
  public var namespace: NamespaceName
  public var roles: [RoleName]
  public var interface: String
  public var filter: String
  public var snaplen: Int
  public var unit: KeeperUnit
  public var start: Start
  public var worstBytes: ByteCount
  /// On the host; the files of a ring have a number behind it.
  public var file: String
  public var isRing: Bool
  /// What stands before a command in its namespace.
  var entering: [String]
}

/// One ordinary command whose output is kept as `PHASE_COMMAND.txt`, read before and after, and in between where `every` says so.
public struct ReadoutPlan: Sendable {
  public var namespace: NamespaceName
  /// COMMAND in the file's name.
  public var name: String
  public var command: ShellCommand
  /// The checks that read it.
  public var checks: [String]
  /// Also while captures record, this often.
  public var every: Duration?
}

public struct ProbePlan: Sendable {
  public var name: String
  public var namespace: NamespaceName
  public var isForeground: Bool
  public var unit: KeeperUnit
  public var start: Start
}

/// One log, followed while captures record.
public struct LogPlan: Sendable {
  public var name: String
  public var namespace: NamespaceName
  public var unit: KeeperUnit
  public var start: Start
}

/// Something that a host waits for: its unit ends by itself when it comes.
public struct TriggerPlan: Sendable {
  public var kind: TriggerRecord.Kind
  /// The log, the probe or the capture that it looks at.
  public var source: String
  public var namespace: NamespaceName
  public var unit: KeeperUnit
  public var start: Start
}

/// The kernel's tracepoints of one host.
public struct TracePlan: Sendable {
  public var unit: KeeperUnit
  public var start: Start
  /// Takes the tracing instance away, whoever ends: it lies on the host before the instance is made.
  public var undoScript: String
}

/// A temporary change to a host or to a namespace of it.
public struct InstrumentPlan: Sendable {
  /// As the playbook names it.
  public var kind: String
  public var namespace: NamespaceName
  public var unit: KeeperUnit
  public var start: Start
  /// Takes the change back, whoever ends: it lies on the host before the change is made.
  public var undoScript: String
}

/// A file of TLS session keys, copied at the end.
public struct KeyLogPlan: Sendable {
  public var namespace: NamespaceName
  /// As the playbook names it.
  public var file: String
  /// Copies it into the case's folder on the host; says so where there is none.
  public var copy: ShellCommand
  /// There.
  public var path: String
}
