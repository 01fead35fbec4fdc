import CaseModel
import Foundation
import Remotes
import Testing

@Suite(.enabled(if: SSHServer.isUsable, "needs root and sshd"), .serialized, WithSSHServer())
struct SSHFileTests {
  let server: SSHServer
  init() throws { server = try #require(WithSSHServer.server) }

  private func path(_ name: String) -> String { "\(server.folder)/\(name)" }

  @Test(arguments: SSHServer.transports) func aFetchedFileIsTheSame(_ transport: Transport) async throws {
    let source = path("a large file by \(transport)")
    try await Shell.run("head -c 20000000 /dev/urandom > '\(source)'")
    let remote = try await server.connect(by: transport)
    let told = try await remote.fetch(source, to: source + ".fetched")
    #expect(told.bytes == 20_000_000)
    let sum = try await Shell.run("sha256sum < '\(source).fetched' | cut -d ' ' -f 1")
    #expect(told.sha256 == sum)
    let mode = try FileManager.default.attributesOfItem(atPath: source + ".fetched")[.posixPermissions] as? Int
    #expect(mode == 0o600)
    await remote.close()
  }

  /// The first bytes of what was there already are changed: they are there afterwards only if they were not brought again, and
  /// the host's own sum tells that something is wrong with them.
  @Test(arguments: SSHServer.transports) func aFetchThatBreaksOffGoesOnFromThere(_ transport: Transport) async throws {
    let source = path("a broken file by \(transport)")
    let partial = FetchedFile.partial(source + ".fetched")
    try await Shell.run("head -c 300000000 /dev/zero > '\(source)'")
    let remote = try await server.connect(by: transport)
    let first = Task { try await remote.fetch(source, to: source + ".fetched") }
    func size() -> Int { (try? FileManager.default.attributesOfItem(atPath: partial)[.size] as? Int) ?? 0 }
    while size() < 1_000_000 { try await Task.sleep(for: .milliseconds(1)) }
    first.cancel()
    await #expect(throws: Failure.self) { try await first.value }
    #expect((1_000_000..<300_000_000).contains(size()))
    await remote.close()

    try await Shell.run("printf abc | dd of='\(partial)' bs=1 conv=notrunc 2> /dev/null")
    let again = try await server.connect(by: transport)
    let told = try await again.fetch(source, to: source + ".fetched")
    #expect(told.bytes == 300_000_000)
    try await Shell.run("printf abc | dd of='\(source)' bs=1 conv=notrunc 2> /dev/null")
    #expect(FileManager.default.contentsEqual(atPath: source, andPath: source + ".fetched"))
    #expect(!FileManager.default.fileExists(atPath: partial))
    for file in [source, source + ".fetched"] { try FileManager.default.removeItem(atPath: file) }
    await again.close()
  }

  @Test func withoutTheSubsystemFilesAreFetchedByACommand() async throws {
    let plain = try await SSHServer(hasSFTP: false)
    let source = plain.folder + "/it's a file"
    try await Shell.run("head -c 3000000 /dev/urandom > \"\(source)\"")
    let remote = try await plain.connect()
    let told = try await remote.fetch(source, to: source + ".fetched")
    #expect(told.bytes == 3_000_000)
    #expect(FileManager.default.contentsEqual(atPath: source, andPath: source + ".fetched"))
    try await Shell.run("head -c 1000001 \"\(source)\" > \"\(source).more.part\"")
    _ = try await remote.fetch(source, to: source + ".more")
    #expect(FileManager.default.contentsEqual(atPath: source, andPath: source + ".more"))
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func aMissingFileLeavesNothingHere(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let failure = await #expect(throws: Failure.self) {
      try await remote.fetch("/nonexistent", to: path("never-\(transport)"))
    }
    #expect(failure?.code == "fetch")
    #expect(failure?.cause.lowercased().contains("no such file") == true)
    #expect(!FileManager.default.fileExists(atPath: path("never-\(transport)")))
    #expect(!FileManager.default.fileExists(atPath: path("never-\(transport).part")))
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func aPushedFileIsTheSameAndReplacesWhatWasThere(
    _ transport: Transport
  ) async throws {
    let remote = try await server.connect(by: transport)
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let target = path("it's pushed by \(transport)")
    for count in [10, bytes.count] {
      try await remote.push(Array(bytes[..<count]), to: target, mode: 0o750)
      #expect(FileManager.default.contents(atPath: target) == Data(bytes[..<count]))
    }
    let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int
    #expect(mode == 0o750)
    await remote.close()
  }

  @Test(arguments: SSHServer.transports) func aPushThatFailsLeavesNothing(_ transport: Transport) async throws {
    let remote = try await server.connect(by: transport)
    let failure = await #expect(throws: Failure.self) {
      try await remote.push([1], to: "/nonexistent/folder/file", mode: 0o600)
    }
    #expect(failure?.code == "push")
    await remote.close()
  }
}
