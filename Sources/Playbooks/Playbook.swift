public import CaseModel

/// A playbook as typed values: what to watch, where, and what ends the wait. Nothing here knows a host.
///
/// Variables are already replaced; every value that a later message may point at keeps its place in the text.
public struct Playbook: Hashable, Sendable {
  /// As the user named it, for messages.
  public var file: String
  public var name: String
  public var about: String
  public var variables: [Variable]
  public var roles: [Role]
  public var captures: [Capture]
  public var checks: [Check]
  public var traces: [Trace]
  public var instruments: [Instrument]
  public var logs: [Log]
  public var keyLogs: [KeyLog]
  public var probes: [Probe]
  /// In the author's order, one `duration` at most; the first that holds ends the wait.
  public var until: [Trigger]
  /// How long the captures go on after the trigger.
  public var then: Duration
  /// How long captures survive without a heartbeat.
  public var grace: Duration
  public var lookFor: [LookFor]

  public init(
    file: String = "", name: String, about: String = "", variables: [Variable] = [], roles: [Role] = [],
    captures: [Capture] = [], checks: [Check] = [], traces: [Trace] = [], instruments: [Instrument] = [],
    logs: [Log] = [], keyLogs: [KeyLog] = [], probes: [Probe] = [], until: [Trigger] = [], then: Duration = .zero,
    grace: Duration = Playbook.defaultGrace, lookFor: [LookFor] = []
  ) {
    self.file = file
    self.name = name
    self.about = about
    self.variables = variables
    self.roles = roles
    self.captures = captures
    self.checks = checks
    self.traces = traces
    self.instruments = instruments
    self.logs = logs
    self.keyLogs = keyLogs
    self.probes = probes
    self.until = until
    self.then = then
    self.grace = grace
    self.lookFor = lookFor
  }

  public static let defaultWait = Duration.seconds(60)
  public static let defaultGrace = Duration.seconds(30)
  public static let defaultSize = ByteCount.megabytes(100)
  public static let defaultSnaplen = 192
  /// What tcpdump takes as "whole packets".
  public static let wholePackets = 262_144
}

extension Playbook {
  /// The longest that the wait may last: the smallest `duration`, 60 s if none.
  public var wait: Duration {
    until.compactMap { if case .duration(let duration) = $0.event { duration } else { nil } }.min()
      ?? Self.defaultWait
  }

  /// Whether something else than the clock can end the wait: then reaching the duration means that the fault did not occur.
  public var namesATrigger: Bool {
    until.contains { if case .duration = $0.event { false } else { true } }
  }

  public func role(_ name: RoleName) -> Role? { roles.first { $0.name == name } }

  /// As the case keeps them.
  public var lookForTexts: [String: String] {
    Dictionary(lookFor.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
  }
}
