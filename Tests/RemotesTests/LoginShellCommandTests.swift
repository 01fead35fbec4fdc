import CaseModel
import Testing

@testable import Remotes

struct LoginShellCommandTests {
  @Test func nothingInTheQuotesMeansAnythingToAnyShell() {
    let text = LoginShellCommand(ShellCommand(words: ["/bin/echo", "a'b\\c!d\"e$f`g\nhü"])).text
    #expect(text.hasPrefix("exec /bin/sh -c '") && text.hasSuffix("'"))
    let inner = text.dropFirst("exec /bin/sh -c '".count).dropLast()
    #expect(!inner.contains("'") && !inner.contains("!") && !inner.contains("\n") && inner.utf8.allSatisfy { $0 < 128 })
    // fish gives a meaning to these two alone.
    #expect(!inner.contains("\\\\") && !inner.contains("\\'"))
  }

  /// Every byte but NUL, through the shells that are here.
  @Test(arguments: ["/bin/sh", "/bin/bash", "/bin/dash"]) func everyByteArrives(_ shell: String) async throws {
    let every = String(decoding: (1...127).map { UInt8($0) }, as: UTF8.self) + "\\0101\\n%s üß"
    let wire = LoginShellCommand(ShellCommand(words: ["printf", "%s", every])).text
    let outcome = try await LocalRemote().run(ShellCommand(words: [shell, "-c", wire]))
    var banner = BannerFilter()
    #expect(banner.pass(outcome.stdout) == Array(every.utf8))
  }

  /// A program whose name holds blanks and more is still one word.
  @Test func theFirstWordMayBeAnything() async throws {
    let wire = LoginShellCommand(ShellCommand(words: ["no such'; echo canary; '", "x"])).text
    let outcome = try await LocalRemote().run(ShellCommand(words: ["/bin/sh", "-c", wire]))
    #expect(outcome.ending == .exited(127))
    #expect(!outcome.text.contains("canary"))
  }

  @Test(arguments: 1...20) func aBannerIsDroppedHoweverItIsCut(_ size: Int) {
    let stream = Array("Welcome!\nno line feed--stakeout--\nanswer\n--stakeout--\n".utf8)
    var banner = BannerFilter()
    var kept: [UInt8] = []
    for start in stride(from: 0, to: stream.count, by: size) {
      kept += banner.pass(stream[start..<min(stream.count, start + size)])
    }
    #expect(String(decoding: kept, as: UTF8.self) == "answer\n--stakeout--\n")
  }

  @Test func withoutAMarkerTheBannerIsTheOutput() {
    var banner = BannerFilter()
    #expect(banner.pass(Array("This account is not available.\n".utf8)).isEmpty)
    #expect(!banner.hasStarted)
    #expect(String(decoding: banner.flush(), as: UTF8.self) == "This account is not available.\n")
  }
}

/// What a login shell says that never runs what it is given.
struct StreamFrameTests {
  @Test(arguments: [10, 100_000]) func withoutAMarkerNoCommandHasSpoken(_ size: Int) {
    var output = CommandOutput(limit: 1 << 20, frame: .banner)
    [UInt8](repeating: 65, count: size).withUnsafeBytes { output.take($0) }
    output.end()
    #expect(output.bytes.count == size)
    #expect(!output.sawMarker)
  }
}

struct StreamBuffersTests {
  @Test func linesAreCutHoweverTheyArrive() {
    var lines = LineBuffer()
    lines.append(Array("a\nb".utf8))
    #expect(lines.next() == "a")
    #expect(lines.next() == nil)
    lines.append(Array("c\n\nd\n".utf8))
    #expect([lines.next(), lines.next(), lines.next(), lines.next()] == ["bc", "", "d", nil])
  }

  @Test func anEndlessLineIsNoticed() {
    var lines = LineBuffer()
    lines.append([UInt8](repeating: 65, count: LineBuffer.longestLine + 1))
    #expect(lines.next() == nil)
    #expect(lines.isOverfull)
  }

  @Test func theTailIsTheEnd() {
    var tail = StreamTail()
    for number in 0..<1_000 { tail.append(Array("\(number) some words\n".utf8)) }
    #expect(tail.bytes.count == StreamTail.limit)
    #expect(tail.text.hasSuffix("999 some words\n"))
  }
}
