internal import CaseModel
internal import Correlation
internal import Evidence

/// How long the hosts of a case keep a connection that is silent.
struct PathTimers {
  struct Timer {
    /// Seconds.
    var seconds: Int64
    var name: String
    var host: HostName
    var namespace: NamespaceName
    var citation: Citation
    var sysctl: String?

    var nanoseconds: Int64 {
      seconds.multipliedReportingOverflow(by: 1_000_000_000).overflow ? .max : seconds * 1_000_000_000
    }
  }

  let timers: [Timer]

  private static let tracking = "net.netfilter.nf_conntrack_tcp_timeout_established"

  /// Of the hosts of two vantages.
  init(between a: VantageName?, and b: VantageName?, _ scene: Scene) {
    let names = Set([a, b].compactMap { $0 })
    let hosts = Set(scene.timeline.vantages.filter { names.contains($0.name) }.map(\.host))
    timers = hosts.sorted().flatMap { host in
      scene.evidence.namespaces(host: host).flatMap { Self.all(host, $0, scene.evidence) }
    }
  }

  /// The one that a silence exceeds and that those which were survived did not.
  func exceeded(by silence: IdleSilence) -> Timer? {
    timers.filter { $0.nanoseconds <= silence.length && $0.nanoseconds >= silence.survived }
      .max { $0.seconds < $1.seconds }
  }

  private static func all(_ host: HostName, _ namespace: NamespaceName, _ evidence: CaseEvidence) -> [Timer] {
    var found: [Timer] = []
    if let reading = evidence.sysctl(tracking, host: host, namespace: namespace), let seconds = Int64(reading.value),
      seconds > 0
    {
      found.append(
        Timer(
          seconds: seconds, name: "connection tracking", host: host, namespace: namespace,
          citation: .check(
            reading.citation(says: "seconds that connection tracking keeps an established connection without traffic")),
          sysctl: tracking))
    }
    for readout in evidence.readouts
    where readout.host == host && readout.namespace == namespace && readout.command == "ipvs" {
      guard let seconds = virtualServerTimeout(readout.text), !found.contains(where: { $0.name == "IPVS" }) else {
        continue
      }
      found.append(
        Timer(
          seconds: seconds, name: "IPVS", host: host, namespace: namespace,
          citation: .check(
            Citation.Check(
              host: host, namespace: namespace, check: "ipvs", file: readout.cited, before: nil, after: "\(seconds)",
              says: "seconds that IPVS keeps a TCP connection without traffic")), sysctl: nil))
    }
    return found
  }

  /// `Timeout (tcp tcpfin udp): 900 120 300`, as `ipvsadm -l --timeout` prints it.
  private static func virtualServerTimeout(_ text: String) -> Int64? {
    for line in text.split(separator: "\n") where line.contains("Timeout (tcp tcpfin udp):") {
      let words = line.split(separator: ":").last?.split(separator: " ") ?? []
      if let first = words.first, let seconds = Int64(first), seconds > 0 { return seconds }
    }
    return nil
  }

  /// What usually has such a timer, where nobody read one: only a name, and proof of nothing.
  static func customary(for silence: IdleSilence) -> String? {
    let known: [(seconds: Int64, name: String)] = [
      (60, "the 60 s of many load balancers"), (240, "the 240 s of Azure's load balancer"),
      (300, "the 300 s of many firewalls"), (350, "the 350 s of AWS's network load balancer and NAT gateway"),
      (600, "the 600 s of Google's connection tracking"), (900, "the 900 s of IPVS"),
      (3_600, "the 3,600 s of many firewalls"), (86_400, "the 24 h that kube-proxy sets"),
      (432_000, "the 5 days of Linux's connection tracking"),
    ]
    return known.last {
      $0.seconds * 1_000_000_000 <= silence.length && $0.seconds * 1_000_000_000 >= silence.survived
    }?.name
  }
}
