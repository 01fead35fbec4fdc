import CaseModel
import Foundation
import Lab
import Testing

/// A lab with traffic in it, and a folder for what runs of the program read and write there. Both go when the test is over.
struct LabSite: Sendable {
  /// Captures on all three hosts, and a check.
  static let threeCaptures = """
    name: Three captures
    roles: { client: {}, gateway: {}, server: {} }
    captures:
      - { name: client, on: client }
      - { name: gateway, on: gateway, interface: any }
      - { name: server, on: server }
    checks: [{ uname: {}, on: all }]
    until: [{ duration: 3s }]
    """

  let lab: RunningLab
  let folder: String

  /// - Parameter traffic: whether the incident's own is to flow.
  static func with(traffic: Bool = true, _ body: (LabSite) async throws -> Void) async throws {
    let incident = try #require(IncidentCatalog.named("reset-through-nat"))
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let lab = try await Lab.up(incident, .test)
    do {
      if traffic { try await lab.startTraffic() }
      try await body(LabSite(lab: lab, folder: folder))
    } catch {
      try await lab.down()
      throw error
    }
    try await lab.down()
    #expect(!FileManager.default.fileExists(atPath: lab.folderPath))
  }

  /// The same where no other lab stands: afterwards no host has anything of ours, and the machine is as it was.
  static func alone(traffic: Bool = true, _ body: (LabSite) async throws -> Void) async throws {
    let before = try MachineState.now()
    try await with(traffic: traffic) { site in
      try await body(site)
      try await site.expectNothingLeft()
    }
    #expect(try MachineState.now() == before)
  }

  func host(_ name: String) throws -> LabHost { try #require(lab.hosts.first { $0.name.text == name }) }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  /// Starts a run of a playbook of the folder, with short timers.
  func start(_ playbook: String, inventory: String? = nil) throws -> FaultedRun {
    try FaultedRun(
      ["run", playbook, "-i", inventory ?? lab.inventoryPath, "--silence", "3", "--grace", "6"], in: folder)
  }

  /// No host has a folder of ours.
  func expectNothingLeft(_ comment: Comment? = nil) async throws {
    for host in lab.hosts {
      let left = try await host.run(["sh", "-c", "ls -d /var/tmp/stakeout-* 2>/dev/null; true"])
      #expect(left.isEmpty, "\(comment?.rawValue ?? ""): \(host.name) still has \(left)")
    }
  }
}
