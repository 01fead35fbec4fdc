import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

/// Captures that broke other programs, judged by the built one: alone, and as one vantage beside a good one.
@Suite struct HostileCaptureTests {
  /// What one input may take of memory; a sanitizer's own takes more.
  private static let megabytes =
    ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains {
      ProcessInfo.processInfo.environment[$0] != nil
    } ? nil : 256
  /// Much longer than any takes, also on a busy machine: whoever needs it hangs.
  private static let seconds = 60

  @Test func everyCaptureIsReadAsFarAsItIsGood() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-test-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let captures = try unpack(into: folder)
    #expect(captures.count == 830)
    let complaints = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: captures.count) { number in
      let found = Self.complaints(of: captures[number], number)
      complaints.withLock { $0 += found }
    }
    #expect(complaints.withLock { $0.sorted() } == [])
  }

  private func unpack(into folder: URL) throws -> [String] {
    let archive = try #require(
      Bundle.module.url(forResource: "hostile.tar", withExtension: "gz", subdirectory: "Fixtures"))
    let tar = try Process.run(
      URL(fileURLWithPath: "/usr/bin/env"), arguments: ["tar", "-xzf", archive.path, "-C", folder.path])
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { "\(folder.path)/\($0)" }
  }

  /// Every second one stands beside a good capture; every eighth of either kind is judged again.
  private static func complaints(of capture: String, _ number: Int) -> [String] {
    let name = URL(fileURLWithPath: capture).lastPathComponent
    let good = "\(Program.root)/Tests/WireTests/Fixtures/server-mtu.pcap"
    let arguments =
      ["analyze", "--json", "--capture", "hostile=\(capture)"] + (number % 2 == 0 ? [] : ["--capture", "good=\(good)"])
    do {
      let program = try Program.run(arguments, megabytes: megabytes, seconds: seconds)
      guard (0...3).contains(program.status) else {
        return ["\(name): status \(program.status): \(program.stderr.suffix(400))"]
      }
      guard number % 16 < 2 else { return [] }
      let again = try Program.run(arguments, megabytes: megabytes, seconds: seconds)
      return again.status == program.status && again.stdout == program.stdout
        ? [] : ["\(name): judged differently again"]
    } catch {
      return ["\(name): \(error)"]
    }
  }
}
