import CaseModel
import Foundation
import Glibc
import Lab
import TestSupport
import Testing

/// Ctrl-C: "I saw it" while waiting, "stop" the second time. Either way the hosts are clean and what there is is kept. A terminal
/// that goes away ends nothing.
@Suite(.serialized)
struct InterruptTests {
  @Test(.needsLab) func theFirstEndsTheWaitAndTheRunGoesOnToItsVerdict() async throws {
    let manifest = try await interrupted { process in
      kill(process.processIdentifier, SIGINT)
      process.waitUntilExit()
      // The operator saw something, and there was nothing wrong to find: nobody may call that healthy.
      let folder = try #require(process.currentDirectoryURL?.path)
      let said = try? String(contentsOfFile: "\(folder)/cases/latest/postmortem.md", encoding: .utf8)
      #expect(process.terminationStatus == 2, "\(said ?? "no postmortem")")
    }
    #expect(manifest.trigger.kind == .operator)
    #expect(manifest.trigger.occurred)
    #expect(manifest.state == .complete)
    #expect(manifest.captures.allSatisfy { $0.endedBy == "stop" && ($0.packets ?? 0) > 0 })
  }

  @Test(.needsLab) func theSecondStopsKeepsAndCleansUp() async throws {
    let manifest = try await interrupted(playbook: "then: 60s") { process in
      kill(process.processIdentifier, SIGINT)
      try await Task.sleep(for: .seconds(1))
      kill(process.processIdentifier, SIGINT)
      process.waitUntilExit()
      #expect(process.terminationStatus == 130)
    }
    #expect(manifest.captures.allSatisfy { $0.endedBy == "stop" && !$0.files.isEmpty })
  }

  /// Longer than silence and grace, which would end every capture whose controller has died.
  @Test(.needsLab) func withoutItsTerminalTheRunGoesOnOnTheHosts() async throws {
    let manifest = try await interrupted(grace: 1) { process in
      let folder = try #require(process.currentDirectoryURL?.path)
      kill(process.processIdentifier, SIGHUP)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      try await Task.sleep(for: .seconds(7))
      let status = try Program.run(["status", "cases/latest"], in: folder)
      #expect(
        status.stdout.split(separator: "\n").count { $0.contains(" running ") } == 3, "\(status.stdout)\(status.stderr)"
      )
      let collected = try Program.run(["collect", "cases/latest"], in: folder)
      #expect([0, 2].contains(collected.status), "\(collected.stderr)")
    }
    #expect(manifest.state == .complete)
    #expect(manifest.captures.count == 3)
    #expect(manifest.captures.allSatisfy { $0.endedBy == "stop" && ($0.packets ?? 0) > 0 })
  }

  private func interrupted(
    grace: Int = 6, playbook line: String = "", _ body: (Process) async throws -> Void
  ) async throws -> Manifest {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = """
      name: A long wait
      roles: { client: {}, gateway: {}, server: {} }
      captures:
        - { name: client, on: client }
        - { name: gateway, on: gateway }
        - { name: server, on: server }
      until: [{ duration: 10m }]
      \(line)
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/wait.yaml"))
    let lab = try await Lab.up(try #require(IncidentCatalog.named("reset-through-nat")), .test)
    do {
      try await lab.startTraffic()
      let process = try Program.start(
        ["run", "wait.yaml", "-i", lab.inventoryPath, "--silence", "3", "--grace", "\(grace)"], in: folder)
      let isWaiting = try await holds(within: .seconds(60)) {
        ((try? String(contentsOfFile: "\(folder)/cases/latest/journal.jsonl", encoding: .utf8)) ?? "")
          .contains("\"waiting\"")
      }
      #expect(isWaiting, "it never recorded")
      try await body(process)
      for host in lab.hosts {
        let left = try await host.run(["sh", "-c", "ls -d /var/tmp/stakeout-* 2>/dev/null; true"])
        #expect(left.isEmpty, "\(host.name) still has \(left)")
      }
    } catch {
      try await lab.down()
      throw error
    }
    try await lab.down()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/cases/latest/case.json"))
    return try JSONText.decode(Manifest.self, from: Array(bytes))
  }
}

extension LabOptions {
  /// With the traffic program of this build.
  static var test: LabOptions {
    var options = LabOptions()
    options.peerProgram = Program.path(of: "lab-peer")
    return options
  }
}
