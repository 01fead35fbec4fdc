public import CaseModel
public import Checks

/// Typed access to what the checks read. Each call parses the text again: ask once for a host, not once for a flow.
extension CaseEvidence {
  /// A kernel setting; nil where nobody read it or the kernel lacks it. White space inside a value is single spaces.
  public func sysctl(_ key: String, host: HostName, namespace: NamespaceName = .host) -> Reading<String>? {
    reading(SysctlCheck.id, of: ["sysctl"], host, namespace) { SysctlReading(parsing: $0).values }?.map { $0[key] }?
      .about(key)
  }

  /// A kernel counter by `nstat`'s name; nil where nobody read it or the kernel lacks it.
  public func counter(_ name: String, host: HostName, namespace: NamespaceName = .host) -> CounterChange? {
    reading(CountersCheck.id, of: ["nstat", "netstat", "snmp"], host, namespace) {
      CounterReading(parsing: $0).values[name]
    }?.about(name)
  }

  /// A counter of connection tracking, summed over the CPUs: `invalid`, `drop`, `insert_failed`, ...
  public func conntrackStatistic(
    _ name: String, host: HostName, namespace: NamespaceName = .host
  ) -> CounterChange? {
    reading(ConntrackStatsCheck.id, of: ["conntrack_S"], host, namespace) {
      ConntrackStatistics(parsing: $0).values[name]
    }?.about(name)
  }

  /// Tracked connections with what NAT made of them; before and after as far as they were dumped.
  public func conntrackTable(host: HostName, namespace: NamespaceName = .host) -> Reading<ConntrackTable>? {
    reading("conntrack-table", of: ["conntrack_L"], host, namespace) { ConntrackTable(parsing: $0) }
  }

  public func interfaces(host: HostName, namespace: NamespaceName = .host) -> Reading<[NetworkInterface]>? {
    reading(InterfaceMTUCheck.id, of: ["ip_link"], host, namespace) { text in
      let interfaces = NetworkInterface.parse(text)
      return interfaces.isEmpty ? nil : interfaces
    }
  }

  /// Accept queues of the sockets that listen; before, during and after as far as they were read.
  public func listenQueues(host: HostName, namespace: NamespaceName = .host) -> Reading<ListenQueues>? {
    reading("listen-queue", of: ["ss_ltn"], host, namespace) { text in
      let queues = ListenQueues(parsing: text)
      return queues.queues.isEmpty ? nil : queues
    }
  }

  /// Which addresses each namespace has, as `ip addr` told where it was read.
  public func addresses() -> HostAddressBook { HostAddressBook(readouts) }

  /// The MTU of one interface by its name, for a citation.
  public func mtu(
    of interface: String, host: HostName, namespace: NamespaceName = .host
  ) -> Reading<Int>? {
    interfaces(host: host, namespace: namespace)?.map { $0.first { $0.name == interface }?.mtu }
  }

  /// The kernel, which all namespaces of a host share.
  public func kernel(host: HostName) -> Reading<KernelVersion>? {
    let namespaces = readouts.lazy.filter { $0.host == host && $0.command == "uname" }.map(\.namespace)
    guard let namespace = namespaces.contains(.host) ? .host : namespaces.first else { return nil }
    return reading(UnameCheck.id, of: ["uname"], host, namespace) { KernelVersion(parsing: $0) }
  }

  /// Namespaces of a host in which anything was read, sorted.
  public func namespaces(host: HostName) -> [NamespaceName] {
    Set(readouts.lazy.filter { $0.host == host }.map(\.namespace)).sorted()
  }

  /// - Parameter commands: where the value may stand, the best first; a phase takes it from the first that has it.
  private func reading<Value: Hashable & Sendable>(
    _ check: String, of commands: [String], _ host: HostName, _ namespace: NamespaceName,
    parse: (String) -> Value?
  ) -> Reading<Value>? {
    let own = readouts.filter { $0.host == host && $0.namespace == namespace && commands.contains($0.command) }
    var samples: [Reading<Value>.Sample] = []
    for phase in CheckPhase.allCases {
      for command in commands {
        let found = own.filter { $0.phase == phase && $0.command == command }.compactMap { readout in
          parse(readout.text).map { Reading<Value>.Sample(phase: phase, value: $0, cited: readout.cited) }
        }
        samples += found
        guard found.isEmpty else { break }
      }
    }
    return Reading(host: host, namespace: namespace, check: check, samples: samples)
  }
}
