internal import CaseModel
internal import Checks
internal import Correlation
internal import Evidence

/// What one network namespace says about its connection tracking.
struct TrackerReadings {
  let host: HostName
  let namespace: NamespaceName
  /// `nf_conntrack_tcp_be_liberal`; nil where it was not read.
  var isLiberal: Bool?
  /// Packets called INVALID, before and after.
  var invalid: (before: Int64?, after: Int64?) = (nil, nil)
  var kernel: KernelVersion?
  /// One per reading above that is there.
  var citations: [Citation] = []

  private init(host: HostName, namespace: NamespaceName) {
    self.host = host
    self.namespace = namespace
  }

  /// INVALID packets between the two readings; nil where either is missing.
  var invalidDuring: Int64? {
    guard let before = invalid.before, let after = invalid.after else { return nil }
    return after &- before
  }

  /// Linux 6.1 and later pass over what lies below the window instead of calling it INVALID ("netfilter: conntrack: ignore
  /// overly delayed tcp packets").
  var letsBelowWindowBe: Bool? { kernel.map { ($0.major, $0.minor) >= (6, 1) } }

  /// The host says that it counted INVALID packets and that the window was enforced.
  var agrees: Bool { (invalidDuring ?? 0) > 0 && isLiberal != true }
}

extension TrackerReadings {
  private static let setting = "net.netfilter.nf_conntrack_tcp_be_liberal"

  /// Of the network namespace that a vantage captured in; nil where nothing of all this was read there.
  init?(at vantage: VantageName, _ scene: Scene) {
    guard let vantage = scene.timeline.vantages.first(where: { $0.name == vantage }) else { return nil }
    let evidence = scene.evidence
    self.init(host: vantage.host, namespace: vantage.namespace)
    if let invalid = evidence.conntrackStatistic("invalid", host: host, namespace: namespace) {
      self.invalid = (invalid.before, invalid.after)
      let change = invalid.delta.map { $0 == 0 ? "did not move" : "rose by \($0)" } ?? "is known at one moment only"
      citations.append(
        .check(invalid.citation(says: "packets that connection tracking called INVALID: the count \(change)")))
    }
    if let liberal = evidence.sysctl(Self.setting, host: host, namespace: namespace) {
      isLiberal = liberal.value != "0"
      citations.append(
        .check(
          liberal.citation(
            says: "`\(Self.setting)`: " + (isLiberal == true ? "the window is not enforced" : "the window is enforced"))
        ))
    }
    if let kernel = evidence.kernel(host: host) {
      self.kernel = kernel.value
      let rule =
        letsBelowWindowBe == true
        ? "segments above the window INVALID, and lets those below it be"
        : "segments above and below the window INVALID"
      citations.append(.check(kernel.citation(says: "this kernel's connection tracking calls \(rule)")))
    }
    if citations.isEmpty { return nil }
  }
}
