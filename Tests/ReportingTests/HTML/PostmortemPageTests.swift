import CaseModel
import CaseStore
import Correlation
import Diagnoses
import Foundation
import TestSupport
import Testing

@testable import Reporting

struct PostmortemPageTests {
  /// The headings are the page's story; what is under them is looked at by eye.
  @Test func outline() throws {
    let staged = try StagedCase()
    let page = try postmortemHTML(staged.judgement, staged.scene, hashes: staged.hashes)
    let headings = try PageOutline(page).headings.joined(separator: "\n") + "\n"
    #expect(Golden("../Goldens/outline.txt").difference(from: headings) == nil)
  }

  @Test func needsNothingButItself() throws {
    let staged = try StagedCase()
    let page = try postmortemHTML(staged.judgement, staged.scene, hashes: staged.hashes)
    let outline = try PageOutline(page)
    #expect(!outline.links.isEmpty)
    #expect(outline.links.allSatisfy { $0.hasPrefix("#") })
    let ids = Set(outline.ids)
    #expect(ids.count == outline.ids.count, "an id stands twice")
    for link in outline.links { #expect(ids.contains(String(link.dropFirst())), "\(link) leads nowhere") }
    let style = try #require(outline.assets["style"])
    #expect(!style.contains("url(") && !style.contains("@import") && !style.contains("<"))
    #expect(page.utf8.count < 5_000_000)
  }

  /// Only our own script may run: the policy holds its hash.
  @Test func thePolicyNamesTheScript() throws {
    let staged = try StagedCase()
    let page = try postmortemHTML(staged.judgement, staged.scene)
    let script = try #require(try PageOutline(page).assets["script"])
    let digits = Array(SHA256.hex(of: Array(script.utf8)))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    let hash = Data(bytes).base64EncodedString()
    #expect(PageAssets.scriptHash == hash)
    #expect(page.contains("script-src &#39;sha256-\(hash)&#39;"))
  }

  /// Names from hosts, logs and playbooks become text and nothing else: the page has the same elements as without them.
  @Test func hostileNamesDoNothing() throws {
    let hostile = "\u{1b}[2J\n\"'><img src=x onerror=alert(1)></style></script><script>alert(1)</script> `x` \u{202e}"
    let staged = try StagedCase(hostile: hostile)
    let plain = try StagedCase()
    let page = try postmortemHTML(staged.judgement, staged.scene, hashes: staged.hashes)
    let (outline, expected) = (
      try PageOutline(page), try PageOutline(postmortemHTML(plain.judgement, plain.scene, hashes: plain.hashes))
    )
    #expect(outline.elements == expected.elements)
    #expect(outline.attributes == expected.attributes)
    #expect(outline.assets == expected.assets)
    #expect(outline.links.allSatisfy { $0.hasPrefix("#") })
    let outside = outline.assets.values.reduce(page) { $0.replacing($1, with: "") }
    #expect(!outside.unicodeScalars.contains { ($0.value < 32 && $0 != "\n") || $0 == "\u{202e}" })
  }

  /// Every number that a reader may follow leads to a frame that is there.
  @Test func everyFrameNamedExists() throws {
    let staged = try StagedCase()
    let timeline = staged.scene.timeline
    let shown = try #require(try ConnectionStory(staged.judgement, staged.scene))
    var cited: Set<String> = []
    for sighting in shown.ladder.passages.flatMap(\.sightings) {
      let vantage = timeline.vantages[shown.ladder.stops[sighting.stop].vantage]
      let file = try #require(vantage.files.firstIndex(of: sighting.file))
      #expect((1...vantage.health.framesByFile[file]).contains(sighting.frame))
      if sighting.isCited { cited.insert("\(sighting.file) \(sighting.frame)") }
    }
    for judged in staged.judgement.findings where judged.finding.flows.contains(0) {
      for packet in judged.finding.packets {
        #expect(
          cited.contains("\(packet.file) \(packet.frame)"), "\(packet.vantage) \(packet.frame) is not in the ladder")
      }
    }
  }

  @Test func theSameCaseGivesTheSameBytes() throws {
    let (one, other) = (try StagedCase(), try StagedCase())
    #expect(
      try postmortemHTML(one.judgement, one.scene, hashes: one.hashes)
        == postmortemHTML(other.judgement, other.scene, hashes: other.hashes))
  }
}
