public import CaseModel

/// The course of a run as a pure state machine: an event comes in, effects go out. It knows no host, no clock, no session.
///
/// Every phase is a barrier: it begins on all hosts together and ends when each has done it or failed. A host that fails
/// before captures record is left out; the run goes on with the others as long as one of them records.
public struct RunMachine: Sendable {
  public enum Phase: Int, Sendable, Comparable, CaseIterable {
    case connecting, checkingBefore, arming, waiting, lingering, stopping, checkingAfter, fetching, cleaning, done

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  /// Which part of a run this is.
  public enum Course: Sendable {
    /// From the first connection to clean hosts.
    case whole
    /// Up to where everything records, and away: the hosts keep to their limits by themselves.
    case departing
    /// From where a run was left, or broke off.
    case returning
  }

  public enum Event: Sendable {
    case begin
    /// The host has done its part of the phase.
    case done(HostName, Phase)
    /// The host could not do its part of the phase.
    case failed(HostName, Phase, Failure)
    /// The trigger fired, or the wait is over.
    case triggered(TriggerRecord)
    /// Foreground probes have all ended.
    case probesEnded(TriggerRecord)
    /// The `then` time after the trigger has passed.
    case lingered
    /// Ctrl-C.
    case interrupted(at: HostTime)
    /// The terminal has gone away: as if the run had been detached from the beginning.
    case hungUp
    /// The hosts have been left to themselves.
    case departed
  }

  public enum Effect: Sendable, Equatable {
    /// Begin this phase on this host.
    case perform(HostName, Phase)
    /// Begin the wait: start probes and timers. Captures record on so many hosts.
    case wait(hosts: Int)
    /// Start probes and triggers, and leave the hosts to themselves.
    case depart
    /// Leave the hosts to themselves, where everything runs already.
    case leave
    /// Keep recording for the playbook's `then`.
    case linger
    /// No capture records: say so.
    case nothingToWaitFor
    case finish
  }

  public private(set) var phase: Phase = .connecting
  public private(set) var trigger: TriggerRecord = .none
  /// An interrupt outside the wait, or a second one: stop, keep, clean up.
  public private(set) var isAborted = false
  /// The hosts go on by themselves.
  public private(set) var hasDeparted = false
  /// Why each failed host is out, or what it missed: the first failure of each.
  public private(set) var failures: [HostName: Failure] = [:]

  private var course: Course
  /// Whether something else than the clock could have ended the wait.
  private let namesATrigger: Bool
  private let hosts: [HostName]
  private let capturing: Set<HostName>
  /// Hosts that have a session, as far as known.
  private var connected: Set<HostName> = []
  private var recording: Set<HostName> = []
  private var pending: Set<HostName> = []

  /// - Parameter capturing: the hosts on which captures are planned.
  public init(hosts: [HostName], capturing: Set<HostName>, course: Course = .whole, namesATrigger: Bool = false) {
    self.namesATrigger = namesATrigger
    self.course = course
    self.hosts = hosts
    self.capturing = capturing
  }

  public mutating func handle(_ event: Event) -> [Effect] {
    switch event {
    case .begin: return enter(.connecting, on: hosts)
    case .done(let host, let of): return finished(host, of, nil)
    case .failed(let host, let of, let failure): return finished(host, of, failure)
    case .triggered(let record), .probesEnded(let record):
      guard phase == .waiting else { return [] }
      trigger = record
      phase = .lingering
      return [.linger]
    case .lingered: return phase == .lingering ? stop() : []
    case .interrupted(let at): return interrupted(at)
    case .hungUp: return hungUp()
    case .departed:
      hasDeparted = true
      phase = .done
      return [.finish]
    }
  }

  /// Once the wait is over, what is left takes no person and little time: it is finished.
  private mutating func hungUp() -> [Effect] {
    guard course == .whole, phase <= .waiting else { return [] }
    course = .departing
    return phase == .waiting ? [.leave] : []
  }

  private mutating func interrupted(_ at: HostTime) -> [Effect] {
    switch phase {
    case .waiting:
      trigger = TriggerRecord(kind: .operator, occurred: true, at: at, says: "the operator ended the wait")
      phase = .lingering
      return [.linger]
    case .lingering:
      isAborted = true
      return stop()
    default:
      // Connecting and checking end by themselves; captures that were started are stopped, fetched and cleaned up.
      isAborted = true
      return []
    }
  }

  private mutating func finished(_ host: HostName, _ of: Phase, _ failure: Failure?) -> [Effect] {
    if let failure, failures[host] == nil { failures[host] = failure }
    guard of == phase, pending.remove(host) != nil else { return [] }
    switch (of, failure) {
    case (.connecting, nil): connected.insert(host)
    case (.arming, nil): if capturing.contains(host) { recording.insert(host) }
    case (.arming, _?): recording.remove(host)
    default: break
    }
    return pending.isEmpty ? next() : []
  }

  private mutating func next() -> [Effect] {
    switch phase {
    case .connecting:
      if connected.isEmpty || isAborted { return clean() }
      guard course == .returning else { return enter(.checkingBefore, on: live) }
      // Unless a host tells of a trigger, the wait is over.
      trigger = TriggerRecord(
        kind: .duration, occurred: !namesATrigger, says: namesATrigger ? "no trigger came" : "the wait is over")
      return stop()
    case .checkingBefore: return isAborted ? clean() : enter(.arming, on: live)
    case .arming:
      if isAborted { return stop() }
      guard !recording.isEmpty || capturing.isEmpty else { return [.nothingToWaitFor] + stop() }
      phase = .waiting
      return [course == .departing ? .depart : .wait(hosts: recording.count)]
    case .waiting, .lingering: return []
    case .stopping: return enter(.checkingAfter, on: live)
    case .checkingAfter: return enter(.fetching, on: live)
    case .fetching: return clean()
    case .cleaning, .done:
      phase = .done
      return [.finish]
    }
  }

  private mutating func stop() -> [Effect] { enter(.stopping, on: live) }

  private mutating func clean() -> [Effect] { enter(.cleaning, on: live) }

  /// Hosts that were ever reached; one that fell silent is still asked to stop, to hand over and to clean up.
  private var live: [HostName] { hosts.filter(connected.contains) }

  private mutating func enter(_ phase: Phase, on hosts: [HostName]) -> [Effect] {
    self.phase = phase
    pending = Set(hosts)
    return hosts.isEmpty ? next() : hosts.map { .perform($0, phase) }
  }
}
