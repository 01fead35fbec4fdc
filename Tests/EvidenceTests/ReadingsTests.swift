import CaseModel
import Checks
import Evidence
import Testing

@Suite struct ReadingsTests {
  static func evidence(
    _ readouts: [(String, CheckPhase, String, String)], namespace: NamespaceName = .host
  ) -> CaseEvidence {
    CaseEvidence(
      manifest: Manifest(id: "case", tool: "test", state: .complete, hosts: []), captures: [],
      readouts: readouts.map { host, phase, command, text in
        Readout(
          host: HostName(host), namespace: namespace, phase: phase, command: command,
          cited: "\(host)/\(phase.rawValue)_\(command).txt", text: text)
      })
  }

  static let key = "net.netfilter.nf_conntrack_tcp_be_liberal"

  @Test func `a sysctl, before and after, with the file that says so`() throws {
    let evidence = Self.evidence([
      ("gw", .after, "sysctl", "\(Self.key) = 0\n"), ("gw", .before, "sysctl", "\(Self.key) = 1\n"),
      ("web", .after, "sysctl", "net.ipv4.ip_forward = 0\n"),
    ])
    let reading = try #require(evidence.sysctl(Self.key, host: "gw"))
    #expect(reading.before == "1")
    #expect(reading.after == "0")
    #expect(reading.value == "0")
    #expect(!reading.isSteady)
    #expect(
      reading.citation(says: "off")
        == Citation.Check(
          host: "gw", namespace: "host", check: "sysctl", file: "gw/after_sysctl.txt", before: "1", after: "0",
          says: "`\(Self.key)`: off"))
    #expect(evidence.sysctl(Self.key, host: "web") == nil)
    #expect(evidence.sysctl(Self.key, host: "gw", namespace: "pod") == nil)
  }

  @Test func `a counter over the case, during included`() throws {
    let evidence = Self.evidence([
      ("s", .before, "nstat", "TcpExtListenDrops 3 0.0\n"), ("s", .during, "nstat", "TcpExtListenDrops 10 0.0\n"),
      ("s", .after, "nstat", "TcpExtListenDrops 53 0.0\n"),
    ])
    let change = try #require(evidence.counter("TcpExtListenDrops", host: "s"))
    #expect(change.samples.map(\.value) == [3, 10, 53])
    #expect(change.delta == 50)
    #expect(change.rose)
    #expect(evidence.counter("TcpExtNoSuchCounter", host: "s") == nil)
  }

  @Test func `a counter with one end has no delta, and one that ran backwards neither`() throws {
    let evidence = Self.evidence([
      ("a", .after, "nstat", "TcpInErrs 3 0.0\n"), ("b", .before, "nstat", "TcpInErrs 9 0.0\n"),
      ("b", .after, "nstat", "TcpInErrs 3 0.0\n"),
    ])
    #expect(try #require(evidence.counter("TcpInErrs", host: "a")).delta == nil)
    #expect(try #require(evidence.counter("TcpInErrs", host: "b")).delta == nil)
  }

  @Test func `a counter that nstat does not print is found in the kernel's own files`() throws {
    let evidence = Self.evidence([
      ("s", .before, "nstat", "IpInReceives 1 0.0\n"),
      ("s", .before, "netstat", "TcpExt: PAWSPassive ListenDrops\nTcpExt: 0 7\n"),
      ("s", .after, "netstat", "TcpExt: PAWSPassive ListenDrops\nTcpExt: 50 57\n"),
      ("s", .after, "snmp", "Ip: Forwarding InReceives\nIp: 2 141\n"),
    ])
    let change = try #require(evidence.counter("TcpExtPAWSPassive", host: "s"))
    #expect(change.delta == 50)
    #expect(change.cited == "s/after_netstat.txt")
    #expect(try #require(evidence.counter("IpInReceives", host: "s")).delta == 140)
  }

  @Test func `conntrack's statistics, kernel, interfaces and table`() throws {
    let evidence = Self.evidence([
      ("gw", .before, "conntrack_S", "cpu=0 invalid=1\ncpu=1 invalid=1\n"),
      ("gw", .after, "conntrack_S", "cpu=0 invalid=3\ncpu=1 invalid=2\n"), ("gw", .after, "uname", "5.10.46\n"),
      (
        "gw", .after, "ip_link",
        "2: eth0@if3: <UP> mtu 1450 qdisc fq\n    link/ether 0 brd 1\n    veth addrgenmode eui64\n"
      ),
      (
        "gw", .after, "conntrack_L",
        "tcp 6 7 CLOSE src=10.0.0.2 dst=10.9.9.9 sport=5 dport=80 src=10.0.0.3 dst=10.0.0.2 sport=80 dport=5 use=1\n"
      ),
    ])
    #expect(try #require(evidence.conntrackStatistic("invalid", host: "gw")).delta == 3)
    #expect(try #require(evidence.kernel(host: "gw")).value < KernelVersion(6, 1))
    let interface = try #require(evidence.interfaces(host: "gw")?.value.first)
    #expect(interface.name == "eth0")
    #expect(interface.kind == "veth")
    #expect(try #require(evidence.mtu(of: "eth0", host: "gw")).citation(says: "small").after == "1450")
    #expect(try #require(evidence.conntrackTable(host: "gw")).value.entries.map(\.isTranslated) == [true])
  }

  @Test func `the kernel is the host's, whichever namespace read it`() throws {
    let evidence = Self.evidence([("n", .before, "uname", "4.4.0-21-generic\n")], namespace: "pod")
    #expect(try #require(evidence.kernel(host: "n")).namespace == "pod")
    #expect(evidence.namespaces(host: "n") == ["pod"])
    #expect(evidence.kernel(host: "m") == nil)
  }
}
