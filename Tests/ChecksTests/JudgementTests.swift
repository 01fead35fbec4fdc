import CaseModel
import Checks
import Testing

@Suite struct JudgementTests {
  static func judge(
    _ order: CheckOrder, _ command: ReadoutCommand, before: String?, after: String?
  ) throws -> [String] {
    var readouts = PhasedReadouts()
    readouts[.before, command] = before
    readouts[.after, command] = after
    return try CheckCatalog.check(for: order).judge(readouts).map { "\($0.outcome): \($0.says)" }
  }

  static let key = "net.netfilter.nf_conntrack_tcp_be_liberal"

  @Test(
    arguments: [
      ("1", "1", "held: `\(key)` is 1, as expected"),
      ("0", "0", "broken: `\(key)` is 0, not 1: they pass without NAT"),
      ("1", "0", "broken: `\(key)` is 0, and was 1 before, not 1: they pass without NAT"),
      (nil, "0", "broken: `\(key)` is 0, not 1: they pass without NAT"),
      (nil, nil, "absent: `\(key)` was not read: the kernel has no such key"),
    ] as [(String?, String?, String)]) func `an expectation`(before: String?, after: String?, says: String) throws
  {
    let order = CheckOrder(id: "sysctl", names: [Self.key], expect: "1", why: "they pass without NAT")
    let line = { (value: String) in "\(Self.key) = \(value)\n" }
    #expect(try Self.judge(order, .sysctl, before: before.map(line), after: after.map(line)) == [says])
  }

  @Test func `values of several numbers are compared without their tabs`() throws {
    let order = CheckOrder(id: "sysctl", names: ["net.ipv4.tcp_rmem"], expect: "4096 87380 6291456")
    let text = "net.ipv4.tcp_rmem = 4096\t87380\t6291456\n"
    #expect(
      try Self.judge(order, .sysctl, before: text, after: text)
        == ["held: `net.ipv4.tcp_rmem` is 4096 87380 6291456, as expected"])
  }

  @Test func `counters are told by what they rose, and a missing one is not 0`() throws {
    let order = CheckOrder(id: "counters", names: ["TcpRetransSegs", "TcpExtListenDrops", "TcpInErrs", "TcpExtNew"])
    let before = "#kernel\nTcpRetransSegs 5 0.0\nTcpExtListenDrops 3 0.0\nTcpInErrs 9 0.0\n"
    let after = "#kernel\nTcpRetransSegs 17 0.0\nTcpExtListenDrops 3 0.0\nTcpInErrs 1 0.0\n"
    #expect(
      try Self.judge(order, .nstat, before: before, after: after) == [
        "noted: `TcpRetransSegs` rose by 12", "noted: `TcpExtListenDrops` did not move",
        "noted: `TcpInErrs` ran backwards, from 9 to 1: it was reset",
        "absent: `TcpExtNew` was not read: the kernel has no such counter",
      ])
    #expect(
      try Self.judge(CheckOrder(id: "counters", names: ["TcpRetransSegs"]), .nstat, before: before, after: nil)
        == ["noted: `TcpRetransSegs` was 5 before, and was not read after"])
  }

  @Test func `an accept queue that was full is told as that`() throws {
    let order = CheckOrder(id: "listen-queue", ports: [8081, 22, 9])
    let before = "State Recv-Q Send-Q Local Peer\nLISTEN 3 2 10.0.0.5:8081 0.0.0.0:*\nLISTEN 0 128 [::]:22 [::]:*\n"
    let after = "State Recv-Q Send-Q Local Peer\nLISTEN 0 2 10.0.0.5:8081 0.0.0.0:*\nLISTEN 0 128 [::]:22 [::]:*\n"
    #expect(
      try Self.judge(order, .listenQueues, before: before, after: after) == [
        "noted: the accept queue of port 8081 was full: 3 waiting of 2, then 0 waiting of 2",
        "noted: the accept queue of port 22: 0 waiting of 128", "absent: nothing listened on port 9",
      ])
  }

  @Test func `routes that come or go are told`() throws {
    let before = "default via 10.0.0.1 dev eth0 \n10.0.0.0/24 dev eth0  proto kernel\n"
    let after = "10.0.0.0/24 dev eth0 proto kernel\ndefault via 10.0.0.2 dev eth0\n"
    #expect(
      try Self.judge(CheckOrder(id: "routes"), .routes, before: before, after: after)
        == ["noted: route default via 10.0.0.2 dev eth0 came, route default via 10.0.0.1 dev eth0 went"])
    #expect(
      try Self.judge(CheckOrder(id: "routes"), .routes, before: nil, after: nil) == ["absent: routes were not read"])
  }

  @Test func `addresses are told without loopback's`() throws {
    let text =
      "1: lo: <UP>\n    inet 127.0.0.1/8 scope host lo\n2: eth0:\n    inet 10.0.0.5/24 brd 10.0.0.255 scope global eth0\n"
    #expect(
      try Self.judge(CheckOrder(id: "addresses"), .addresses, before: text, after: text)
        == ["noted: addresses: 10.0.0.5/24"])
  }

  @Test func `a conntrack table is never read whole`() {
    #expect(throws: CheckOrder.Refusal.self) { try CheckCatalog.check(for: CheckOrder(id: "conntrack-table")) }
  }

  @Test func `conntrack statistics are summed over the CPUs`() throws {
    let before = "cpu=0 \tinvalid=2 drop=0 \ncpu=1 \tinvalid=1 drop=0 \n"
    let after = "cpu=0 \tinvalid=4 drop=0 \ncpu=1 \tinvalid=3 drop=0 \n"
    #expect(
      try Self.judge(CheckOrder(id: "conntrack-stats"), .conntrackStatistics, before: before, after: after)
        == ["noted: `drop` did not move", "noted: `invalid` rose by 4"])
    #expect(
      try Self.judge(CheckOrder(id: "conntrack-stats"), .conntrackStatistics, before: "", after: "") == [
        "absent: connection tracking was not read: the kernel tracks no connections there, or shows nothing of it"
      ])
  }

  @Test func `an MTU that changed is told`() throws {
    let before = "2: eth0: <UP> mtu 1500 qdisc fq\n3: eth1: <UP> mtu 1450 qdisc fq\n"
    let after = "2: eth0: <UP> mtu 1400 qdisc fq\n3: eth1: <UP> mtu 1450 qdisc fq\n"
    #expect(
      try Self.judge(CheckOrder(id: "interface-mtu"), .interfaces, before: before, after: after)
        == ["noted: the MTU of `eth0` went from 1500 to 1400", "noted: the MTU of `eth1` is 1450"])
  }

  @Test func `kernels are compared by their numbers`() throws {
    #expect(
      try Self.judge(CheckOrder(id: "uname"), .uname, before: "6.1.0-37-amd64\n", after: nil) == [
        "noted: the kernel is 6.1.0-37-amd64"
      ])
    #expect(try #require(KernelVersion(parsing: "5.10.46")) < KernelVersion(6, 1))
    #expect(try #require(KernelVersion(parsing: "6.1.0-37-amd64")) == KernelVersion(6, 1))
    #expect(KernelVersion(parsing: "") == nil)
  }

  @Test(arguments: [
    "a", "net..ipv4", "net./etc", "net.ipv4/", "net.//.//etc", "net.ipv4.x;reboot", "net.$(id)", ".net",
  ])
  func `what is no sysctl key is refused`(key: String) {
    #expect(throws: CheckOrder.Refusal.self) { try CheckCatalog.check(for: CheckOrder(id: "sysctl", names: [key])) }
  }

  @Test func `ids are unique and every check explains itself`() {
    #expect(Set(CheckCatalog.all.map { $0.id }).count == CheckCatalog.all.count)
    for check in CheckCatalog.all { #expect(check.about.split(separator: "\n").count >= 2) }
  }
}
