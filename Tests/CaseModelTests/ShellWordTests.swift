import CaseModel
import Foundation
import Testing

struct ShellWordTests {
  /// Words made of what shells treat specially, from a fixed seed.
  private static let hostile: [String] = {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    // Marks that Swift takes for a part of the character before them, a quote's too.
    let marks = ["\u{301}", "\u{200d}", "\u{fe0f}", "\u{20dd}"]
    let alphabet = "a'\"\\$`!*?[](){}<>|&;#~= \t\n\r%\u{7f}ü-".map(String.init) + ["'", "'"] + marks
    return (0..<300).map { _ in
      (0..<12).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return alphabet[Int(state >> 33) % alphabet.count]
      }.joined()
    }
  }()

  @Test(arguments: ["/bin/sh", "/usr/bin/dash", "/usr/bin/bash", "/usr/bin/busybox"])
  func aRealShellReadsBackEveryWord(shell: String) throws {
    guard FileManager.default.isExecutableFile(atPath: shell) else { return }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: shell)
    let script =
      "for word in " + Self.hostile.map(ShellWord.quote).joined(separator: " ") + "; do printf '%s\\0' \"$word\"; done"
    process.arguments = (shell.hasSuffix("busybox") ? ["sh"] : []) + ["-c", script]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let words = output.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(words.map { Array($0.utf8) } == Self.hostile.map { Array($0.utf8) })
  }

  /// A quote is a quote to a shell, whatever stands over it.
  @Test func anAccentDoesNotHideAQuote() {
    #expect(Array(ShellWord.quote("'\u{301};x").utf8) == Array("''\\''\u{301};x'".utf8))
  }

  @Test func leavesPlainWordsAsAPersonWouldTypeThem() {
    #expect(ShellCommand(words: ["tcpdump", "-i", "eth0", "tcp port 80"]).text == "tcpdump -i eth0 'tcp port 80'")
    #expect(ShellWord.quote("") == "''")
  }

  @Test func aNULCannotBeSmuggledIn() { #expect(ShellWord.quote("a\0b") == "ab") }
}
