/// Text that wants to be more than text: for names, log lines and payloads of a case.
enum HostileText {
  /// What it is followed by, so that it stands in the middle of something, too.
  static let all: [String] = known.map { $0 + " x" } + made(24)

  private static let known = [
    "\u{1b}[2J\u{1b}[1;1Hroot# ", "\u{1b}]0;owned\u{7}", "\u{9b}2J\u{9b}31m", "\u{1b}P+q544e\u{1b}\\",
    "\u{7f}\u{8}\u{8}\u{8}",
    "\r\nerror: all is well\n", "\n# owned\n\n- [x] done", "\u{85}# owned\u{2028}# owned",
    "\u{202e}gnp.exe\u{2066}\u{200f}",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</style></script></pre><!--",
    "<a href=javascript:alert(1)>",
    "&lt;script&gt;&#x3c;b&#62;", "[click](javascript:alert(1))", "![x](http://evil.example/x.png)",
    "<http://evil.example>",
    "www.evil.example https://evil.example evil@evil.example", "| a | b |\n|---|---|", "\\| \\\\| \\`|", "``` `` ` ~~~",
    "` `` ```",
    "**bold** __bold__ ~~gone~~ *it* _it_", "[^1]: note\n[a]: http://evil.example", "$x$ :smile: @root #1",
    "- [ ] a\n1. b\n> c\n    code",
    "=1+1", "@SUM(A1)", "+1|cmd", "-2+3", "\t=1+1", "\r=1+1", "=cmd|' /C calc'!A0", "\"\n=1+1", "{\"case_id\":\"=1\"}",
    "\",\"kind\":\"=1",
    "\u{0}nul\u{0}", "$(touch /tmp/owned) `id` ; rm -rf ~ && '\"", "\u{feff}\u{e0041}\u{fff9}",
    "e\u{301}\u{1f468}\u{200d}\u{1f469}",
  ]

  /// The same every time.
  private static func made(_ count: Int) -> [String] {
    let marks = Array("<>&\"'`/=!-+@[](){}|\\*_~#:;.$%^ \n\r\t\u{0}\u{1b}\u{9b}\u{85}\u{2028}\u{202e}\u{feff}aw7").map(
      String.init)
    var state: UInt64 = 20_261_121
    return (0..<count).map { _ in
      (0..<40).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return marks[Int(state >> 33) % marks.count]
      }.joined()
    }
  }

  /// Whatever acts without being seen.
  static func acts(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: scalar != "\n"
    default: false
    }
  }
}
