import Foundation
import TestSupport
import Testing

@testable import Reporting

/// The page in a real browser: nothing goes wrong in it, nothing is asked for, nothing sticks out, on any screen and on paper.
struct BrowserTests {
  /// Every real incident that the diagnoses are tested with, and cases of whole runs.
  @Test func everyPageIsQuietAndFits() throws {
    guard let browser = try Browser() else { return }
    var pages = try SampleCase.incidents.map { (name: $0, page: try SampleCase.named($0).page()) }
    let staged = try StagedCase()
    pages.append(("a run", try postmortemHTML(staged.judgement, staged.scene, hashes: staged.hashes)))
    let worded = try StagedCase(hostile: " of a rather long name, and with words in it")
    pages.append(
      ("log lines and long names", try postmortemHTML(worded.judgement, worded.scene, hashes: worded.hashes)))
    let recorded = try RecordedRun()
    for language in Language.allCases { pages.append(("a recorded run, \(language)", try recorded.page(language))) }
    for (name, page) in pages {
      let commands = "document.querySelectorAll('code.filter, code.command').length"
      #expect(
        try browser.evaluate("\(commands) === document.querySelectorAll('code + button').length") as? Bool == true,
        "the script did not run")
      for width in [1_400, 800, 400] {
        for dark in [false, true] {
          try browser.resize(width: width, dark: dark)
          #expect(try browser.wider() == [], "\(name) at \(width)")
          #expect(try browser.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") as? Bool == dark)
          #expect(try browser.paleTexts() == [], "\(name), dark: \(dark)")
        }
      }
      let paper = try browser.printed()
      #expect(paper.starts(with: Data("%PDF".utf8)))
      #expect(page.utf8.count < 5_000_000)
    }
  }

  /// The checks have teeth: a page with a fault of each kind is caught.
  @Test func seesWhatIsWrong() throws {
    guard let browser = try Browser() else { return }
    let bad = """
      <html><body style="background: #fff"><div><svg width="3000" height="9"></svg></div><p style="color: #eee">pale</p>\
      <img src="http://127.0.0.1:9/x.png"/><script>undefinedName()</script></body></html>
      """
    try browser.resize(width: 400, dark: false)
    let faults = try browser.faults(of: bad)
    #expect(faults.contains { $0.contains("exceptionThrown") })
    #expect(faults.contains { $0.contains("x.png") })
    #expect(try browser.wider() != [])
    #expect(try browser.paleTexts() == ["pale"])
  }
}

extension Browser {
  /// Errors on the console, scripts that failed, and requests beyond the page itself.
  fileprivate func faults(of page: String) throws -> [String] {
    try open(page).compactMap { event in
      switch event.method {
      case "Runtime.exceptionThrown", "Log.entryAdded": return "\(event.method) \(event.parameters)"
      case "Network.requestWillBeSent":
        let request = event.parameters["request"] as? [String: Any]
        let url = request?["url"] as? String ?? ""
        return url.hasSuffix("/page.html") ? nil : "asked for \(url)"
      default: return nil
      }
    }
  }

  /// Elements that stick out on the right, besides what may be scrolled.
  fileprivate func wider() throws -> [String] {
    try evaluate(
      """
      [...document.body.querySelectorAll("*")].filter(element =>
        !element.closest(".scroll, pre, .lying, .standing") && element.getBoundingClientRect().right > innerWidth + 1)
      .map(element => element.tagName + "." + (element.className.baseVal ?? element.className)).slice(0, 5)
      """) as? [String] ?? ["?"]
  }

  /// Words with less contrast against the nearest background than 4.5 to 1 (WCAG 2.2, 1.4.3).
  fileprivate func paleTexts() throws -> [String] {
    try evaluate(
      """
      (() => {
        const parse = color => (color.match(/[0-9.]+/g) ?? [0, 0, 0, 0]).map(Number);
        const light = color => parse(color).slice(0, 3).map(c => c / 255)
          .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
          .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
        const ground = element => {
          for (let e = element; e; e = e.parentElement) {
            const color = getComputedStyle(e).backgroundColor;
            if (parse(color)[3] !== 0) return color;
          }
          return "rgb(255, 255, 255)";
        };
        const pale = new Set();
        for (const element of document.body.querySelectorAll("*")) {
          if (element.closest("svg, script, style") || element.getClientRects().length === 0) continue;
          const text = [...element.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent.trim()).join("");
          if (!text) continue;
          const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((x, y) => y - x);
          if ((a + 0.05) / (b + 0.05) < 4.5) pale.add(text.slice(0, 40));
        }
        return [...pale].slice(0, 5);
      })()
      """) as? [String] ?? ["?"]
  }
}
