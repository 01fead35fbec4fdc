import CaseModel
import Foundation
import Testing

@testable import Remotes

struct FileDigestTests {
  private static let sum = String(repeating: "0f", count: 32)

  @Test func aHostMayTakeAsLongAsTheFileIsLong() {
    #expect(FileDigest(path: "it", bytes: 0).timeout == .seconds(30))
    #expect(FileDigest(path: "it", bytes: 6_000_000_000).timeout == .seconds(630))
  }

  @Test(
    arguments: [
      ("12 \(sum)\n", SourceFile(bytes: 12, sha256: sum)),
      ("12 \(sum.uppercased())", SourceFile(bytes: 12, sha256: sum)),
      ("12\n", SourceFile(bytes: 12, sha256: nil)), ("12 command", SourceFile(bytes: 12, sha256: nil)), ("", nil),
      ("x", nil),
      ("-1", nil), ("99999999999999999999", nil),
    ] as [(String, SourceFile?)]) func readsLengthAndSum(_ text: String, _ file: SourceFile?)
  {
    #expect(FileDigest.read(text) == file)
  }

  /// `printf abc` has this sum in FIPS 180-2, whichever tool computes it.
  @Test func theSumIsTheStandardsOwn() async throws {
    let path = "/tmp/stakeout-digest-\(UUID().uuidString)"
    try Data("abc".utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let told = try await FileDigest(path: path, bytes: 0).run(on: LocalRemote())
    let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(told == SourceFile(bytes: 3, sha256: sum))
  }

  @Test func filesOfThisMachineAreFetchedAndPushed() async throws {
    let path = "/tmp/stakeout-local-\(UUID().uuidString)"
    let local = LocalRemote()
    defer { for end in ["", ".fetched"] { try? FileManager.default.removeItem(atPath: path + end) } }
    try await local.push(Array("abc".utf8), to: path, mode: 0o640)
    let told = try await local.fetch(path, to: path + ".fetched")
    #expect(told.bytes == 3)
    #expect(FileManager.default.contents(atPath: path + ".fetched") == Data("abc".utf8))
  }
}
