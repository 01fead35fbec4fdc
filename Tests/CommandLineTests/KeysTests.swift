import Foundation
import TestSupport
import Testing

/// TLS keys of a case: in the export for whoever asks for them, and nowhere else.
struct KeysTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-keys-\(UUID())").path
  private let fixtures = "\(Program.root)/Tests/CommandLineTests/Fixtures/tls"

  @Test func decryptOnlyWhereAskedFor() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try Program.run(["analyze", "--capture", "client=\(fixtures)/client.pcap", "-o", folder])
    let (plain, open) = ("\(folder)/plain.pcapng", "\(folder)/open.pcapng")
    let none = try Program.run(["export", folder, "--format", "pcapng", "--with-keys", "-o", open])
    #expect(none.status == 3)
    #expect(none.stderr.contains("the case holds none"))
    #expect(!FileManager.default.fileExists(atPath: open))

    try FileManager.default.createDirectory(
      atPath: "\(folder)/hosts/client/host/tls", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(fixtures)/keys.log", toPath: "\(folder)/hosts/client/host/tls/keys.log")
    _ = try Program.run(["analyze", folder])
    #expect(try Program.run(["export", folder, "--format", "pcapng", "-o", plain]).status == 0)
    // Whatever was there: nobody else reads it now.
    _ = FileManager.default.createFile(atPath: open, contents: nil, attributes: [.posixPermissions: 0o644])
    let asked = try Program.run(["export", folder, "--format", "pcapng", "--with-keys", "-o", open])
    #expect(asked.status == 0, "\(asked.stderr)")
    #expect(asked.stderr.contains("holds 5 TLS secrets"))
    #expect(try FileManager.default.attributesOfItem(atPath: open)[.posixPermissions] as? Int == 0o600)

    try expectSecret(onlyIn: ["open.pcapng", "hosts/client/host/tls/keys.log"])
    guard let tshark = try InstalledTool("tshark") else { return }
    let uri = ["-Y", "http.request", "-T", "fields", "-e", "http.request.uri"]
    #expect(try tshark.output(["-r", open] + uri) == "/index.txt\n")
    #expect(try tshark.output(["-r", plain] + uri).isEmpty)
  }

  @Test func tablesHoldNoPacketsToDecrypt() throws {
    let program = try Program.run(["export", "x", "--format", "ndjson", "--with-keys", "-o", "y"])
    #expect(program.status == 64)
  }

  /// The secret of the server's traffic, in text or in binary.
  private func expectSecret(onlyIn allowed: Set<String>) throws {
    let text = Data("ec987889e5bf3860db234468a72f0f0b".utf8)
    let binary = Data([0xec, 0x98, 0x78, 0x89, 0xe5, 0xbf, 0x38, 0x60])
    var holders: Set<String> = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(path)") else { continue }
      if bytes.range(of: text) != nil || bytes.range(of: binary) != nil { holders.insert(path) }
    }
    #expect(holders == allowed)
  }
}
