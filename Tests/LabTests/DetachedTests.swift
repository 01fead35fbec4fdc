import CaseModel
import Foundation
import Lab
import TestSupport
import Testing

/// A run that is left to itself, looked at, ended and brought home later; and one whose controller died.
@Suite(.serialized)
struct DetachedTests {
  private static let playbook = """
    name: Left alone
    roles: { client: {}, gateway: {}, server: {} }
    captures: [{ name: all, on: all }]
    checks: [{ counters: [TcpExtTCPAbortOnData], on: all }]
    logs: [{ name: app, on: server, file: /var/log/app.log }]
    until:
      - log: { from: app, matches: "now" }
      - duration: 10m
    then: 1s
    """

  @Test(.needsLab) func itRecordsWithoutUsUntilItsTriggerAndComesHomeLater() async throws {
    try await withLab { lab, folder in
      let run = try stakeout(["run", "left.yaml", "-i", lab.inventoryPath, "--detach"], folder)
      #expect(run.status == 0, "\(run.stdout)\(run.stderr)")
      #expect(run.stdout.contains("stakeout collect cases/"), "\(run.stdout)")
      let path = "\(folder)/cases/latest"
      #expect(try manifest(path).state == .running)

      let status = try stakeout(["status", "cases/latest"], folder)
      #expect(status.status == 0, "\(status.stderr)")
      #expect(has("all.client", "running", status), "\(status.stdout)")
      #expect(!status.stdout.contains("ended"), "\(status.stdout)")

      let server = try #require(lab.hosts.first { $0.name == "server" })
      try await server.run(["sh", "-c", "echo it is now >>/var/log/app.log"])
      // Its own host stops by itself; the others have nobody who tells them.
      #expect(
        try await holds(within: .seconds(20)) {
          has("all.server", "ended (stop)", try stakeout(["status", "cases/latest"], folder))
        })
      #expect(has("all.client", "running", try stakeout(["status", "cases/latest"], folder)))

      let collected = try stakeout(["collect", "cases/latest"], folder)
      #expect([0, 1, 2].contains(collected.status), "\(collected.stdout)\(collected.stderr)")
      let manifest = try manifest(path)
      #expect(manifest.state == .complete, "\(collected.stderr)")
      #expect(manifest.trigger.kind == .log)
      #expect(manifest.trigger.host == "server")
      #expect(manifest.trigger.says == "app: it is now")
      #expect(manifest.captures.count == 3)
      #expect(manifest.captures.allSatisfy { ($0.packets ?? 0) > 0 })
      #expect(
        try MachineState.output(["sh", "-c", "cd \(path) && sha256sum -c --quiet manifest.sha256 && echo fine"])
          == "fine\n")

      let again = try stakeout(["collect", "cases/latest"], folder)
      #expect(again.status == 3)
      #expect(again.stderr.contains("it is complete: no host has anything of it"))
    }
  }

  @Test(.needsLab) func aKilledControllersCaseIsCompleted() async throws {
    try await withLab { lab, folder in
      let process = try Program.start(
        ["run", "left.yaml", "-i", lab.inventoryPath, "--silence", "3", "--grace", "6"], in: folder)
      let journal = "\(folder)/cases/latest/journal.jsonl"
      #expect(
        try await holds(within: .seconds(30)) {
          (try? String(contentsOfFile: journal, encoding: .utf8))?.contains("\"waiting\"") == true
        })
      kill(process.processIdentifier, SIGKILL)
      #expect(
        try await holds(within: .seconds(40)) {
          let status = try stakeout(["status", "cases/latest"], folder)
          return ["client", "gateway", "server"].allSatisfy { has("all.\($0)", "ended (silence)", status) }
        })
      let collected = try stakeout(["collect", "cases/latest"], folder)
      let manifest = try manifest("\(folder)/cases/latest")
      #expect(manifest.state == .complete, "\(collected.stderr)")
      #expect(manifest.captures.allSatisfy { ($0.packets ?? 0) > 0 && $0.endedBy == "silence" })
      #expect(manifest.trigger == TriggerRecord(kind: .duration, occurred: false, says: "no trigger came"))
    }
  }

  @Test(.needsLab) func cleanupLeavesWhatIsAliveUnlessToldOtherwise() async throws {
    try await withLab { lab, folder in
      #expect(try stakeout(["run", "left.yaml", "-i", lab.inventoryPath, "--detach"], folder).status == 0)
      let server = try #require(lab.hosts.first { $0.name == "server" })
      try await server.run(["sh", "-c", "mkdir /var/tmp/stakeout-orphan; echo 1 >/var/tmp/stakeout-orphan/x.pcap"])

      let first = try stakeout(["cleanup", "-i", lab.inventoryPath], folder)
      #expect(first.status == 2, "\(first.stdout)\(first.stderr)")
      #expect(first.stdout.contains("server  orphan removed"), "\(first.stdout)")
      #expect(first.stdout.split(separator: "\n").filter { $0.hasSuffix(": it is alive") }.count == 3)

      let second = try stakeout(["cleanup", "-i", lab.inventoryPath, "--all"], folder)
      #expect(second.status == 0, "\(second.stdout)\(second.stderr)")
      let third = try stakeout(["cleanup", "-i", lab.inventoryPath], folder)
      #expect(third.stdout == "client  clean\ngateway  clean\nserver  clean\n")
      #expect(third.status == 0)
    }
  }

  // MARK: What they share

  private func stakeout(_ words: [String], _ folder: String) throws -> Program { try Program.run(words, in: folder) }

  private func has(_ unit: String, _ state: String, _ status: Program) -> Bool {
    status.stdout.split(separator: "\n").contains { line in
      line.contains(" \(unit) ") && line.contains(" \(state)")
    }
  }

  private func manifest(_ path: String) throws -> Manifest {
    try JSONText.decode(
      Manifest.self, from: Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/case.json"))))
  }

  private func withLab(_ body: (RunningLab, String) async throws -> Void) async throws {
    try await LabSite.alone { site in
      try site.write(Self.playbook, to: "left.yaml")
      try await site.host("server").run(["sh", "-c", "echo started >/var/log/app.log"])
      try await body(site.lab, site.folder)
    }
  }
}
