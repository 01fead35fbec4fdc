import Testing

@testable import Reporting

struct MarkdownTextTests {
  @Test(arguments: [
    ("`g` let it through", "`g` let it through"),
    ("nf_conntrack_tcp_be_liberal is 0", "nf_conntrack_tcp_be_liberal is 0"),
    ("10.1.0.2:80 -> 10.2.0.9:80", "10.1.0.2:80 -> 10.2.0.9:80"),
    ("*bold* _it_ ~gone~", "\\*bold\\* \\_it\\_ \\~gone\\~"),
    ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
    ("[click](javascript:alert(1))", "\\[click\\](javascript:alert(1))"),
    ("![x](http://evil/x.png)", "!\\[x\\](http&#58;//evil/x.png)"),
    ("a | b", "a \\| b"),
    ("one\n# two", "one\\\\x0a\\# two"),
    ("an odd ` backtick", "an odd  backtick"),
    ("`<b>`", "`<b>`"),
    ("`a|b`", "`a\\|b`"),
    ("\u{1b}]0;owned\u{7}", "\\\\x1b\\]0;owned\\\\x07"),
    ("\u{202e}txt.exe", "\\\\u202etxt.exe"),
  ])
  func proseSaysWhatItSaysAndDoesNothing(text: String, expected: String) {
    #expect(MarkdownText.prose(text) == expected)
  }

  @Test(arguments: [
    ("plain", "`plain`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("``x", "``` ``x ```"), ("", "` `"), ("a|b", "`a\\|b`"),
    ("a\\|b", "`a\\\\\\|b`"),
    ("a\nb", "`a\\x0ab`"),
  ])
  func codeSpansCannotBeLeft(text: String, expected: String) {
    #expect(MarkdownText.code(text) == expected)
  }

  @Test func aBlockCannotBeClosedFromInside() {
    #expect(MarkdownText.block(["```", "# not a title"]) == "````\n```\n# not a title\n````")
    #expect(MarkdownText.block(["a\nb"], language: "sh") == "```sh\na\\x0ab\n```")
  }

  /// Random text of marks: no line break survives, no tag opens, no link or image can form.
  @Test func nothingGetsThrough() {
    let marks = Array("`*_[]()<>!|~#&\\\n\r\u{1b}\u{85}\u{2028}\u{202e}ab:/w.@ ").map(String.init)
    var state: UInt64 = 20_261_121
    for _ in 0..<2_000 {
      var text = ""
      for _ in 0..<24 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += marks[Int(state >> 33) % marks.count]
      }
      for shown in [MarkdownText.prose(text), MarkdownText.code(text)] {
        #expect(
          !shown.unicodeScalars.contains { $0.value < 32 || $0 == "\u{85}" || $0 == "\u{2028}" || $0 == "\u{202e}" })
      }
      let outside = Self.outsideCode(MarkdownText.prose(text))
      #expect(!outside.contains("<"), "\(text) became \(outside)")
      #expect(Self.unescaped("[", in: outside) == 0, "\(text) became \(outside)")
      #expect(Self.unescaped("|", in: MarkdownText.prose(text)) == 0)
    }
  }

  /// What is left when code spans are taken out (CommonMark 6.1: a run of backticks ends at the next run of that length).
  private static func outsideCode(_ text: String) -> String {
    var rest = text[...]
    var outside = ""
    while let start = rest.firstIndex(of: "`") {
      outside += rest[..<start]
      let run = rest[start...].prefix { $0 == "`" }
      let after = rest[run.endIndex...]
      guard
        let end = after.ranges(of: run).first(where: { range in
          (range.upperBound == after.endIndex || after[range.upperBound] != "`")
            && (range.lowerBound == after.startIndex || after[after.index(before: range.lowerBound)] != "`")
        })
      else { return outside + rest[start...] }
      rest = after[end.upperBound...]
    }
    return outside + rest
  }

  private static func unescaped(_ mark: Character, in text: String) -> Int {
    var count = 0
    var isEscaped = false
    for character in text {
      if character == mark, !isEscaped { count += 1 }
      isEscaped = character == "\\" && !isEscaped
    }
    return count
  }
}
