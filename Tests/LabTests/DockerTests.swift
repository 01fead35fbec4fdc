import CaseModel
import Foundation
import Lab
import TestSupport
import Testing

/// Inside a container of a real Docker engine, by its name, together with the host's side of it.
@Suite(.serialized)
struct DockerTests {
  private static let counting = "i=0; while :; do i=$((i + 1)); echo line $i; sleep 1; done"
  private static let playbook = """
    name: Inside a container
    roles:
      app: { group: gateway, inside: { container: app } }
      gateway: {}
    captures:
      - { name: pod, on: app }
      - { name: node, on: gateway, filter: icmp }
    checks:
      - { sysctl: net.ipv4.ip_default_ttl, on: app }
    logs:
      - { name: own, on: app, container-log: true }
    probes:
      - { name: out, on: app, run: [ping, -c, "1", 172.17.0.1], every: 1s }
      - { name: in, on: gateway, ping: { to: app }, every: 1s }
    until:
      - log: { from: own, matches: "line [0-9]*0$" }
      - duration: 60s
    """

  /// The log says nothing before the container's own probe has an answer.
  @Test(.needsLab, .needsDocker) func theContainersSideIsCapturedWithTheHostsPrograms() async throws {
    try await withEngine { site, engine in
      try await engine.replace("app", "until [ -e /go ]; do sleep 0.2; done; \(Self.counting)")
      let folder = site.folder
      try await expectResolution(site)
      let (run, gateway) = (try start(Self.playbook, site), try site.host("gateway"))
      try await expectProbe(toHaveTried: 1, run, gateway)
      try await gateway.run(["docker", "exec", "app", "sh", "-c", ": >/go"])
      let (_, errors) = try await run.end()
      try expectBothSides(folder, try run.manifest(), errors)
    }
  }

  /// A deployment in the middle: the old container's capture is kept, and the new one gets its own.
  @Test(.needsLab, .needsDocker) func aContainerThatIsReplacedIsCapturedOn() async throws {
    try await withEngine { site, engine in
      let folder = site.folder
      let playbook = Self.playbook.replacingOccurrences(of: "line [0-9]*0$", with: "second [0-9]")
      let run = try start(playbook, site)
      try await expectProbe(toHaveTried: 2, run, try site.host("gateway"))
      try await engine.replace("app", "i=0; while :; do i=$((i + 1)); echo second $i; sleep 1; done")
      let (_, errors) = try await run.end()
      let manifest = try run.manifest()
      #expect(manifest.state == .complete, "\(errors)")
      #expect(manifest.trigger.kind == .log, "\(manifest.trigger)")
      #expect(manifest.trigger.says?.hasPrefix("own: second ") == true, "\(manifest.trigger)")
      for vantage in ["pod", "pod~2", "node"] {
        let capture = try #require(manifest.captures.first { $0.vantage.text == vantage }, "\(vantage): \(errors)")
        #expect((capture.packets ?? 0) > 0, "\(vantage)")
      }
      #expect(try run.journal().contains { $0.event == "namespace" && $0.says.contains("app was replaced, now app ") })
      let findings = try String(contentsOfFile: "\(folder)/cases/latest/analysis/findings.json", encoding: .utf8)
      #expect(findings.contains("the container of pod was replaced: pod~2 records the next one"))
    }
  }

  /// The same with nobody there: the host itself goes on with the new container, also where a container comes back three times.
  @Test(.needsLab, .needsDocker) func oneThatIsReplacedWhileNobodyWatchesIsCapturedOn() async throws {
    try await withEngine { site, engine in
      let folder = site.folder
      let gateway = try site.host("gateway")
      let playbook = Self.playbook.replacingOccurrences(of: "line [0-9]*0$", with: "never")
      let departed = try await start(playbook, site, "--detach").end()
      #expect(departed.status == 0, "\(departed.errors)")
      for number in 2...3 {
        try await engine.replace("app", Self.counting)
        #expect(
          try await holds(within: .seconds(40)) {
            try await gateway.run(["sh", "-c", "cat /var/tmp/stakeout-*/pod~\(number).state 2>/dev/null; :"]).contains(
              "recording")
          }, "container \(number)")
      }
      let (_, errors) = try await FaultedRun(["collect", "cases/latest"], in: folder).end()
      let run = FaultedRun.over(in: folder)
      let manifest = try run.manifest()
      #expect(manifest.state == .complete, "\(errors)")
      for vantage in ["pod", "pod~2", "pod~3", "node"] {
        let capture = try #require(manifest.captures.first { $0.vantage.text == vantage }, "\(vantage): \(errors)")
        #expect((capture.packets ?? 0) > 0, "\(vantage)")
      }
      let told = try run.journal().filter { $0.event == "namespace" && $0.says.contains("app was replaced, now app ") }
      #expect(told.map { $0.says.split(separator: " ").last } == ["pod~2", "pod~3"])
      let findings = try String(contentsOfFile: "\(folder)/cases/latest/analysis/findings.json", encoding: .utf8)
      #expect(findings.contains("the container of pod was replaced: pod~3 records the next one"))
    }
  }

  /// What a name stands for is said beforehand, and nothing is left by asking.
  private func expectResolution(_ site: LabSite) async throws {
    let gateway = try site.host("gateway")
    let told = try await gateway.run(["docker", "inspect", "--format", "{{.State.Pid}} {{.Id}}", "app"])
      .split(whereSeparator: \.isWhitespace)
    try site.write(Self.playbook, to: "inside.yaml")
    let plan = try await FaultedRun(
      ["plan", "inside.yaml", "-i", site.lab.inventoryPath, "--resolve"], in: site.folder
    ).end()
    #expect(plan.status == 0)
    #expect(plan.errors.contains(" of process \(told[0]) (docker \(told[1].prefix(12)))\n"), "\(plan.errors)")
    let none = Self.playbook.replacingOccurrences(of: "container: app", with: "container: nosuch")
    try site.write(none, to: "none.yaml")
    let missing = try await FaultedRun(
      ["plan", "none.yaml", "-i", site.lab.inventoryPath, "--resolve"], in: site.folder
    ).end()
    #expect(missing.status == 2)
    #expect(missing.errors.contains("no running container `nosuch` is known to docker"), "\(missing.errors)")
    #expect(try await gateway.run(["sh", "-c", "ls -d /var/tmp/stakeout-* 2>/dev/null; true"]).isEmpty)
  }

  private func withEngine(_ body: (LabSite, DockerEngine) async throws -> Void) async throws {
    try await LabSite.alone(traffic: false) { site in
      let engine = try await DockerEngine(on: try site.host("gateway"))
      do {
        try await engine.start("app", Self.counting)
        try await body(site, engine)
      } catch {
        try await engine.stop()
        throw error
      }
      try await engine.stop()
    }
  }

  private func start(
    _ playbook: String, _ site: LabSite, _ options: String...
  ) throws -> FaultedRun {
    try site.write(playbook, to: "inside.yaml")
    return try FaultedRun(
      ["run", "inside.yaml", "-i", site.lab.inventoryPath, "--silence", "10", "--grace", "6"] + options, in: site.folder
    )
  }

  private func expectProbe(toHaveTried times: Int, _ run: FaultedRun, _ gateway: LabHost) async throws {
    #expect(
      try await holds(within: .seconds(30)) {
        try await gateway.run(["sh", "-c", "cat /var/tmp/stakeout-*/probe.out.out 2>/dev/null; :"]).contains(
          " end \(times) ")
      }, "\(run.errors)")
  }

  private func expectBothSides(_ folder: String, _ manifest: Manifest, _ errors: String) throws {
    func text(_ path: String) -> String {
      (try? String(contentsOfFile: "\(folder)/cases/latest/\(path)", encoding: .utf8)) ?? ""
    }
    #expect(manifest.state == .complete, "\(errors)")
    #expect(manifest.trigger.kind == .log, "\(manifest.trigger)")
    #expect(manifest.trigger.says?.hasPrefix("own: line ") == true)
    for vantage in ["pod", "node"] {
      let capture = try #require(manifest.captures.first { $0.vantage.text == vantage })
      #expect((capture.packets ?? 0) >= 2, "\(vantage)")
    }
    #expect(manifest.captures.first { $0.vantage == "pod" }?.namespace == "app")
    #expect(text("hosts/gateway/app/checks/before_sysctl.txt") == "net.ipv4.ip_default_ttl = 64\n")
    #expect(text("hosts/gateway/app/logs/probe.out.log").contains(" status 0"), "the container's own ping")
    #expect(text("hosts/gateway/host/logs/probe.in.log").contains(" to gateway.app ping 56 ok "))
  }
}
