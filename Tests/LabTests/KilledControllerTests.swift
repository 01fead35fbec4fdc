import CaseModel
import Foundation
import Glibc
import Lab
import TestSupport
import Testing

/// The controller dies in the middle: the hosts end everything of ours by themselves, and keep what was captured.
@Suite(.serialized)
struct KilledControllerTests {
  @Test(.needsLab) func capturesEndByThemselvesAndTheirFilesWait() async throws {
    let before = try MachineState.now()
    let incident = try #require(IncidentCatalog.named("reset-through-nat"))
    let lab = try await Lab.up(incident, .test)
    do {
      try await lab.startTraffic()
      try await killInMidCapture(lab)
      for host in lab.hosts {
        #expect(
          try await holds(within: .seconds(40)) { try await !captures(on: host) },
          "a capture still runs on \(host.name)")
        let state = try await host.run(["sh", "-c", "cat /var/tmp/stakeout-*/*.state"])
        #expect(state.hasPrefix("ended ") && state.contains(" silence "), "\(host.name): \(state)")
        let kept = try await host.run([
          "sh", "-c", "tcpdump -nr /var/tmp/stakeout-*/\(host.name).pcap -c 1 2>/dev/null",
        ])
        #expect(!kept.isEmpty, "\(host.name) kept nothing")
      }
    } catch {
      try await lab.down()
      throw error
    }
    try await lab.down()
    #expect(try MachineState.now() == before)
  }

  @Test(.needsLab) func aKilledLabRunLeavesNothingNinetySecondsLater() async throws {
    let before = try MachineState.now()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let process = try Program.start(["lab", "run", "reset-through-nat", "--cases", folder])
    #expect(
      try await holds(within: .seconds(60)) { Self.journal(in: folder).contains("\"waiting\"") }, "it never recorded")
    // Not waited for: what it started holds the other end of what would tell of its exit.
    kill(process.processIdentifier, SIGKILL)
    #expect(try MachineState.now() != before, "there should be something to clean up")
    let isClean = try await holds(within: .seconds(90)) { try MachineState.now() == before }
    let left = try MachineState.now().beyond(before)
    #expect(isClean, "\(left)")
  }

  private func killInMidCapture(_ lab: RunningLab) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let variables = lab.variables.flatMap { ["-e", "\($0.key)=\($0.value)"] }
    let process = try Program.start(
      [
        "run", "Playbooks/reset-through-nat.yaml", "-i", lab.inventoryPath, "--cases", folder, "--silence", "3",
        "--grace", "6",
      ]
        + variables)
    #expect(
      try await holds(within: .seconds(60)) { Self.journal(in: folder).contains("\"waiting\"") }, "it never recorded")
    try await Task.sleep(for: .seconds(1))
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    for host in lab.hosts { #expect(try await captures(on: host), "\(host.name) should go on for a while") }
  }

  private func captures(on host: LabHost) async throws -> Bool {
    try await host.run([
      "sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c '/var/tmp/[s]takeout-2' || true",
    ]) != "0\n"
  }

  /// The newest case's journal, as far as it is written.
  private static func journal(in cases: String) -> String {
    (try? String(contentsOfFile: "\(cases)/latest/journal.jsonl", encoding: .utf8)) ?? ""
  }
}
