public import CaseModel

/// One of the incidents that the lab can really produce on this machine, in the kernel, with real traffic.
///
/// An incident is one file in `Catalog/`, its topology drawn at the top, and one line in `IncidentCatalog.all`.
public protocol Incident: Sendable {
  /// What the command line calls it: `reset-through-nat`.
  var name: String { get }
  /// What a person sees when it happens, in a sentence.
  var shows: String { get }
  /// The file in `Playbooks/` that solves it, without `.yaml`.
  var playbook: String { get }
  /// What is different in the control, and why that mends it.
  var control: String { get }
  /// What the run must say of it. Its control must be healthy.
  var expected: ExpectedVerdict { get }
  /// Lays hosts and links into an empty lab, up to where traffic can start.
  /// - Parameter variant: with the fault, or mended as `control` says.
  /// - Returns: what stands there now.
  func build(in topology: LabTopology, variant: IncidentVariant) async throws(Failure) -> any Scene
}

/// With the fault, or with the remedy applied.
public enum IncidentVariant: String, Sendable, CaseIterable {
  case fault, control
}

/// An incident's hosts, standing: what starts its traffic and provokes its fault.
public protocol Scene: Sendable {
  /// What its playbook wants to know, by the names of the playbook's variables: `vip`, `port`, `wait`, ...
  var variables: [String: String] { get }
  /// The same for playbooks that name it otherwise, as `what-is-wrong` does.
  var otherVariables: [String: String] { get }
  /// What else a person may want to know: the backend's address, where the applications log.
  var facts: [String: String] { get }
  /// The command that mends the network in the control, if a command does; the report of the fault must print it for that host.
  var remedy: LabRemedy? { get }
  /// The command that brings about the fault, and the host it runs on; `provoke` runs it, and so can a person.
  var provocation: Provocation { get }

  /// Starts the applications; they run until the lab comes down, and log into files of their hosts.
  /// Returns when traffic flows.
  func startTraffic() async throws(Failure)

  /// Brings about the fault once. To be called when every capture is known to record. In the control it does the same
  /// to a mended network, and nothing breaks.
  func provoke() async throws(Failure)

  /// Whether the applications suffered the fault since `startTraffic`, by their own logs.
  func hasHappened() async throws(Failure) -> Bool
}

/// A command on one of the lab's hosts.
public struct Provocation: Sendable, Hashable {
  public let host: LabHost
  public let words: [String]

  public init(on host: LabHost, _ words: [String]) {
    self.host = host
    self.words = words
  }
}

extension Scene {
  public var remedy: LabRemedy? { nil }
  public var facts: [String: String] { [:] }
  public var otherVariables: [String: String] { [:] }
  public func provoke() async throws(Failure) { try await provocation.host.run(provocation.words) }
}

/// A command that mends a network, word for word as the report prints it.
public struct LabRemedy: Hashable, Sendable {
  public let host: LabHost
  /// A named network namespace of it; nil is the host's own.
  public let namespace: String?
  public let command: String

  public init(on host: LabHost, namespace: String? = nil, _ command: String) {
    self.host = host
    self.namespace = namespace
    self.command = command
  }

  /// Runs it as the report's reader would: in a shell.
  func apply() async throws(Failure) {
    try await host.run((namespace.map { ["ip", "netns", "exec", $0] } ?? []) + ["sh", "-c", command])
  }
}
