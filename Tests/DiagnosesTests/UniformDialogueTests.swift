import Correlation
import Testing

@testable import Diagnoses

struct UniformDialogueTests {
  private func message(_ length: Int64, at time: Int64, fromOpener: Bool) -> Dialogue.Message {
    Dialogue.Message(
      fromOpener: fromOpener, start: time, end: time + length, reference: RecordReference(vantage: 0, index: 0),
      time: time, frames: [], bytes: [], isWhole: false)
  }

  /// Requests of 64 bytes and answers of 96 in turn, with something else in their middle.
  private func dialogue(_ middle: [(length: Int64, fromOpener: Bool)]) -> [Dialogue.Message] {
    let turn: [(Int64, Bool)] = [(64, true), (96, false)]
    let all = Array(repeatElement(turn, count: 20).joined()) + middle + Array(repeatElement(turn, count: 20).joined())
    return all.enumerated().map { message($1.0, at: Int64($0) * 1_000, fromOpener: $1.1) }
  }

  @Test func aRequestWithoutAnAnswerIsMissingOne() throws {
    let uniform = try #require(UniformDialogue(dialogue([(64, true)])))
    #expect(uniform.missing == 1)
    #expect(uniform.unanswered?.time == 40_000)
  }

  @Test func anExchangeOfOtherLengthsInTurnIsOne() {
    #expect(UniformDialogue(dialogue([(300, true), (20, false)]))?.missing == 0)
  }

  /// As SSH does: two requests, and what is said to both in one piece.
  @Test func anAnswerOfAnotherLengthToTwoRequestsIsNotCounted() {
    #expect(UniformDialogue(dialogue([(64, true), (64, true), (144, false)])) == nil)
  }
}
