import CaseModel
import Foundation
import Glibc
import Lab
import TestSupport
import Testing

/// One run over real SSH with short timers, of which something goes wrong in one phase; then whatever completes and cleans up.
struct FaultTrial: Sendable {
  /// To whom it happens.
  private static let victim: HostName = "server"
  private static let others: [VantageName] = ["client", "gateway"]
  private static let playbook = """
    name: Three captures
    roles: { client: {}, gateway: {}, server: {} }
    captures:
      - { name: client, on: client }
      - { name: gateway, on: gateway, interface: any }
      - { name: server, on: server }
    checks: [{ uname: {}, on: all }]
    until: [{ duration: 3s }]
    """

  let fault: Fault?
  /// As the journal calls it.
  let phase: String

  /// The controller is killed instead.
  static func killed(_ phase: String) -> FaultTrial { FaultTrial(fault: nil, phase: phase) }

  func run() async throws {
    let incident = try #require(IncidentCatalog.named("reset-through-nat"))
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let lab = try await Lab.up(incident, .test)
    do {
      try await lab.startTraffic()
      try await run(lab, folder)
    } catch {
      try await lab.down()
      throw error
    }
    try await lab.down()
    #expect(!FileManager.default.fileExists(atPath: lab.folderPath), name)
  }

  private var name: Comment { "\(fault?.name ?? "controller killed") while \(phase)" }

  private func run(_ lab: RunningLab, _ folder: String) async throws {
    let host = try #require(lab.hosts.first { $0.name == Self.victim })
    if let fault { try await host.run(["sh", "-c", fault.prepare]) }
    try Data(Self.playbook.utf8).write(to: URL(fileURLWithPath: "\(folder)/three.yaml"))
    let run = try FaultedRun(
      ["run", "three.yaml", "-i", lab.inventoryPath, "--silence", "3", "--grace", "6"], in: folder)
    #expect(try await run.reaches(phase), "\(name): never came so far: \(run.errors)")
    if let fault {
      try await host.start(["sh", "-c", fault.inject], log: "/var/log/fault.log")
      if let lasts = fault.lasts {
        try await Task.sleep(for: lasts)
        try await host.run(["sh", "-c", fault.heal])
      }
    } else {
      kill(run.process.processIdentifier, SIGKILL)
    }
    #expect(try await holds(within: .seconds(150)) { !run.process.isRunning }, "\(name): the run does not end")
    #expect(
      try await holds(within: .seconds(40)) { try await running(on: lab).isEmpty },
      "\(name): something of ours still runs")
    if let fault, fault.lasts == nil { try await host.run(["sh", "-c", fault.heal]) }
    if fault != nil { try judge(run) }
    try await complete(run, lab, folder)
  }

  /// The run that went wrong tells the truth.
  private func judge(_ run: FaultedRun) throws {
    let manifest = try run.manifest()
    let (status, isGotOver) = (run.process.terminationStatus, fault?.isGotOver == true)
    // Nothing may be missing when the last of it is already here.
    #expect(
      (isGotOver || phase == "cleaning" ? [0, 1, 2] : [1, 2]).contains(status),
      "\(name): status \(status) \(run.errors)")
    for host in manifest.hosts {
      let mayFail = host.name == Self.victim && !isGotOver
      #expect(host.failure == nil || mayFail, "\(name): \(host.name): \(host.failure.debugDescription)")
    }
    for vantage in Self.others {
      let capture = manifest.captures.first { $0.vantage == vantage }
      #expect(
        (capture?.packets ?? 0) > 0 && capture?.endedBy == "stop", "\(name): \(vantage): \(capture.debugDescription)")
    }
    let entries = try run.journal()
    for entry in entries where entry.event == "failure" {
      #expect(entry.host == Self.victim, "\(name): \(entry)")
    }
    guard manifest.state != .complete else { return }
    #expect(run.errors.contains("\(Self.victim)"), "\(name): nothing said of it: \(run.errors)")
    #expect(!isGotOver, "\(name): \(manifest.hosts) \(run.errors)")
  }

  /// What still lies on the hosts comes home; then nothing of ours is anywhere.
  private func complete(_ run: FaultedRun, _ lab: RunningLab, _ folder: String) async throws {
    if (try? run.manifest().state) != .complete {
      let collected = try await FaultedRun(["collect", "cases/latest"], in: folder).end()
      #expect([0, 1, 2, 3].contains(collected.status), "\(name): \(collected.errors)")
      if fault == nil, ["waiting", "stopping", "checkingAfter", "fetching"].contains(phase) {
        for capture in try run.manifest().captures {
          #expect((capture.packets ?? 0) > 0, "\(name): \(capture.vantage) kept nothing: \(collected.errors)")
        }
        #expect(try run.manifest().captures.count == 3, "\(name): \(collected.errors)")
      }
    }
    let cleaned = try await FaultedRun(["cleanup", "-i", lab.inventoryPath, "--all"], in: folder).end()
    #expect(cleaned.status == 0, "\(name): \(cleaned.errors)")
    for host in lab.hosts {
      let left = try await host.run(["sh", "-c", "ls -d /var/tmp/stakeout-* 2>/dev/null; true"])
      #expect(left.isEmpty, "\(name): \(host.name) still has \(left)")
    }
  }

  /// Processes of ours inside the hosts.
  private func running(on lab: RunningLab) async throws -> [String] {
    var found: [String] = []
    for host in lab.hosts {
      let text = try await host.run([
        "sh", "-c",
        "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done 2>/dev/null | grep '/stakeout-[0-9]'; :",
      ])
      found += text.split(separator: "\n").map { "\(host.name): \($0)" }
    }
    return found
  }
}

/// The built program on its way, and what it has said so far.
final class FaultedRun: Sendable {
  let process: Process
  private let folder: String
  private let said: String

  init(_ words: [String], in folder: String) throws {
    self.folder = folder
    said = "\(folder)/said-\(UUID())"
    _ = FileManager.default.createFile(atPath: said, contents: nil)
    let output = try #require(FileHandle(forWritingAtPath: said))
    process = try Program.start(words, in: folder, output, output)
  }

  var errors: String { (try? String(contentsOfFile: said, encoding: .utf8)) ?? "" }

  func reaches(_ phase: String) async throws -> Bool {
    try await holds(within: .seconds(60)) {
      let journal = (try? String(contentsOfFile: "\(folder)/cases/latest/journal.jsonl", encoding: .utf8)) ?? ""
      return journal.contains("\"\(phase)\"") || !process.isRunning
    }
  }

  /// Waits without keeping a thread.
  func end() async throws -> (status: Int32, errors: String) {
    guard try await holds(within: .seconds(150), { !process.isRunning }) else {
      kill(process.processIdentifier, SIGKILL)
      return (-1, "it does not end: \(errors)")
    }
    return (process.terminationStatus, errors)
  }

  func manifest() throws -> Manifest {
    try JSONText.decode(
      Manifest.self, from: Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/cases/latest/case.json"))))
  }

  /// Every line is an entry.
  func journal() throws -> [JournalEntry] {
    let text = try String(contentsOfFile: "\(folder)/cases/latest/journal.jsonl", encoding: .utf8)
    return try text.split(separator: "\n").map { try JSONText.decode(JournalEntry.self, from: Array($0.utf8)) }
  }
}
