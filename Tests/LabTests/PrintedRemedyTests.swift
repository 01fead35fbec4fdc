import CaseModel
import Foundation
import Lab
import TestSupport
import Testing

/// That what a report prints mends the network when somebody runs it as printed, where the lab's control cannot know the command
/// beforehand.
@Suite(.serialized)
struct PrintedRemedyTests {
  private static let playbooks = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Playbooks")
    .standardized.path

  @Test(.needsLab) func theSizeThatIsPrintedMendsTheBlackHole() async throws {
    let before = try MachineState.now()
    let incident = try #require(IncidentCatalog.named("mtu-blackhole"))
    let lab = try await Lab.up(incident, .test)
    do {
      try await lab.startTraffic()
      let fault = try run(lab)
      let root = try #require(fault.findings.findings.first)
      #expect(root.kind == .mtuBlackhole)
      let remedy = try #require(root.remedies.first { $0.command.hasPrefix("ip link set dev ") })
      try await apply(remedy, fault, lab)
      // Pages of 6,000 bytes and more never came; from now on they do.
      #expect(try await holds { try await largeAnswers(lab) > 0 })
      let mended = try run(lab)
      #expect(mended.findings.verdict == .healthy, "\(mended.findings.findings.map(\.title))")
    } catch {
      try await lab.down()
      throw error
    }
    try await lab.down()
    #expect(try MachineState.now() == before)
  }

  private func run(_ lab: RunningLab) throws -> SolvedCase {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let program = try Program.run(
      ["run", "\(Self.playbooks)/\(lab.incident.playbook).yaml", "-i", lab.inventoryPath]
        + lab.variables.sorted { $0.key < $1.key }.flatMap { ["-e", "\($0.key)=\($0.value)"] }, in: folder)
    guard FileManager.default.fileExists(atPath: "\(folder)/cases/latest/analysis/findings.json") else {
      throw Failure("no-case", what: "could not run the playbook", cause: program.stderr)
    }
    return try SolvedCase("\(folder)/cases/latest")
  }

  /// In the namespace of the capture that it is printed for.
  private func apply(_ remedy: Remedy, _ solved: SolvedCase, _ lab: RunningLab) async throws {
    let capture = try #require(solved.manifest.captures.first { $0.vantage.text == remedy.on })
    let host = try #require(lab.hosts.first { $0.name == capture.host })
    let place = capture.namespace == .host ? [] : ["ip", "netns", "exec", capture.namespace.text]
    try await host.run(place + ["sh", "-c", remedy.command])
  }

  private func largeAnswers(_ lab: RunningLab) async throws -> Int {
    let client = try #require(lab.hosts.first { $0.roles.contains("client") })
    return try await client.run(["cat", lab.facts["log"] ?? ""]).split(separator: "\n").count { line in
      let words = line.split(separator: " ")
      return words.contains("answered") && words.count > 3 && (Int(words[3]) ?? 0) >= 6000
    }
  }
}
