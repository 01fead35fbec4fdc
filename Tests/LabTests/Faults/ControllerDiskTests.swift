import CaseModel
import Foundation
import Lab
import Testing

/// The controller's disk is full: what does not fit waits on the hosts, and comes home once there is room.
@Suite(.serialized)
struct ControllerDiskTests {
  @Test(
    .needsLab, .isLong,
    arguments: FaultTrial.chosen(["connecting", "arming", "waiting", "checkingAfter", "fetching"]))
  func whatDoesNotFitComesHomeLater(_ phase: String) async throws {
    try await LabSite.with { site in
      try site.write(LabSite.threeCaptures, to: "three.yaml")
      try await withSmallDisk(at: "\(site.folder)/cases") { filler in
        let run = try site.start("three.yaml")
        #expect(try await run.reaches(phase), "\(run.errors)")
        fill(filler)
        let (status, errors) = try await run.end()
        #expect([2, 3].contains(status), "\(status) \(errors)")
        #expect(errors.contains("No space left on device"), "\(errors)")
        _ = try run.journal()
        try FileManager.default.removeItem(atPath: filler)
        try await expectTheRest(of: run, site)
      }
    }
  }

  private func expectTheRest(of run: FaultedRun, _ site: LabSite) async throws {
    #expect(try run.manifest().state != .complete)
    let (status, errors) = try await FaultedRun(["collect", "cases/latest"], in: site.folder).end()
    #expect([0, 1, 2].contains(status), "\(errors)")
    for vantage: VantageName in ["client", "gateway", "server"] {
      let capture = try run.manifest().captures.first { $0.vantage == vantage }
      #expect((capture?.packets ?? 0) > 0, "\(vantage) kept nothing: \(errors)")
    }
    #expect(try run.journal().count > 10)
    let cleaned = try await FaultedRun(["cleanup", "-i", site.lab.inventoryPath, "--all"], in: site.folder).end()
    #expect(cleaned.status == 0, "\(cleaned.errors)")
    try await site.expectNothingLeft()
  }

  /// A file system of its own, which the body may fill.
  private func withSmallDisk(at path: String, _ body: (_ filler: String) async throws -> Void) async throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    _ = try MachineState.output(["mount", "-t", "tmpfs", "-o", "size=64m", "none", path])
    defer { _ = try? MachineState.output(["umount", "-l", path]) }
    try await body("\(path)/filler")
  }

  private func fill(_ path: String) {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    guard let file = FileHandle(forWritingAtPath: path) else { return }
    for size in [1 << 20, 1 << 12] {
      while (try? file.write(contentsOf: Data(count: size))) != nil {}
    }
    try? file.close()
  }
}
