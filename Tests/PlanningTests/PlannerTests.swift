import CaseModel
import Planning
import Playbooks
import Testing

/// From texts to exact commands, without a host.
struct PlannerTests {
  private static let playbook = """
    name: Two ends
    roles:
      client: { many: one }
      server: {}
      vip: { external: 192.0.2.10 }
    captures:
      - { name: near, on: client, interface: [eth0], filter: "tcp port 80", limits: { size: 5MB, packets: 1000 } }
      - { name: far, on: server }
    checks:
      - { sysctl: net.core.somaxconn, on: server, expect: 1024, why: it overflowed before }
      - { sysctl: net.ipv4.tcp_timestamps, on: all }
    probes:
      - { name: get, on: client, run: [curl, -sf, "http://192.0.2.10/it's"], repeat: 3, timeout: 5s }
    until: [{ duration: 90s }]
    """

  private static let inventory = """
    hosts:
      web1: { address: 10.0.0.5, user: root, port: 2222, roles: [client] }
      db1: { roles: [server] }
      other: { roles: [unused] }
    """

  private func plan(_ playbook: String = playbook, _ inventory: String = inventory) throws -> Parsed<Plan> {
    let parsed = parsePlaybook(
      playbook, file: "p.yaml", variables: [:], fillMissing: false, filterProblem: { _ in nil })
    let hosts = parseInventory(inventory, file: "i.yaml")
    return makePlan(
      try #require(parsed.value, "\(parsed.problems)"), try #require(hosts.value, "\(hosts.problems)"),
      PlanOptions(id: "ID"))
  }

  @Test func theDryRunSaysWhatRunsWhere() throws {
    let text = try #require(try plan().value).text
    #expect(
      text.hasPrefix(
        """
        Two ends

        web1 (root@10.0.0.5:2222; client)
          make              mkdir $DIR, and push keeper.sh watch.sh probe.sh clock.sh there
          before and after  sysctl net.ipv4.tcp_timestamps
          capture near      tcpdump -i eth0 -nn -s 192 --time-stamp-precision=nano -Z root -w $DIR/near.pcap -c 1000 -- 'tcp port 80'
          probe get         sh $DIR/probe.sh 3 0 5 curl -sf 'http://192.0.2.10/it'\\''s'
          remove            $DIR, when nothing in it is alive and everything is fetched

        db1 (db1; server)
          make              mkdir $DIR, and push keeper.sh watch.sh probe.sh clock.sh there
          before and after  sysctl net.core.somaxconn net.ipv4.tcp_timestamps
          capture far       tcpdump -i any -nn -s 192 --time-stamp-precision=nano -Z root -w $DIR/far.pcap
          remove            $DIR, when nothing in it is alive and everything is fetched

        vip (192.0.2.10)
          no login: a place in the verdict, no capture

        captures start together and record for 1m30s
        at most 105 MB on 2 hosts; nothing but $DIR is made on any of them
        """), "\(text)")
  }

  @Test func everyStartComesWithWhatEndsIt() throws {
    let plan = try #require(try plan().value)
    for host in plan.hosts {
      #expect(host.prepare.undo.text.contains("sweep"))
      for start in host.captures.map(\.start) + host.probes.map(\.start) {
        #expect(start.undo.text.contains(".stop"), "\(start.what) has no stop")
      }
    }
  }

  @Test func expectationsGoIntoTheCase() throws {
    let checks = try #require(try plan().value).hosts.flatMap(\.checks)
    #expect(
      checks.contains(
        CheckRecord(
          host: "db1", namespace: .host, check: "sysctl", names: ["net.core.somaxconn"], expect: "1024",
          why: "it overflowed before")))
  }

  @Test func aRoleThatNobodyPlaysIsAProblemAtItsPlace() throws {
    let parsed = try plan(Self.playbook, "hosts: { web1: { roles: [client] } }")
    #expect(parsed.value == nil)
    #expect(parsed.problems.map(\.message) == ["no host plays the role `server`"])
    #expect(parsed.problems.first?.line == 4)
  }

  @Test func aRoleForOneHostIsNotPlayedByTwo() throws {
    let parsed = try plan(
      Self.playbook, "hosts: { a: { roles: [client] }, b: { roles: [client] }, c: { roles: [server] } }")
    #expect(parsed.problems.map(\.message) == ["role `client` is for one host, and 2 play it"])
  }

  @Test func capturesOnSeveralHostsGetTheirHostsName() throws {
    let plan = try #require(
      try plan(
        Self.playbook, "hosts: { web1: { roles: [client] }, db1: { roles: [server] }, db2: { roles: [server] } }"
      ).value)
    #expect(plan.hosts.flatMap(\.captures).map(\.vantage) == ["near", "far.db1", "far.db2"])
  }

  @Test func whatIsNotExecutedYetIsNamed() throws {
    let plan = try #require(
      try plan(
        """
        name: More than this version does
        roles: { client: { inside: { container: app } }, server: {} }
        captures:
          - { name: ring, on: client, limits: { ring: 4 } }
        logs:
          - { name: app, on: client, container-log: true }
        probes:
          - { name: ping, on: client, ping: { to: server } }
        until:
          - log: { from: app, matches: reset }
        """
      ).value)
    #expect(
      plan.unsupported.map(\.cause) == [
        "role `client` inside a namespace or container at 2:10 is understood, but not executed by stakeout 0.1",
        "a capture ring at 4:13 is understood, but not executed by stakeout 0.1",
        "`logs` at 6:13 is understood, but not executed by stakeout 0.1",
        "probe `ping` that is not a `run` at 8:13 is understood, but not executed by stakeout 0.1",
        "a trigger other than `duration` at 10:5 is understood, but not executed by stakeout 0.1",
      ])
  }

  @Test func thePlanIsADocument() throws {
    let plan = try #require(try plan().value)
    let text = String(decoding: try JSONText.document(plan), as: UTF8.self)
    #expect(text.contains("\"schema\" : \"stakeout.plan/1\""))
    #expect(text.contains("\"what\" : \"capture near\""))
  }
}
