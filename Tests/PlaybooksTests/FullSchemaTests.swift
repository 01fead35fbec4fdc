import CaptureFilters
import CaseModel
import Checks
import Playbooks
import Testing

@Suite struct FullSchemaTests {
  let playbook: Playbook

  init() throws {
    let parsed = parsePlaybook(
      fullSchema, file: "full.yaml", variables: ["vip": "192.168.107.214", "port": "15010"], fillMissing: false,
      filterProblem: captureFilterProblem)
    try #require(parsed.errors.isEmpty, "\(parsed.errors)")
    playbook = try #require(parsed.value)
  }

  @Test func `variables hold what was given, else their default`() {
    #expect(playbook.variables.map(\.name) == ["vip", "port", "bad", "good"])
    #expect(playbook.variables.map(\.value) == ["192.168.107.214", "15010", nil, "fine"])
    #expect(playbook.variables[0].help == "the service address that clients use")
  }

  @Test func `roles say where they live`() {
    #expect(playbook.roles.map(\.name) == ["client", "gateway", "server"])
    #expect(playbook.roles.map(\.inside) == [.container("envoy"), .host, .host])
    #expect(playbook.roles.map(\.group) == ["client", "node_a", "server"])
    #expect(playbook.roles.map(\.many) == [.one, .all, .all])
    #expect(playbook.roles.map(\.absent) == [.fail, .skip, .fail])
    #expect(playbook.roles[2].external == "192.168.107.214")
    #expect(playbook.roles[0].mark == SourceMark(line: 9, column: 3))
  }

  @Test func `captures have their limits, filters and interfaces`() throws {
    let port = try #require(Port(15010))
    #expect(playbook.captures.map(\.name) == ["pod", "node", "raw"])
    #expect(playbook.captures[0].filter.origin == .flow([port]))
    #expect(playbook.captures[0].limits == Playbook.Limits())
    #expect(playbook.captures[0].effectiveSnaplen == 192)
    #expect(
      playbook.captures[1].limits
        == Playbook.Limits(
          duration: .seconds(300), size: .megabytes(400), packets: 1_000_000, ring: 4, sizeIsWritten: true))
    #expect(playbook.captures[1].interfaces == .any)
    #expect(playbook.captures[2].interfaces == .named([Marked("eth0", SourceMark(line: 15, column: 44))]))
    #expect(playbook.captures[2].filter.text == "tcp port 15010")
    #expect(playbook.captures[2].effectiveSnaplen == 256)
    #expect(playbook.captures[2].buffer == .megabytes(64))
    #expect(playbook.captures[2].direction == .outgoing)
    #expect(playbook.captures[0].buffer == nil && playbook.captures[0].direction == nil)
  }

  @Test func `checks are orders of the catalog`() {
    #expect(
      playbook.checks.map(\.order) == [
        CheckOrder(
          id: "sysctl", names: ["net.netfilter.nf_conntrack_tcp_be_liberal"], expect: "1",
          why: "out-of-window segments pass without NAT"),
        CheckOrder(id: "counters", names: ["TcpExtTCPAbortOnData", "TcpExtListenOverflows"]),
        CheckOrder(id: "conntrack-stats"),
        CheckOrder(id: "interface-mtu"),
        CheckOrder(id: "listen-queue", ports: [15010]),
      ])
    #expect(playbook.checks[1].on == .all)
    #expect(playbook.checks[4].every == .seconds(5))
  }

  @Test func `traces, instruments, logs and key logs`() {
    #expect(playbook.traces[0].events.map(\.value) == ["tcp:tcp_send_reset", "skb:kfree_skb"])
    #expect(playbook.instruments.map(\.kind) == [.logInvalid])
    #expect(playbook.logs.map(\.source) == [.container, .file("/var/log/messages")])
    #expect(playbook.keyLogs.map(\.file) == ["/var/tmp/keys.log"])
  }

  @Test func `probes keep their words apart`() throws {
    #expect(playbook.probes.map(\.name) == ["mesh", "ports", "big", "odd"])
    #expect(playbook.probes[0].action == .ping(to: .all, sizes: [56, 1472], df: true))
    #expect(
      playbook.probes[1].action
        == .connect(to: .role("server"), ports: [try #require(Port(8990)), try #require(Port(1234))]))
    #expect(playbook.probes[2].action == .run(["curl", "-sf", "http://192.168.107.214/pay"]))
    #expect(playbook.probes[3].action == .shell("./reproduce.sh \"$bad\""))
    #expect(playbook.probes.map(\.times) == [1, 1, 50, 1])
    #expect(playbook.probes.map(\.every) == [.seconds(1), .seconds(5), nil, nil])
    #expect(playbook.probes[1].timeout == .seconds(3))
    #expect(playbook.probes.map(\.become) == [false, false, false, true])
  }

  @Test func `the wait and what comes after it`() {
    let events = playbook.until.map(\.event)
    #expect(
      events.prefix(3) == [
        .log(from: "pilot", matches: "[Rr]eset"), .probeFails(probe: "big", times: 3),
        .packets(capture: "pod", count: 1000),
      ])
    #expect(events.last == .duration(.seconds(21_600)))
    guard events.count == 6, case .packet("pod", let filter) = events[3],
      case .counter("TcpExtListenOverflows", let target, 10) = events[4]
    else {
      Issue.record("\(events)")
      return
    }
    #expect(target.includes("gateway") && !target.includes("client"))
    #expect(filter.value == "tcp[tcpflags] & tcp-rst != 0")
    #expect(playbook.wait == .seconds(21_600))
    #expect(playbook.namesATrigger)
    #expect(playbook.then == .seconds(10))
    #expect(playbook.grace == .seconds(600))
  }

  @Test func `a hint whose variable nobody gave is left out`() {
    #expect(playbook.lookForTexts == ["good": "fine", "request-id": "transId=([0-9a-f]{8})"])
  }

  @Test func `a filter that hides something draws one warning`() {
    let parsed = parsePlaybook(
      fullSchema, file: "full.yaml", variables: [:], fillMissing: true, filterProblem: captureFilterProblem)
    #expect(
      parsed.problems.map(\.description) == [
        """
        full.yaml:15:59: warning: this filter hides ICMP errors, later fragments, VLAN and tunnel copies
          hint: `flow: { port: [...] }` takes what belongs to a flow along
        """
      ])
    #expect(parsed.value?.captures[2].filter.text == "tcp port 65535")
  }
}
