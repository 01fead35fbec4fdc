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
  /// Before the run begins.
  static let beginning = "beginning"

  /// Those of the phases that `STAKEOUT_PHASES` names; all without it.
  static func chosen(_ phases: [String]) -> [String] {
    guard let names = ProcessInfo.processInfo.environment["STAKEOUT_PHASES"] else { return phases }
    return phases.filter(names.split(separator: ",").map(String.init).contains)
  }

  let fault: Fault?
  /// As the journal calls it.
  let phase: String

  /// The controller is killed instead.
  static func killed(_ phase: String) -> FaultTrial { FaultTrial(fault: nil, phase: phase) }

  func run() async throws {
    try await LabSite.with { try await run($0) }
  }

  private var name: Comment { "\(fault?.name ?? "controller killed") while \(phase)" }

  private func run(_ site: LabSite) async throws {
    let host = try site.host(Self.victim.text)
    if let fault { try await host.run(["sh", "-c", fault.prepare]) }
    try site.write(LabSite.threeCaptures, to: "three.yaml")
    if let fault, phase == Self.beginning { try await host.run(["sh", "-c", fault.inject]) }
    let run = try site.start("three.yaml")
    #expect(try await run.reaches(phase), "\(name): never came so far: \(run.errors)")
    if let fault {
      if phase != Self.beginning { try await host.start(["sh", "-c", fault.inject], log: "/var/log/fault.log") }
      if let lasts = fault.lasts {
        try await Task.sleep(for: lasts)
        try await host.run(["sh", "-c", fault.heal])
      }
    } else {
      kill(run.process.processIdentifier, SIGKILL)
    }
    let hasEnded = try await holds(within: .seconds(150)) { !run.process.isRunning }
    if !hasEnded { kill(run.process.processIdentifier, SIGKILL) }
    try #require(hasEnded, "\(name): the run does not end: \(run.errors)")
    #expect(
      try await holds(within: .seconds(40)) { try await running(on: site.lab).isEmpty },
      "\(name): something of ours still runs")
    if let fault, fault.lasts == nil { try await host.run(["sh", "-c", fault.heal]) }
    if fault != nil { try judge(run) }
    try await complete(run, site)
  }

  /// The run that went wrong tells the truth.
  private func judge(_ run: FaultedRun) throws {
    let manifest = try run.manifest()
    let (status, isGotOver) = (run.process.terminationStatus, fault?.isGotOver == true)
    // Nothing may be missing when the last of it is already here, or when it came and went before anything was done.
    let mayBeWhole = isGotOver || phase == "cleaning" || phase == "connecting" && fault?.lasts != nil
    #expect(
      (mayBeWhole ? [0, 1, 2] : [1, 2]).contains(status),
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
  private func complete(_ run: FaultedRun, _ site: LabSite) async throws {
    if (try? run.manifest().state) != .complete {
      let collected = try await FaultedRun(["collect", "cases/latest"], in: site.folder).end()
      #expect([0, 1, 2, 3].contains(collected.status), "\(name): \(collected.errors)")
      if fault == nil, ["waiting", "stopping", "checkingAfter", "fetching"].contains(phase) {
        for capture in try run.manifest().captures {
          #expect((capture.packets ?? 0) > 0, "\(name): \(capture.vantage) kept nothing: \(collected.errors)")
        }
        #expect(try run.manifest().captures.count == 3, "\(name): \(collected.errors)")
      }
    }
    let cleaned = try await FaultedRun(["cleanup", "-i", site.lab.inventoryPath, "--all"], in: site.folder).end()
    #expect(cleaned.status == 0, "\(name): \(cleaned.errors)")
    try await site.expectNothingLeft(name)
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

  /// One that has ended, of which only the case is looked at.
  static func over(in folder: String) -> FaultedRun { FaultedRun(folder: folder) }

  private init(folder: String) {
    (self.folder, said, process) = (folder, "", Process())
  }

  var errors: String { (try? String(contentsOfFile: said, encoding: .utf8)) ?? "" }

  func reaches(_ phase: String) async throws -> Bool {
    if phase == FaultTrial.beginning { return true }
    return try await holds(within: .seconds(60)) {
      let journal = (try? String(contentsOfFile: "\(folder)/cases/latest/journal.jsonl", encoding: .utf8)) ?? ""
      // The first phase is in no line of its own.
      return journal.contains("\"\(phase)\"") || phase == "connecting" && !journal.isEmpty || !process.isRunning
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
