import CaseModel
import Foundation
import Lab
import TestSupport
import Testing

/// Everything that a playbook can watch at once, over real SSH: a namespace inside a host, a log that ends the wait, probes, rings.
@Suite(.serialized)
struct WatchingTests {
  private static let playbook = """
    name: Watched from all sides
    vars: { word: { type: text } }
    roles:
      client: {}
      server: {}
      app: { group: gateway, inside: { netns: blue } }
      nobody: { group: gateway, inside: { netns: green }, absent: skip }
    captures:
      - { name: near, on: client }
      - { name: inner, on: app, limits: { size: 8MB } }
      - { name: never, on: nobody }
    checks:
      - { sysctl: net.ipv4.ip_default_ttl, on: app, every: 1s }
    traces:
      - { on: app, events: [tcp:tcp_send_reset] }
    tls-keys:
      - { on: server, file: /var/log/keys.log }
    logs:
      - { name: app, on: server, file: /var/log/app.log }
    probes:
      - { name: mesh, on: app, ping: { to: app, size: [56] }, every: 1s }
      - { name: self, on: app, ping: { to: 10.99.99.1, size: [56, 1400], df: true }, every: 1s }
      - { name: ports, on: app, connect: { to: 10.99.99.1, port: [9] }, every: 1s, timeout: 1s }
      - { name: tell, on: server, shell: "sleep 6; echo \\"all fine\\"; echo \\"$word by peer\\" >>/var/log/app.log" }
    until:
      - log: { from: app, matches: "[Rr]eset by" }
      - probe-fails: { probe: self, times: 3 }
      - duration: 60s
    """

  @Test(.needsLab) func theFirstTriggerEndsTheWait() async throws {
    try await withCase(Self.playbook) { run in
      let trigger = run.manifest.trigger
      #expect(trigger.kind == .log)
      #expect(trigger.occurred)
      #expect(trigger.host == "server")
      #expect(trigger.says == "app: Reset by peer")
      #expect(run.manifest.state == .complete, "\(run.program.stderr)")

      let inner = try #require(run.manifest.captures.first { $0.vantage == "inner" })
      #expect(inner.namespace == "blue")
      #expect((inner.packets ?? 0) >= 4, "the pings of two seconds and more")
      #expect(inner.files.first == "hosts/gateway/blue/captures/inner.pcap")
      #expect(!run.manifest.captures.contains { $0.vantage == "never" })

      #expect(run.text("hosts/gateway/blue/checks/before_sysctl.txt") == "net.ipv4.ip_default_ttl = 41\n")
      #expect(run.text("hosts/gateway/blue/checks/during_sysctl.0002.txt") == "net.ipv4.ip_default_ttl = 41\n")
      // Nothing listens on that port: the kernel says so itself, and when.
      #expect(
        run.text("hosts/gateway/host/traces/trace.txt").contains("reason=NO_SOCKET"),
        "\(run.text("hosts/gateway/host/traces/trace.txt.stderr"))\(run.text("hosts/gateway/blue/logs/probe.ports.log"))"
      )
      #expect(run.text("analysis/timeline.ndjson").contains("tcp_send_reset: src=10.99.99.1:9"))
      #expect(run.text("hosts/server/host/tls/keys.log") == "CLIENT_RANDOM 00 11\n")
      #expect(!run.text("journal.jsonl").contains("CLIENT_RANDOM"))
      #expect(run.text("hosts/server/host/logs/app.log").wholeMatch(of: /\d+\.\d+ Reset by peer\n/) != nil)
      let pings = run.text("hosts/gateway/blue/logs/probe.self.log")
      #expect(pings.contains(" to 10.99.99.1 ping 56 ok "), "\(pings)")
      #expect(pings.contains(" to 10.99.99.1 ping 1400 ok "), "\(pings)")
      #expect(run.text("hosts/gateway/blue/logs/probe.ports.log").contains(" to 10.99.99.1 connect 9 failed"))
    }
  }

  @Test(.needsLab) func aLogThatIsNotThereIsAFailureOfItsHost() async throws {
    let playbook = """
      name: No such log
      roles: { client: {}, server: {} }
      captures:
        - { name: near, on: client }
        - { name: far, on: server }
      logs:
        - { name: app, on: server, file: /var/log/nosuch.log }
      until: [{ duration: 2s }]
      """
    try await withCase(playbook) { run in
      #expect(run.manifest.state == .partial)
      #expect(run.manifest.hosts.first { $0.name == "server" }?.failure?.code == "log")
      #expect(run.program.stderr.contains("could not follow log app on server"), "\(run.program.stderr)")
      #expect(run.text("hosts/server/host/logs/app.log.stderr") == "there is no file `/var/log/nosuch.log`\n")
      #expect(run.manifest.captures.allSatisfy { ($0.packets ?? 0) > 0 }, "the captures are kept all the same")
    }
  }

  /// Read back by our own checks, in the host's network and in a namespace inside it.
  @Test(.needsLab) func aChangeIsHeldWhileTheRunLastsAndTakenBack() async throws {
    let playbook = """
      name: What conntrack throws away
      roles:
        client: {}
        gateway: {}
        app: { group: gateway, inside: { netns: blue } }
      captures:
        - { name: near, on: client }
      checks:
        - { sysctl: net.netfilter.nf_conntrack_log_invalid, on: [gateway, app], every: 1s }
      instruments:
        - { log-invalid: {}, on: [gateway, app] }
      until: [{ duration: 4s }]
      """
    try await withCase(playbook, ["--allow-changes"]) { run in
      #expect(run.manifest.state == .complete, "\(run.program.stderr)")
      for namespace in ["host", "blue"] {
        func setting(_ when: String) -> String { run.text("hosts/gateway/\(namespace)/checks/\(when)_sysctl.txt") }
        #expect(setting("before") == "net.netfilter.nf_conntrack_log_invalid = 0\n")
        #expect(
          run.text("hosts/gateway/\(namespace)/checks/during_sysctl.0002.txt")
            == "net.netfilter.nf_conntrack_log_invalid = 255\n")
        #expect(setting("after") == "net.netfilter.nf_conntrack_log_invalid = 0\n")
      }
    }
    try await withCase(playbook) { run in
      #expect(run.program.stderr.contains("`log-invalid` is left out: it changes hosts, which --allow-changes allows"))
      #expect(!run.text("journal.jsonl").contains("instrument.sh hold"))
    }
  }

  // MARK: What they share

  private struct Run {
    let program: Program
    let manifest: Manifest
    let folder: String

    func text(_ path: String) -> String {
      (try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)) ?? ""
    }
  }

  private func withCase(
    _ playbook: String, _ more: [String] = [], _ body: (Run) async throws -> Void
  ) async throws {
    try await LabSite.alone { site in
      try await layOutBlue(site)
      try site.write(playbook, to: "watched.yaml")
      let program = try Program.run(
        ["run", "watched.yaml", "-i", site.lab.inventoryPath, "--silence", "10", "--grace", "6", "-y"]
          + (playbook.contains("word:") ? ["-e", "word=Reset"] : []) + more,
        in: site.folder)
      let folder = "\(site.folder)/cases/latest"
      let bytes = try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/case.json"))
      let manifest = try JSONText.decode(
        Manifest.self, from: Array(try #require(bytes, "\(program.stdout)\(program.stderr)")))
      try await body(Run(program: program, manifest: manifest, folder: folder))
    }
  }

  /// A network namespace inside the gateway, with a link of its own, and a log on the server.
  private func layOutBlue(_ site: LabSite) async throws {
    try await site.host("gateway").run([
      "sh", "-c",
      """
      set -e
      ip netns add blue
      ip link add blue0 type veth peer name eth0 netns blue
      ip addr add 10.99.99.1/30 dev blue0; ip link set blue0 up
      ip netns exec blue ip addr add 10.99.99.2/30 dev eth0; ip netns exec blue ip link set eth0 up
      ip netns exec blue sysctl -qw net.ipv4.ip_default_ttl=41
      """,
    ])
    try await site.host("server").run([
      "sh", "-c", "echo started >/var/log/app.log; echo CLIENT_RANDOM 00 11 >/var/log/keys.log",
    ])
  }
}
