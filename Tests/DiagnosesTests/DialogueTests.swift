import Correlation
import Testing

@testable import Diagnoses

struct DialogueTests {
  private func message(_ text: String, _ time: Int64, fromOpener: Bool) -> Dialogue.Message {
    Dialogue.Message(
      fromOpener: fromOpener, start: time, end: time + Int64(text.utf8.count),
      reference: RecordReference(vantage: 0, index: 0), time: time, frames: [], bytes: Array(text.utf8), isWhole: true)
  }

  private func exchanges(_ count: Int, _ request: (Int) -> String, _ answer: (Int) -> String) -> [Dialogue.Message] {
    (0..<count).flatMap {
      [
        message(request($0), Int64($0) * 100, fromOpener: true),
        message(answer($0), Int64($0) * 100 + 10, fromOpener: false),
      ]
    }
  }

  @Test func aLengthCutsMergedMessagesApart() throws {
    func framed(_ body: String) -> String { "\u{0}" + String(UnicodeScalar(UInt8(body.utf8.count))) + body }
    let messages = (0..<10).map { message(framed(String(repeating: "x", count: 5 + $0)), Int64($0), fromOpener: true) }
    let framing = try #require(LengthPrefix.learned(from: messages))
    let merged = message(framed("one") + framed("three"), 50, fromOpener: true)
    #expect(framing.split(merged).map { String(decoding: $0.bytes.dropFirst(2), as: UTF8.self) } == ["one", "three"])
    #expect(framing.split(message("\u{0}\u{9}short", 60, fromOpener: true)).count == 1)
  }

  @Test func aFieldThatAnswersRepeatIsFound() throws {
    let messages = exchanges(10, { "ASK 00\(4_000 + $0 * 3) what" }, { "SAY 00\(4_000 + $0 * 3) that" })
    let key = try #require(CorrelationKey.learned(from: messages))
    let asked = try #require(key.key(ofRequest: messages[0].bytes))
    #expect(key.keys(ofAnswer: messages[1].bytes).contains(asked))
    #expect(!key.keys(ofAnswer: messages[3].bytes).contains(asked))
  }

  @Test func aWordAtNoFixedPlaceIsFound() throws {
    let messages = exchanges(
      10, { #"{"verb":"\#(String(repeating: "v", count: $0 + 1))","id":\#(900 + $0)}"# },
      { #"{"body":"\#(String(repeating: "b", count: 12 - $0))","id":\#(900 + $0)}"# })
    let key = try #require(CorrelationKey.learned(from: messages))
    let answered = try #require(AnsweredRequests(messages, by: key))
    #expect(answered.exchanges.count == 10)
    #expect(answered.unanswered.isEmpty)
  }

  @Test func aPatternTells() throws {
    let messages = exchanges(12, { "transId=0000\(1_000 + $0)&x" }, { "ok transId=0000\(1_000 + $0)" })
    let key = CorrelationKey.pattern("transId=([0-9a-f]{8})")
    let dropped = messages.enumerated().filter { $0.offset != 9 }.map(\.element)
    #expect(AnsweredRequests(messages, by: key)?.unanswered.isEmpty == true)
    let answered = try #require(AnsweredRequests(dropped, by: key))
    #expect(answered.unanswered.map(\.time) == [400])
    #expect(AnsweredRequests(messages, by: .pattern("(")) == nil)
  }

  /// A notification carries no id and wants no answer.
  @Test func whatIsUnlikeARequestIsNotMissed() throws {
    var messages = exchanges(
      12, { #"{"rpc":"two","id":\#(900 + $0),"method":"get"}"# }, { #"{"rpc":"two","id":\#(900 + $0),"result":true}"# })
    messages.insert(message(#"{"rpc":"two","method":"notify","level":\#(7)}"#, 450, fromOpener: true), at: 10)
    let key = try #require(CorrelationKey.learned(from: messages))
    let answered = try #require(AnsweredRequests(messages, by: key))
    #expect(answered.exchanges.count == 12)
    #expect(answered.unanswered.isEmpty)
  }

  @Test func wordsThatAllShareTieNothing() {
    #expect(CorrelationKey.learned(from: exchanges(10, { _ in "ping" }, { _ in "pong" })) == nil)
  }
}
