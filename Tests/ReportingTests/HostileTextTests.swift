import CaseModel
import Diagnoses
import Evidence
import Foundation
import TestSupport
import Testing
import Wire

@testable import Reporting

/// Whatever hosts, logs and playbooks say stays text, in everything that is written of a case.
struct HostileTextTests {
  private static let python = "\(Program.root)/.build/python/bin/python"

  /// A case with harmless words in the same places.
  private static let harmless = Result { try Harmless() }
  private let plain: Harmless

  init() throws { plain = try Self.harmless.get() }

  /// What is written of it, made once for all that are compared with it.
  private struct Harmless {
    let judgement: Judgement
    let scene: Scene
    let outline: PageOutline
    let markdown: String
    /// Lines, and the columns of the first.
    let tables: [ExportTable: (lines: Int, columns: Set<String>)]

    init() throws {
      let staged = try StagedCase(hostile: "x")
      (judgement, scene) = (staged.judgement, staged.scene)
      outline = try PageOutline(postmortemHTML(staged.judgement, staged.scene, hashes: staged.hashes))
      markdown = try postmortemMarkdown(staged.judgement, staged.scene, hashes: staged.hashes)
      tables = try Dictionary(
        uniqueKeysWithValues: ExportTable.allCases.map { table in
          let lines = try HostileTextTests.rows(table, staged).split(separator: "\n")
          return (table, (lines.count, Set(try HostileTextTests.cells(String(lines.first ?? "")).keys)))
        })
    }
  }

  @Test(arguments: HostileText.all)
  func staysText(hostile: String) throws {
    let staged = try StagedCase(hostile: hostile)
    try expectPage(staged)
    try expectTerminal(staged)
    for table in ExportTable.allCases { try expectTable(table, staged) }
    for document in [
      try JSONText.document(findingsDocument(staged.judgement, staged.scene)), try staged.flows(),
      try staged.timeline(),
      try JSONText.document(clocksDocument(staged.scene)),
    ] { expectNothingActs(String(decoding: document, as: UTF8.self)) }
  }

  /// By a parser of Markdown as wikis use it, with raw HTML, tables and bare links: the pages consist of the same things.
  @Test func markdownIsTheSamePage() throws {
    guard let python = try InstalledTool(path: Self.python) else { return }
    let pages = try HostileText.all.map { hostile in
      let staged = try StagedCase(hostile: hostile)
      let page = try postmortemMarkdown(staged.judgement, staged.scene, hashes: staged.hashes)
      expectNothingActs(page)
      return page
    }
    let shapes = try shapes(of: [plain.markdown, "# <b>a</b>\n[x](http://e)\n"] + pages, python)
    #expect(shapes[1].contains("link_open") && shapes[1].contains("html_inline"), "the parser sees what is there")
    for (page, shape) in zip(HostileText.all, shapes.dropFirst(2)) {
      #expect(shape == shapes[0], "\(page.debugDescription)")
    }
  }

  private func expectPage(_ staged: StagedCase) throws {
    let page = try postmortemHTML(staged.judgement, staged.scene, hashes: staged.hashes)
    let outline = try PageOutline(page)
    let expected = plain.outline
    #expect(outline.elements == expected.elements)
    #expect(outline.attributes == expected.attributes)
    #expect(outline.assets == expected.assets)
    #expect(outline.ids == expected.ids)
    #expect(outline.links.allSatisfy { $0.hasPrefix("#") })
    expectNothingActs(outline.assets.values.reduce(page) { $0.replacing($1, with: "") })
  }

  private func expectTerminal(_ staged: StagedCase) throws {
    let path = staged.hashes.keys.sorted()[0]
    for color in [false, true] {
      let verdict = terminalVerdict(staged.judgement, staged.scene, postmortem: path, page: path, color: color)
      let usual = terminalVerdict(plain.judgement, plain.scene, postmortem: "x", page: "x", color: color)
      #expect(verdict.split(separator: "\n").count == usual.split(separator: "\n").count)
      expectNothingActs(color ? verdict.replacing(/\u{1b}\[[0-9;]*m/, with: "") : verdict)
      for width in [40, 100] {
        let style = ConnectionText(width: width, color: color)
        let text = try #require(try style.text(staged.judgement, staged.scene))
        expectNothingActs(color ? text.replacing(/\u{1b}\[[0-9;]*m/, with: "") : text)
      }
    }
  }

  private func expectTable(_ table: ExportTable, _ staged: StagedCase) throws {
    let text = try Self.rows(table, staged)
    let usual = try #require(plain.tables[table])
    expectNothingActs(text)
    let lines = text.split(separator: "\n")
    #expect(lines.count == usual.lines)
    for line in lines {
      let cells = try Self.cells(String(line))
      #expect(Set(cells.keys) == usual.columns)
      for case let text as String in cells.values {
        #expect(!["=", "+", "-", "@", "\t", "\r", "\n"].contains(text.unicodeScalars.first), "\(table): \(text)")
      }
    }
  }

  private static func rows(_ table: ExportTable, _ staged: StagedCase) throws -> String {
    var sink = ByteArraySink()
    let manifest = staged.scene.evidence.manifest
    try table.write(manifest.id, staged.judgement, staged.scene, staged.written, from: staged.pages, into: &sink)
    return String(decoding: sink.bytes, as: UTF8.self)
  }

  private static func cells(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  private func expectNothingActs(_ text: String) {
    let found = text.unicodeScalars.first(where: HostileText.acts)
    #expect(found == nil, "U+\(String(found?.value ?? 0, radix: 16))")
  }

  /// What each page is made of, in order, but for text and code.
  private func shapes(of pages: [String], _ python: InstalledTool) throws -> [[String]] {
    let script = """
      import json, sys
      from markdown_it import MarkdownIt
      parser = MarkdownIt("gfm-like")
      def shape(text):
          for token in parser.parse(text):
              yield token.type
              for child in token.children or []:
                  if child.type not in ("text", "code_inline", "text_special"): yield child.type
      print(json.dumps([list(shape(page)) for page in json.load(open(sys.argv[1]))]))
      """
    let text = try python.output(["-c", script, "FILE"], about: Array(JSONEncoder().encode(pages)))
    return try JSONDecoder().decode([[String]].self, from: Data(text.utf8))
  }
}
