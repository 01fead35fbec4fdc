import Foundation
import TestSupport
import Testing

/// `-` in place of a file.
struct StandardInputTests {
  /// It can be read once, and the case needs it, too.
  @Test func aPlaybookFromAPipeIsKeptInTheCase() throws {
    let playbook = "name: x\nroles: { a: {} }\ncaptures: [{ name: one, on: a }]\n"
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Nobody listens there: the run ends at once.
    try Data("hosts: { h: { address: 127.0.0.1, port: 1, roles: [a] } }".utf8).write(
      to: folder.appendingPathComponent("i.yaml"))
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: Program.path(of: "stakeout"))
    process.arguments = ["run", "-", "-i", "i.yaml"]
    process.currentDirectoryURL = folder
    (process.standardInput, process.standardOutput) = (pipe, FileHandle.nullDevice)
    process.standardError = FileHandle.nullDevice
    try process.run()
    try pipe.fileHandleForWriting.write(contentsOf: Data(playbook.utf8))
    try pipe.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(try String(contentsOf: folder.appending(path: "cases/latest/playbook.yaml"), encoding: .utf8) == playbook)
  }
}
