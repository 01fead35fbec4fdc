import CaseModel
import CaseStore
import Foundation
import Testing

struct CaseFolderTests {
  /// A folder that goes away with the test.
  private func temporary(_ body: (String) throws -> Void) throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    try body(root)
  }

  @Test func keepsEvidenceForItsOwnerOnly() throws {
    try temporary { root in
      let folder = try CaseFolder.create(root: root, id: "20261121T051033Z-a")
      try folder.write([1, 2], to: "hosts/h/host/captures/v.pcap")
      func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      }
      #expect(try mode(folder.path) == 0o700)
      #expect(try mode(folder.location("hosts/h/host")) == 0o700)
      #expect(try mode(folder.location("hosts/h/host/captures/v.pcap")) == 0o600)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(root)/latest") == "20261121T051033Z-a")
    }
  }

  @Test func listsSealsAndReadsBack() throws {
    try temporary { root in
      let folder = try CaseFolder.create(root: root, id: "c")
      try folder.write(Array("x".utf8), to: "hosts/h/host/checks/before_uname.txt")
      try folder.sealEvidence()
      let expected = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
      #expect(folder.hashes() == ["hosts/h/host/checks/before_uname.txt": expected])
      #expect(CaseReader(folder).paths == ["hosts/h/host/checks/before_uname.txt"])
    }
  }

  @Test func aManifestComesBackAsItWas() throws {
    try temporary { root in
      let folder = try CaseFolder.create(root: root, id: "c")
      let manifest = Manifest(
        id: "c", tool: "t", state: .partial,
        hosts: [
          HostRecord(name: "h", roles: ["client"], result: .failed, failure: Failure("x", what: "w", cause: "c"))
        ],
        captures: [
          CaptureRecord(vantage: "v", files: ["a.pcap"], host: "h", first: HostTime(nanoseconds: 5), endedBy: "stop"),
          CaptureRecord(vantage: "lost", files: [], host: "h"),
        ],
        checks: [CheckRecord(host: "h", namespace: .host, check: "sysctl", names: ["a.b"], expect: "1")],
        trigger: TriggerRecord(kind: .probeFails, occurred: true), lookFor: ["bad": "x"], armedSpread: 0.25)
      try folder.save(manifest)
      #expect(try folder.manifest() == manifest)
    }
  }

  @Test func aFolderWithoutACaseIsAFailureWithAHint() throws {
    try temporary { root in
      let failure = #expect(throws: Failure.self) { try CaseFolder.open(root) }
      #expect(failure?.code == "no-case")
      #expect(failure?.hint?.contains("stakeout list cases") == true)
    }
  }

  @Test func aFullOrForbiddenPlaceIsAFailureAndTheOldFileStays() throws {
    try temporary { root in
      let folder = try CaseFolder.create(root: root, id: "c")
      try folder.write([1], to: "file")
      let failure = #expect(throws: Failure.self) { try folder.write([2], to: "file/below") }
      #expect(failure?.what.contains("file") == true)
      #expect(try folder.read("file") == [1])
    }
  }
}
