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

  private func plan(
    _ playbook: String = playbook, _ inventory: String = inventory, allowsChanges: Bool = false
  ) throws -> Parsed<Plan> {
    let parsed = parsePlaybook(
      playbook, file: "p.yaml", variables: [:], fillMissing: false, filterProblem: { _ in nil })
    let hosts = parseInventory(inventory, file: "i.yaml")
    return makePlan(
      try #require(parsed.value, "\(parsed.problems)"), try #require(hosts.value, "\(hosts.problems)"),
      PlanOptions(id: "ID", allowsChanges: allowsChanges))
  }

  @Test func theDryRunSaysWhatRunsWhere() throws {
    let text = try #require(try plan().value).text
    #expect(
      text.hasPrefix(
        """
        Two ends

        web1 (root@10.0.0.5:2222; client)
          make              mkdir $DIR, and push our scripts there
          before and after  sysctl net.ipv4.tcp_timestamps
          capture near      tcpdump -i eth0 -nn -s 192 --time-stamp-precision=nano -Z root -w $DIR/near.pcap -c 1000 -- 'tcp port 80'
          probe get         sh $DIR/probe.sh 3 0 5 curl -sf 'http://192.0.2.10/it'\\''s'
          remove            $DIR, when nothing in it is alive and everything is fetched

        db1 (db1; server)
          make              mkdir $DIR, and push our scripts there
          before and after  sysctl net.core.somaxconn net.ipv4.tcp_timestamps
          capture far       tcpdump -i any -nn -s 192 --time-stamp-precision=nano -Z root -w $DIR/far.pcap
          remove            $DIR, when nothing in it is alive and everything is fetched

        vip (192.0.2.10)
          no login: a place in the verdict, no capture

        captures start together and record for 1m30s
        captures take at most 101 MB on 2 hosts, at most 100 MB on one of them; nothing but $DIR is made on any of them
        """), "\(text)")
  }

  @Test func bufferAndDirectionAreTheCapturingToolsOwn() throws {
    let plan = try #require(
      try plan(
        "name: x\nroles: { a: {} }\ncaptures: [{ on: a, buffer: 64MiB, direction: in }]", "hosts: { h: { roles: [a] } }"
      ).value)
    let words = try #require(plan.hosts.first?.captures.first?.unit.command)
    #expect(words.joined(separator: " ").contains(" -s 192 --time-stamp-precision=nano -B 65536 -Q in -Z root "))
  }

  /// What fills a disk: the size, or less where packets or a ring of few files are the limit.
  @Test(arguments: [
    ("limits: { size: 40MB }", 40_000_000), ("limits: { size: 40MB, packets: 1000 }", 24 + 1000 * (192 + 16)),
    ("limits: { size: 40MB, ring: 3 }", 39_000_000),
    ("limits: { size: 40MB, ring: 3, packets: 1000000000 }", 39_000_000),
    ("limits: { size: 40MB, packets: 9223372036854775807 }", 40_000_000),
    ("interface: [eth0, eth1], limits: { size: 40MB }", 80_000_000),
  ]) func theWorstIsKnownBefore(_ limits: String, bytes: Int64) throws {
    let playbook = "name: x\nroles: { a: {}, b: {} }\ncaptures: [{ name: one, on: a, \(limits) }, { name: two, on: b }]"
    let plan = try #require(try plan(playbook, "hosts: { h: { roles: [a] }, i: { roles: [b] } }").value)
    #expect(plan.hosts.map(\.worstBytes.bytes) == [bytes, 100_000_000])
    #expect(plan.worstBytes.bytes == bytes + 100_000_000)
    #expect(plan.footprint.hasSuffix("on 2 hosts, at most 100 MB on one of them"))
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

  private static let changing = """
    name: Changes a host
    roles: { client: { inside: { netns: blue } }, server: {} }
    instruments:
      - { on: client, log-invalid: {} }
    """

  @Test func withoutLeaveNothingIsChanged() throws {
    let plan = try #require(try plan(Self.changing).value)
    #expect(plan.leftOut == ["log-invalid"])
    #expect(plan.hosts.flatMap(\.instruments).isEmpty)
    #expect(plan.text.contains("left out, since they change hosts: log-invalid (--allow-changes)"))
  }

  @Test func aChangeLiesBesideWhatTakesItBack() throws {
    let plan = try #require(try plan(Self.changing, allowsChanges: true).value)
    #expect(plan.leftOut.isEmpty)
    let change = try #require(plan.host("web1")?.instruments.first)
    #expect(plan.hosts.flatMap(\.instruments).count == 1)
    #expect(change.namespace == "blue")
    let inside = "sh $DIR/namespace.sh enter $DIR blue net sh $DIR/instrument.sh"
    func short(_ text: String) -> String { text.replacing("/var/tmp/stakeout-\(plan.id)", with: "$DIR") }
    #expect(
      short(change.unit.command.joined(separator: " ")) == "\(inside) hold $DIR instrument.log-invalid log-invalid")
    #expect(short(change.undoScript).hasPrefix("\(inside) undo $DIR instrument.log-invalid log-invalid\n"))
    #expect(change.undoScript.contains("125"), "a namespace that is gone has taken the change with it")
    #expect(short(plan.text).contains("change log-invalid  \(inside) hold"))
  }

  @Test func whatLivesInANamespaceIsDoneThere() throws {
    let text = try #require(
      try plan(
        """
        name: Inside
        roles: { client: { inside: { container: app } }, server: {} }
        captures:
          - { name: pod, on: client, interface: [eth0, eth1], filter: "port 80" }
        checks:
          - { sysctl: net.ipv4.tcp_timestamps, on: client, every: 5s }
        traces:
          - { on: client, events: [tcp:tcp_send_reset, skb:kfree_skb] }
        tls-keys:
          - { on: client, file: /var/tmp/keys.log }
        logs:
          - { name: own, on: client, container-log: true }
        probes:
          - { name: mesh, on: client, ping: { to: all, size: [56, 1472], df: true }, every: 1s }
          - { name: get, on: client, run: [curl, "http://x"] }
        until:
          - log: { from: own, matches: "[Rr]eset" }
          - probe-fails: { probe: mesh, times: 3 }
          - packet: { capture: pod, matches: "tcp[tcpflags] & tcp-rst != 0" }
          - counter: { on: client, name: TcpExtListenOverflows, rises-by: 10 }
        """
      ).value
    ).text
    #expect(
      text.contains(
        """
          make                     mkdir $DIR, and push our scripts there
          find app                 sh $DIR/namespace.sh find $DIR app container app
          before, every 5s, after  sysctl net.ipv4.tcp_timestamps in app
          capture pod.eth0         sh $DIR/namespace.sh enter $DIR app net tcpdump -i eth0 -nn -s 192 --time-stamp-precision=nano -Z root -w $DIR/pod.eth0.pcap -C 25 -W 4 -- 'port 80'
          capture pod.eth1         sh $DIR/namespace.sh enter $DIR app net tcpdump -i eth1 -nn -s 192 --time-stamp-precision=nano -Z root -w $DIR/pod.eth1.pcap -C 25 -W 4 -- 'port 80'
          again app                sh $DIR/rearm.sh $DIR app container app  # as NAME~2, where it is replaced
          trace                    sh $DIR/trace.sh follow $DIR tcp:tcp_send_reset skb:kfree_skb
          log own                  sh $DIR/follow.sh $DIR app container -
          until own                sh $DIR/fire.sh $DIR trigger.1.own 0 watched sh $DIR/await.sh $DIR/log.own.out 1 '[Rr]eset'
          until mesh               sh $DIR/fire.sh $DIR trigger.2.mesh 0 watched sh $DIR/await.sh $DIR/probe.mesh.out 3 '^[0-9.]+ end [0-9]+ status [1-9]'
          until pod.eth0           sh $DIR/fire.sh $DIR trigger.3.pod.eth0 0 watched sh $DIR/namespace.sh enter $DIR app net tcpdump -i eth0 -nn -s 96 --time-stamp-precision=nano -Z root -w /dev/null -c 1 -- '(port 80) and (tcp[tcpflags] & tcp-rst != 0)'
          until pod.eth1           sh $DIR/fire.sh $DIR trigger.3.pod.eth1 0 watched sh $DIR/namespace.sh enter $DIR app net tcpdump -i eth1 -nn -s 96 --time-stamp-precision=nano -Z root -w /dev/null -c 1 -- '(port 80) and (tcp[tcpflags] & tcp-rst != 0)'
          until web1.app           sh $DIR/fire.sh $DIR trigger.4.web1.app 0 watched sh $DIR/namespace.sh enter $DIR app net sh $DIR/count.sh TcpExtListenOverflows 10
          probe mesh               sh $DIR/probe.sh 0 1 4 sh $DIR/namespace.sh enter $DIR app net sh $DIR/round.sh $DIR ping 3 56,1472 df '=db1'
          probe get                sh $DIR/probe.sh 1 0 30 sh $DIR/namespace.sh enter $DIR app all curl http://x
          TLS keys                 copy /var/tmp/keys.log
        """), "\(text)")
  }

  @Test func onlyAContainerHasAContainersLog() throws {
    let parsed = try plan(
      """
      name: No container
      roles: { client: {}, server: {} }
      logs: [{ name: own, on: client, container-log: true }]
      """)
    #expect(
      parsed.problems.map(\.message) == ["`own` is the log of a container, and no role that it is on lives in one"])
  }

  @Test func everyHostAndNamespaceOnce() throws {
    let plan = try #require(
      try plan(
        """
        name: All
        roles: { client: { inside: { netns: blue } }, server: {}, backup: { group: server } }
        captures: [{ name: any, on: all }]
        """
      ).value)
    #expect(plan.hosts.flatMap(\.captures).map(\.vantage) == ["any.web1", "any.web1.blue", "any.db1"])
    #expect(plan.hosts.flatMap(\.captures).map(\.roles) == [[], ["client"], ["server", "backup"]])
  }

  @Test func thePlanIsADocument() throws {
    let plan = try #require(try plan().value)
    let text = String(decoding: try JSONText.document(plan), as: UTF8.self)
    #expect(text.contains("\"schema\" : \"stakeout.plan/1\""))
    #expect(text.contains("\"what\" : \"capture near\""))
  }

  @Test func theDryRunSaysWhoBecomesRoot() throws {
    let text = try #require(
      try plan(
        "name: x\nroles: { client: {}, server: {} }\ncaptures: [{ on: all }]",
        """
        hosts:
          web1: { user: ops, roles: [client], become: true }
          db1: { user: ops, roles: [server], become: true, become_method: doas }
        """
      ).value
    ).text
    #expect(text.contains("web1 (ops@web1; client; root by sudo, or doas)\n"))
    #expect(text.contains("db1 (ops@db1; server; root by doas)\n"))
  }

  /// For a container that replaced another, everything begins again beside what was begun.
  @Test func aReplacedContainersUnitsHaveNamesAndFilesOfTheirOwn() throws {
    let planned = try plan(
      """
      name: Inside
      roles: { app: { group: db1, inside: { container: web } } }
      captures: [{ name: pod, on: app, filter: pod }]
      logs: [{ name: own, on: app, container-log: true }]
      until: [{ log: { from: own, matches: own } }]
      """, "hosts: { db1: {} }\ngroups: { db1: [db1] }")
    var host = try #require(planned.value?.hosts.first, "\(planned.problems)")
    host.add(host.rearming("web", number: 2))
    host.add(host.rearming("web", number: 3))
    #expect(host.captures.map(\.vantage) == ["pod", "pod~2", "pod~3"])
    #expect(
      host.captures.map(\.file).map { $0.split(separator: "/").last } == ["pod.pcap", "pod~2.pcap", "pod~3.pcap"])
    for capture in host.captures {
      #expect(capture.unit.command.contains(capture.file))
      #expect(capture.unit.command.last == "pod", "the filter is a filter still")
      #expect(capture.start.command.text.contains(" 'out=\(capture.unit.fileName).pcap' "))
    }
    #expect(host.logs.map(\.unit.name) == ["log.own", "log.own~2", "log.own~3"])
    let waits = host.triggers.map(\.unit.command)
    for (number, wait) in waits.enumerated() {
      let end = number == 0 ? "" : "~\(number + 1)"
      #expect(wait.contains("/var/tmp/stakeout-ID/log.own\(end).out"), "\(wait)")
      #expect(wait.contains("trigger.1.own\(end)"), "\(wait)")
      #expect(wait.last == "own", "the pattern is a pattern still")
    }
  }
}
