import CaseModel
import Diagnoses
import Evidence
import Foundation
import TestSupport
import Testing

@testable import Reporting

/// The same reports in Chinese: every sentence, and nothing of what must stay as it is.
struct LanguageTests {
  /// Whatever a diagnosis or a doubt may say has its Chinese, also where no case of the tests makes it say that.
  @Test(arguments: ["Diagnoses", "Correlation", "Evidence"])
  func everySentenceInTheSourceIsInTheBook(target: String) throws {
    let book = URL(filePath: Program.root).appending(path: "Sources/Reporting/Language/Chinese.txt")
    let lines = try String(contentsOf: book, encoding: .utf8).split(separator: "\n").map {
      String($0.prefix(upTo: $0.firstRange(of: " => ")?.lowerBound ?? $0.startIndex)).lowercased()
    }
    let english = lines.flatMap { [$0.replacing("(s)", with: ""), $0.replacing("(s)", with: "s")] }.joined(
      separator: "\n")
    let sentences = try WrittenSentences(of: URL(filePath: Program.root).appending(path: "Sources/\(target)")).all
    #expect(sentences.contains { !$0.runs.isEmpty })
    for sentence in sentences where !Self.isCommand(sentence.shape) {
      let missing = sentence.runs.filter { !english.contains($0.lowercased()) }
      #expect(
        missing.isEmpty,
        """
        \(sentence.file) says `\(missing.joined(separator: "`, `"))`, for which Sources/Reporting/Language/Chinese.txt has no line: \
        add `\(sentence.shape) => CHINESE`, with `{1}` for the first `{}`
        """)
    }
  }

  private static func isCommand(_ text: String) -> Bool {
    ["ip ", "nft ", "ss ", "FORWARD ", "Timeout (tcp", "stakeout wall"].contains { text.hasPrefix($0) }
  }

  /// Reports are told in Chinese, and only in Chinese.
  @Test(arguments: SampleCase.incidents + SampleCase.goldens.filter { $0.hasSuffix("/guilty") })
  func noEnglishSentenceIsLeftUnsaid(name: String) throws {
    let sample = try SampleCase.named(name)
    let (judgement, scene) = (sample.judgement, sample.scene)
    let page = try postmortemHTML(judgement, scene, hashes: sample.hashes, language: .zh)
    let text = try postmortemMarkdown(judgement, scene, hashes: sample.hashes, language: .zh)
    for (document, left) in [(page, Self.english(inPage: page)), (text, Self.english(inMarkdown: text))] {
      #expect(left.isEmpty, "Sources/Reporting/Language/Chinese.txt has no line for \(left)")
      #expect(!document.contains("尚无中文"))
      #expect(document.contains("证据"))
    }
  }

  /// What only a run has: hosts, containers, readings of every check, a trigger.
  @Test func aRecordedRunIsWhollyInChinese() throws {
    let run = try RecordedRun()
    #expect(run.judgement.verdict == .rootCause)
    #expect(run.judgement.rootCauses.map(\.finding.kind) == [.mtuBlackhole])
    let title = try #require(run.scene.evidence.manifest.playbook)
    let left = Self.english(inPage: try run.page(.zh).replacing(title, with: "§"))
    #expect(left.isEmpty, "Sources/Reporting/Language/Chinese.txt has no line for \(left)")
    // A playbook's title is a name: nobody is told that it was left in English.
    #expect(try !run.page(.zh).contains("尚无中文"))
  }

  /// Translated, the page is the same page: elements, anchors, code, and no more.
  @Test func thePageStaysWhatItIs() throws {
    for hostile in ["", "<b>x</b> `y` F1: the capture begins. proven; on z"] {
      let staged = try StagedCase(hostile: hostile)
      let english = try postmortemHTML(staged.judgement, staged.scene, hashes: staged.hashes)
      let chinese = try postmortemHTML(staged.judgement, staged.scene, hashes: staged.hashes, language: .zh)
      let (one, other) = (try PageOutline(english), try PageOutline(chinese))
      #expect(one.elements == other.elements)
      #expect(one.links == other.links)
      #expect(one.ids == other.ids)
      #expect(one.assets == other.assets)
      let code = /<code[^>]*>(.*?)<\/code>/
      #expect(Set(english.matches(of: code).map(\.1)) == Set(chinese.matches(of: code).map(\.1)))
    }
  }

  /// A sentence that the book does not know stays as it is, and the reader is told.
  @Test func whatIsUnknownIsSaid() {
    var book = PhraseBook("frame(s) => 帧\nthe capture {} missed {} byte(s) => 抓包 {1} 漏掉 {2} 字节")
    #expect(book.say("The capture x missed 3 bytes.") == "抓包 x 漏掉 3 字节。")
    #expect(book.unknown.isEmpty)
    #expect(book.say("nobody wrote this down") == "nobody wrote this down")
    #expect(book.unknown.count == 1)
    var page = MarkdownTranslation(book)
    #expect(page.page("# frames\n\nnobody wrote this down").contains("> 有 1 处"))
  }

  /// Two or more words of small letters in a row, outside of code.
  private static func english(inPage page: String) -> [String] {
    let text = page.replacing(/<(style|script)>[^<]*<\/(style|script)>/, with: "")
      .replacing(/<code[^>]*>[^<]*<\/code>/, with: "§")
    return text.split(separator: /<[^>]*>/).map(String.init).filter(PhraseBook.isEnglish)
  }

  private static func english(inMarkdown text: String) -> [String] {
    var isCommand = false
    return text.split(separator: "\n").map(String.init).filter { line in
      if line.hasPrefix("```") { isCommand = line == "```sh" }
      return !isCommand && PhraseBook.isEnglish(line.replacing(/`+[^`]*`+/, with: "§"))
    }
  }
}
