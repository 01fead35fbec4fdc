import Foundation
import TestSupport
import Testing

/// `list cases` over folders and playbooks whose names want to be more than names.
struct CaseListTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-list-\(UUID())").path

  @Test(arguments: ["\u{1b}[2J\u{9b}31m", "\r\nCASE owned", "\u{202e}gnp", "\u{85}\u{2028}x"])
  func namesSteerNothing(hostile: String) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let own = "\(folder)/a\(hostile)b"
    let fixture = "Tests/CommandLineTests/Fixtures/tls/client.pcap"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let judged = try Program.run(["analyze", "--capture", "c\(hostile)=\(fixture)", "-o", own])
    #expect(judged.status == 0, "\(judged.stderr)")
    let list = try Program.run(["list", "cases", "--cases", folder])
    #expect(list.stdout.split(separator: "\n").count == 2)
    let unknown = try Program.run(["show", own, "flow\(hostile)"])
    #expect(unknown.status == 64)
    for text in [judged.stdout, judged.stderr, list.stdout, unknown.stderr] {
      #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .format || $0.value == 0x2028 })
      #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
    }
  }
}
