public import CaseModel
internal import Correlation
public import Diagnoses
internal import Evidence

/// `postmortem.html`: the whole story on one page that needs nothing else: no network, no script. The same case gives the same bytes.
///
/// - Parameters:
///   - hashes: SHA-256 of each evidence file in hexadecimal, by the path that citations use.
///   - shown: the connection that the case is told by, where it has been read already.
///   - comparison: with the case of before a change.
///   - language: that it is written in; names, commands, fields and files stay as they are.
/// - Throws: what reading records back from the spool throws.
public func postmortemHTML(
  _ judgement: Judgement, _ scene: Scene, hashes: [String: String] = [:], shown: ConnectionStory? = nil,
  comparison: FindingsDocument.Comparison? = nil, language: Language = .en
) throws -> String {
  let shown = try shown ?? ConnectionStory(judgement, scene)
  var book = PhraseBook.chinese
  book.titles = Set([scene.evidence.manifest.playbook].compactMap { $0 })
  let page = PostmortemPage(
    judgement: judgement, scene: scene, shown: language == .zh ? shown?.translated(by: &book) : shown,
    comparison: comparison, names: HostNames(judgement, scene))
  let source = try page.markup(hashes).source
  var translation = PageTranslation(book)
  let written = MicroSign.inPage(language == .zh ? translation.page(source) : source)
  return "<!doctype html>\n" + unbrokenHeading(written) + "\n"
}

/// In the page's large heading no line ends between a number and its unit.
private func unbrokenHeading(_ page: String) -> String {
  guard let start = page.firstRange(of: "<h1>")?.upperBound, let end = page.firstRange(of: "</h1>")?.lowerBound,
    start < end
  else { return page }
  let heading = String(page[start..<end]).replacing(/(\d) (ns|µs|ms|s|min|h|bytes?)\b/) { "\($0.1)\u{a0}\($0.2)" }
  return String(page[..<start]) + heading + String(page[end...])
}

/// What every section of the page may look at.
struct PostmortemPage {
  let judgement: Judgement
  let scene: Scene
  /// The connection that the case is told by; nil where there is none.
  let shown: ConnectionStory?
  /// With the case of before a change; nil where there is none.
  let comparison: FindingsDocument.Comparison?
  let names: HostNames

  var clock: CaseClock { CaseClock(scene.timeline) }
  var headline: Headline { Headline(judgement, scene) }

  /// The sections in reading order, with what the contents call them.
  private func sections(_ hashes: [String: String]) throws -> [(id: StaticString, title: String, body: Markup)] {
    let sections: [(StaticString, String, Markup?)] = [
      ("before", "Before and after", beforeAndAfter()),
      ("cause", headline.leading?.finding.isLocatedOnly == true ? "Where it happens" : "Root cause", cause()),
      ("ladder", "Packet by packet", ladder()),
      ("remedies", "Remedies", remedies()),
      ("timeline", "Timeline", timeline()),
      ("flows", "Connections", try connections()),
      ("counters", "Counters", counters()),
      ("other", "Other findings", otherFindings()),
      ("hypotheses", "Hypotheses", hypotheses()),
      ("doubts", "Doubts and clocks", doubts()),
      ("run", "The run", run()),
      ("evidence", "Evidence", evidence(hashes)),
      ("people", "To fill in", people()),
    ]
    return sections.compactMap { id, title, body in body.map { (id, title, $0) } }
  }

  fileprivate func markup(_ hashes: [String: String]) throws -> Markup {
    let sections = try sections(hashes)
    let contents = sections.map { section in
      element("a", ["href": "#\(section.id)"], section.title)
    }
    return element(
      "html", ["lang": "en"], head(),
      element(
        "body", ["class": judgement.verdict.rawValue],
        element(
          "main", [:], firstScreen(), element("nav", ["aria-label": "contents"], contents),
          Markup(
            sections.map { section in
              element(
                "section", ["id": "\(section.id)"], element("h2", [:], section.title), section.body)
            }),
          footer()), PageAssets.script))
  }

  private func head() -> Markup {
    element(
      "head", [:], void("meta", ["charset": "utf-8"]),
      void("meta", ["http-equiv": "Content-Security-Policy", "content": PageAssets.policy]),
      void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
      void("meta", ["name": "color-scheme", "content": "light dark"]),
      element("title", [:], headline.pageTitle), PageAssets.style)
  }

  private func footer() -> Markup {
    element(
      "footer", [:],
      "Written by \(Tool.name) from case \(scene.evidence.manifest.id). Every number here is in a frame, a reading or a line named beside it."
    )
  }
}

/// The style sheet and the script that the page carries.
enum PageAssets {
  static var style: Markup { .asset("style", PackageResources.postmortem_css) }
  static var script: Markup { .asset("script", PackageResources.postmortem_js) }

  /// Nothing is loaded from anywhere, and no script runs but our own.
  static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-\(scriptHash)'; base-uri 'none'; form-action 'none'"

  /// SHA-256 of `postmortem.js`, base64.
  static let scriptHash = "2LvK+I+zPK5PEMCQpvfZdzU4mUL8fyAri3VpEzdNYQ4="
}
