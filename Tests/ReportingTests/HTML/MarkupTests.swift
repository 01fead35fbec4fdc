import Testing

@testable import Reporting

struct MarkupTests {
  @Test(arguments: [
    ("a < b & c", "a &lt; b &amp; c"), ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("\" onload='x'", "&quot; onload=&#39;x&#39;"), ("one\ntwo", "one\\x0atwo"), ("\u{1b}[2J", "\\x1b[2J"),
    ("\u{202e}txt.exe", "\\u202etxt.exe"), ("&lt;", "&amp;lt;"),
  ])
  func textSaysWhatItSaysAndDoesNothing(text: String, expected: String) {
    #expect(Markup(text).source == expected)
    #expect(element("p", ["title": text]).source == "<p title=\"\(expected)\"></p>")
  }

  @Test(arguments: [
    ("`g` let it through", "<code>g</code> let it through"), ("an odd ` one", "an odd  one"),
    ("`<b>`", "<code>&lt;b&gt;</code>"), ("``", "<code></code>"),
  ])
  func proseMakesCodeOfBackticks(text: String, expected: String) {
    #expect(Markup.prose(text).source == expected)
  }

  /// Random text of marks: whatever way it comes in, the page stays well formed and gains no element.
  @Test func nothingGetsThrough() throws {
    let marks = Array("<>&\"'`/=!-[]()\\\n\u{0}\u{1b}\u{85}\u{2028}\u{202e} abimgsvonx").map(String.init)
    var state: UInt64 = 20_261_121
    for _ in 0..<2_000 {
      var text = ""
      for _ in 0..<24 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += marks[Int(state >> 33) % marks.count]
      }
      let page = element(
        "p", ["title": text], Markup(text), .prose(text), .code(text), .table([text], [[Markup(text)]], class: text),
        Drawing.text(0, 0, text, text, room: 9), Drawing.picture(1, 1, "s", label: text, []))
      let outline = try PageOutline(page.source)
      #expect(
        outline.elements.isSubset(of: [
          "p", "code", "div", "table", "thead", "tbody", "tr", "th", "td", "text", "title", "svg",
        ]))
      #expect(
        outline.attributes.isSubset(of: [
          "title", "class", "scope", "data-label", "x", "y", "text-anchor", "xmlns", "role", "aria-label", "viewBox",
          "width",
          "height",
        ]))
      #expect(
        !page.source.unicodeScalars.contains { $0.value < 32 || $0 == "\u{85}" || $0 == "\u{2028}" || $0 == "\u{202e}" }
      )
    }
  }
}
