import CaseModel
import Diagnoses
import Testing
import Wire

/// Real captures of connections that were cut, left without an answer, and closed by design.
struct ConversationPracticeTests {
  @Test(arguments: [["c", "g", "s"], ["g"], ["c", "g"], ["g", "s"]])
  func aSilenceThatWasTooLong(vantages: [String]) throws {
    let practice = try PracticeCase("idle-timeout-reset-client", vantages: vantages)
    let finding = try #require(practice.judgement.rootCauses.first?.finding)
    #expect(practice.judgement.rootCauses.map(\.finding.kind) == [.idleTimeoutReset])
    #expect(finding.certainty == .proven)
    #expect(finding.location == Location(from: "g", to: "g"))
  }

  @Test func theClientAloneTellsByHopCount() throws {
    let practice = try PracticeCase("idle-timeout-reset-client", vantages: ["c"])
    let finding = try #require(practice.judgement.rootCauses.first?.finding)
    #expect(finding.kind == .idleTimeoutReset)
    #expect(finding.certainty == .probable)
    #expect(finding.location == Location(from: "c", to: nil))
    let c = try practice.packets("c")
    let reset = try #require(c.first { $0.flags.contains(.rst) })
    #expect(practice.cited(finding)["c"]?.isSuperset(of: [reset.frame, reset.frame - 1]) == true)
  }

  @Test func aRequestThatWasNeverAnswered() throws {
    let practice = try PracticeCase("app-no-response-mml", vantages: ["c", "g", "s"])
    let finding = try #require(practice.judgement.rootCauses.first?.finding)
    #expect(practice.judgement.rootCauses.map(\.finding.kind) == [.noApplicationResponse])
    #expect(finding.certainty == .proven)
    #expect(finding.location == Location(from: "s", to: "s"))
    // The request is the only one that a bare acknowledgment answers and whose sender then goes on.
    let s = try practice.packets("s")
    let cited = try #require(practice.cited(finding)["s"])
    let request = try #require(s.first { cited.contains($0.frame) && $0.payloadLength > 0 })
    let answer = try #require(s.first { $0.frame > request.frame && $0.source != request.source })
    #expect(answer.payloadLength == 0)
    #expect(cited.contains(answer.frame))
  }

  @Test(arguments: [["c"], ["g"]])
  func anUnansweredRequestSeenFromAfar(vantages: [String]) throws {
    let causes = try PracticeCase("app-no-response-mml", vantages: vantages).judgement.rootCauses
    #expect(causes.map(\.finding.kind) == [.noApplicationResponse])
    #expect(causes.first?.finding.certainty == .probable)
    #expect(causes.first?.finding.location.to == nil)
  }

  @Test(arguments: [["c", "s"], ["c"], ["s"]])
  func closingByDesignIsHealthy(vantages: [String]) throws {
    let practice = try PracticeCase("periodic-close-tls12", vantages: vantages)
    #expect(practice.judgement.verdict == .healthy, "\(practice.judgement.reasons)")
    let note = try #require(practice.judgement.findings.first { $0.finding.kind == .periodicClose }?.finding)
    #expect(note.standing == .note)
    // The server's FIN of every connection.
    let vantage = try #require(vantages.last)
    let packets = try practice.packets(vantage)
    let server = try #require(packets.first { $0.flags == .syn }?.destination)
    let closings = packets.filter { $0.flags.contains(.fin) && $0.source == server }
    #expect(practice.cited(note)[vantage]?.isSuperset(of: closings.map(\.frame)) == true)
  }
}
