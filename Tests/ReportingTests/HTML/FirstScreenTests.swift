import CaseModel
import Diagnoses
import TestSupport
import Testing

@testable import Reporting

/// Who sees the first screen alone knows what broke, where, since when, how much, why, how sure that is, and what to do.
struct FirstScreenTests {
  @Test(arguments: SampleCase.incidents + SampleCase.goldens.filter { $0.hasSuffix("/guilty") })
  func answers(name: String) throws {
    let sample = try SampleCase.named(name)
    let page = try postmortemHTML(sample.judgement, sample.scene, hashes: sample.hashes)
    let screen = String(page[..<(try #require(page.firstRange(of: "</header>")).lowerBound)])
    guard let leading = Headline(sample.judgement, sample.scene).leading?.finding else {
      #expect(screen.contains(">Investigation · ") && !screen.contains("Postmortem"))
      #expect(screen.contains("<dt>Looked at</dt>") && screen.contains("<dt>Refuted</dt>"))
      return
    }
    #expect(screen.contains(">Postmortem · "))
    #expect(screen.contains("<code>\(leading.kind.rawValue)</code>"))
    #expect(screen.contains(Markup.prose(Headline.place(leading.location)).source))
    #expect(["Since", "When", "Reset at"].contains { screen.contains("<dt>\($0)</dt>") })
    #expect(["What to do", "Where to look next"].contains { screen.contains("<dt>\($0)</dt>") })
    for answer in ["Why", "Affected", "How sure"] { #expect(screen.contains("<dt>\(answer)</dt>")) }
    #expect((leading.certainty == .probable) == screen.contains("would settle it"))
    // What is not proven neither reads nor looks as if it were.
    #expect((leading.certainty == .proven) == screen.contains("class=\"pill\""))
    #expect((leading.certainty == .proven) != screen.contains("<h1>Probably: "))
    if leading.kind == .packetLoss, leading.loss != nil {
      #expect(screen.contains(/<dt>Affected<\/dt><dd class="big">[\d,]+ of [\d,]+ packets? \([\d.]+ %\)/))
    }
    if leading.kind == .mtuBlackhole {
      #expect(screen.contains("largest that passed") || screen.contains("packets without payload pass"))
      #expect(leading.loss?.absence == nil || screen.contains(">all captures<"))
    }
  }
}
