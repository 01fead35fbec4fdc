import CaseModel
import Diagnoses
import Foundation
import TestSupport
import Testing

@testable import Reporting

/// What a run leaves, as a person reads it. The goldens are the pages themselves.
struct DocumentTests {
  @Test func postmortem() throws {
    let staged = try StagedCase()
    let text = try postmortemMarkdown(staged.judgement, staged.scene, hashes: staged.hashes)
    #expect(Golden("Goldens/postmortem.md").difference(from: text) == nil)
  }

  @Test func findings() throws {
    let staged = try StagedCase()
    let document = findingsDocument(staged.judgement, staged.scene)
    let bytes = try JSONText.document(document)
    #expect(Golden("Goldens/findings.json").difference(from: String(decoding: bytes, as: UTF8.self)) == nil)
    #expect(try JSONText.decode(FindingsDocument.self, from: bytes) == document)
  }

  @Test func flowsAndClocks() throws {
    let staged = try StagedCase()
    let flows = try staged.flows()
    #expect(Golden("Goldens/flows.json").difference(from: String(decoding: flows, as: UTF8.self)) == nil)
    let document = try JSONText.decode(FlowsDocument.self, from: flows)
    #expect(document.schema == "stakeout.flows/1" && document.flows.map(\.id) == ["flow-1"])
    let clocks = try JSONText.document(clocksDocument(staged.scene))
    #expect(Golden("Goldens/clocks.json").difference(from: String(decoding: clocks, as: UTF8.self)) == nil)
  }

  @Test func timeline() throws {
    let staged = try StagedCase()
    let lines = String(decoding: try staged.timeline(), as: UTF8.self)
    #expect(Golden("Goldens/timeline.ndjson").difference(from: lines) == nil)
  }

  @Test func verdictOnATerminal() throws {
    let staged = try StagedCase()
    let text = terminalVerdict(staged.judgement, staged.scene, postmortem: "cases/latest/postmortem.md")
    #expect(Golden("Goldens/terminal.txt").difference(from: text) == nil)
    let colored = terminalVerdict(
      staged.judgement, staged.scene, postmortem: "cases/latest/postmortem.md", color: true)
    #expect(colored.replacing(/\u{1b}\[[0-9;]*m/, with: "") == text)
  }

  /// Names from hosts, logs and playbooks must not become Markdown, HTML or terminal control.
  @Test func hostileNamesDoNothing() throws {
    let staged = try StagedCase(
      hostile: "\u{1b}[2J\n# owned <img src=x onerror=alert(1)> | `[x](http://evil)` \u{202e}")
    let page = try postmortemMarkdown(staged.judgement, staged.scene, hashes: staged.hashes)
    #expect(!page.unicodeScalars.contains { ($0.value < 32 && $0 != "\n") || $0 == "\u{202e}" })
    #expect(!page.contains("\n# owned"))
    for line in page.split(separator: "\n") where line.hasPrefix("| ") {
      #expect(!line.replacing(/`+[^`]*`+/, with: "").contains("<img"), "\(line)")
    }
    for line in String(decoding: try staged.timeline(), as: UTF8.self).split(separator: "\n") {
      #expect(!line.unicodeScalars.contains { $0.value < 32 })
    }
    let terminal = terminalVerdict(staged.judgement, staged.scene, postmortem: "x\u{1b}[2J")
    #expect(!terminal.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    #expect(terminal.split(separator: "\n").count <= 8)
  }

  @Test func theSameCaseGivesTheSameBytes() throws {
    let (one, other) = (try StagedCase(), try StagedCase())
    #expect(
      try postmortemMarkdown(one.judgement, one.scene, hashes: one.hashes)
        == postmortemMarkdown(other.judgement, other.scene, hashes: other.hashes))
    #expect(try one.flows() == other.flows())
    #expect(try one.timeline() == other.timeline())
  }
}
