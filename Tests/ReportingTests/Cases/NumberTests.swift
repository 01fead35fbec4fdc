import CaseModel
import Diagnoses
import Foundation
import TestSupport
import Testing
import Wire

@testable import Reporting

/// Every number of a finding's sentences can be found again in the evidence.
struct NumberTests {
  @Test(arguments: SampleCase.all)
  func isTraceable(name: String) throws {
    try each(of: [name]) { judged, sentence, number, grounds in
      #expect(
        grounds.bear(number, in: sentence), "\(judged.id) \(judged.finding.kind.rawValue): \(number) in: \(sentence)")
    }
  }

  /// The test above has teeth: numbers that are wrong are seldom borne out.
  @Test func wrongNumbersAreNot() throws {
    var (borne, all) = (0, 0)
    try each(of: SampleCase.incidents) { _, sentence, number, grounds in
      guard let wrong = number.changed else { return }
      all += 1
      if grounds.bear(wrong, in: sentence) { borne += 1 }
    }
    #expect(all > 500)
    #expect(Double(borne) < 0.2 * Double(all), "\(borne) of \(all)")
  }

  private func each(
    of names: [String], _ body: (JudgedFinding, String, SentenceNumber, Grounds) -> Void
  ) throws {
    for name in names {
      let sample = try SampleCase.named(name)
      let frames = try CaseFrames(sample)
      for judged in sample.judgement.findings {
        let grounds = try Grounds(judged, sample, frames)
        for sentence in [judged.finding.title, judged.finding.explanation] + judged.finding.citations.map(\.says) {
          for number in SentenceNumber.all(in: sentence) { body(judged, sentence, number, grounds) }
        }
      }
    }
  }
}
