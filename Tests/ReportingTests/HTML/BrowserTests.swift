import Foundation
import TestSupport
import Testing

@testable import Reporting

/// The page in a real browser: nothing goes wrong in it, nothing is asked for, nothing sticks out.
struct BrowserTests {
  @Test(arguments: [1_400, 800, 400])
  func isQuietAndFits(width: Int) throws {
    guard let chromium = try InstalledTool("chromium") else { return }
    let staged = try StagedCase()
    let page = try postmortemHTML(staged.judgement, staged.scene, hashes: staged.hashes)
    let told = try report(of: page, in: chromium, width: width)
    #expect(told["errors"] == "")
    #expect(told["requests"] == "0")
    #expect(told["wider"] == "")
    #expect(told["buttons"] != "0", "the script did not run")
  }

  /// The check has teeth: a page with a fault of each kind is caught.
  @Test func seesWhatIsWrong() throws {
    guard let chromium = try InstalledTool("chromium") else { return }
    let bad = """
      <html><head><meta name="x" content="script-src 'none'"/></head><body><div id="wide"><svg width="3000"></svg></div>\
      <img src="http://127.0.0.1:9/x.png"/><script>undefinedName()</script></body></html>
      """
    let told = try report(of: bad, in: chromium, width: 400)
    #expect(told["errors"]?.isEmpty == false)
    #expect(told["requests"] != "0")
    #expect(told["wider"]?.isEmpty == false)
  }

  /// What a probe in the page finds when all has been loaded.
  private func report(of page: String, in chromium: InstalledTool, width: Int) throws -> [String: String] {
    let probe = """
      <script>
      const errors = [];
      addEventListener("error", event => errors.push(event.message || event.target.tagName), true);
      addEventListener("securitypolicyviolation", event => errors.push(event.violatedDirective));
      addEventListener("load", () => {
        const inside = element => element.closest(".scroll, pre, .lying, .standing");
        const wider = [...document.body.querySelectorAll("*")].filter(element =>
          !inside(element) && element.getBoundingClientRect().right > innerWidth + 1);
        const told = {
          errors: errors.join(" "), requests: "" + performance.getEntriesByType("resource").length,
          wider: wider.map(element => element.tagName + "." + element.className).slice(0, 5).join(" "),
          buttons: "" + document.querySelectorAll("button").length, width: "" + innerWidth,
        };
        document.title = "TOLD" + JSON.stringify(told) + "END";
      });
      </script>
      """
    let open = page.replacing("script-src &#39;sha256-", with: "script-src &#39;unsafe-inline&#39; &#39;md5-")
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stakeout-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("page.html")
    try Data(open.replacing("</head>", with: probe + "</head>").utf8).write(to: file)
    let dump = try chromium.output([
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
      "--disable-background-networking", "--disable-component-update", "--user-data-dir=\(folder.path)/profile",
      "--window-size=\(width),900", "--dump-dom", file.absoluteString,
    ])
    let found = try #require(dump.firstMatch(of: /TOLD(\{.*?\})END/))
    let json = found.1.replacing("&quot;", with: "\"").replacing("&lt;", with: "<").replacing("&amp;", with: "&")
    return try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
  }
}
