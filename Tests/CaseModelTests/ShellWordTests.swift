import CaseModel
import Foundation
import Testing

struct ShellWordTests {
  /// Words made of what shells treat specially, from a fixed seed.
  private static let hostile: [String] = {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    let alphabet = Array("a'\"\\$`!*?[](){}<>|&;#~= \t\n%\u{7f}ü-")
    return (0..<300).map { _ in
      String(
        (0..<12).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return alphabet[Int(state >> 33) % alphabet.count]
        })
    }
  }()

  @Test func aRealShellReadsBackEveryWord() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let script =
      "for word in " + Self.hostile.map(ShellWord.quote).joined(separator: " ") + "; do printf '%s\\0' \"$word\"; done"
    process.arguments = ["-c", script]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let words = output.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(words == Self.hostile)
  }

  @Test func leavesPlainWordsAsAPersonWouldTypeThem() {
    #expect(ShellCommand(words: ["tcpdump", "-i", "eth0", "tcp port 80"]).text == "tcpdump -i eth0 'tcp port 80'")
    #expect(ShellWord.quote("") == "''")
  }

  @Test func aNULCannotBeSmuggledIn() { #expect(ShellWord.quote("a\0b") == "ab") }
}
