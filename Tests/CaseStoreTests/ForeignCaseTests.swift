import CaseModel
import CaseStore
import Foundation
import Testing
import Wire

struct ForeignCaseTests {
  @Test func namesItsFilesAsTheUserDid() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: "\(root)/g", withIntermediateDirectories: true)
    for file in ["c.pcap", "g1.pcap", "g2.pcap", "g/before_nstat.txt", "g/notes.md"] {
      try Data("x".utf8).write(to: URL(fileURLWithPath: "\(root)/\(file)"))
    }
    let foreign = try ForeignCase(
      captures: [
        .init(vantage: "c", host: nil, file: "\(root)/c.pcap"),
        .init(vantage: "g", host: "node", file: "\(root)/g1.pcap"),
        .init(vantage: "g", host: "node", file: "\(root)/g2.pcap"),
      ],
      roles: ["c": ["client"]], evidence: [("g", "\(root)/g")])
    #expect(foreign.manifest.captures.map(\.host) == ["c", "node"])
    #expect(foreign.manifest.captures.map(\.files.count) == [1, 2])
    #expect(foreign.manifest.hosts.map(\.name) == ["c", "node"])
    #expect(foreign.cited("hosts/node/host/checks/before_nstat.txt") == "\(root)/g/before_nstat.txt")
    #expect(!foreign.paths.contains { $0.hasSuffix("notes.md") })
    for path in foreign.paths { #expect(try foreign.open(path).count == 1) }
  }

  @Test func saysWhichFileIsNotThere() {
    let failure = #expect(throws: Failure.self) {
      try ForeignCase(captures: [.init(vantage: "c", host: nil, file: "/nowhere/c.pcap")])
    }
    #expect(failure?.description == "could not read `/nowhere/c.pcap` (--capture c): no such file or directory")
  }

  @Test func aRoleForACaptureThatIsNotThereIsRefused() {
    let failure = #expect(throws: Failure.self) { try ForeignCase(captures: [], roles: ["x": ["client"]]) }
    #expect(failure?.code == "unknown-capture")
  }
}
