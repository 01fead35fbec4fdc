public import CaseModel
internal import Checks

extension CaseEvidence {
  /// A counter of one namespace at two readings.
  public struct MovedCounter: Hashable, Sendable {
    public let host: HostName
    public let namespace: NamespaceName
    /// By `nstat`'s name, or by connection tracking's own.
    public let name: String
    public let before: Int64
    public let after: Int64
    /// As a citation names the file of the later reading.
    public let cited: String
  }

  /// Every kernel counter that was read before and after and is not the same, by host, namespace and name.
  public func movedCounters() -> [MovedCounter] { readTwice().filter { $0.before != $0.after } }

  /// Every kernel counter that was read before and after, by host, namespace and name.
  public func readTwice() -> [MovedCounter] {
    places.flatMap { place in
      moved(["nstat", "netstat", "snmp"], place) { CounterReading(parsing: $0).values }
        + moved(["conntrack_S"], place) { ConntrackStatistics(parsing: $0).values }
    }
  }

  /// - Parameter commands: the best first; one that was read at both phases is taken.
  private func moved(
    _ commands: [String], _ place: Place, parse: (String) -> [String: Int64]
  ) -> [MovedCounter] {
    let own = readouts.filter { $0.host == place.host && $0.namespace == place.namespace }
    for command in commands {
      guard let before = own.first(where: { $0.command == command && $0.phase == .before }),
        let after = own.last(where: { $0.command == command && $0.phase == .after })
      else { continue }
      let (old, new) = (parse(before.text), parse(after.text))
      return new.keys.sorted().compactMap { name in
        guard let start = old[name], let end = new[name] else { return nil }
        return MovedCounter(
          host: place.host, namespace: place.namespace, name: name, before: start, after: end, cited: after.cited)
      }
    }
    return []
  }

  /// Every kernel setting and interface's MTU as it was read last, by host and namespace: `MTU of eth0` for the latter.
  public func settings() -> [(host: HostName, namespace: NamespaceName, name: String, value: String)] {
    places.flatMap { place in
      let own = readouts.filter { $0.host == place.host && $0.namespace == place.namespace }
      func last(_ command: String) -> String { own.last { $0.command == command }?.text ?? "" }
      let sysctls = SysctlReading(parsing: last("sysctl")).values.sorted { $0.key < $1.key }
      let links = NetworkInterface.parse(last("ip_link")).compactMap { link in
        link.mtu.map { ("MTU of \(link.name)", "\($0)") }
      }
      return (sysctls.map { ($0.key, $0.value) } + links).map { (place.host, place.namespace, $0.0, $0.1) }
    }
  }

  private var places: [Place] {
    Set(readouts.map { Place(host: $0.host, namespace: $0.namespace) }).sorted()
  }

  private struct Place: Hashable, Comparable {
    let host: HostName
    let namespace: NamespaceName

    static func < (a: Self, b: Self) -> Bool { (a.host, a.namespace) < (b.host, b.namespace) }
  }
}
