import CaseModel
import Diagnoses
import Testing
import Wire

/// Real captures of openings that failed. The frames to be cited are found in the packets.
struct OpeningPracticeTests {
  @Test func stampsThatRunBackwards() throws {
    let practice = try PracticeCase("syn-dropped-paws", vantages: ["cA", "cB", "g", "s"])
    let finding = try #require(practice.judgement.rootCauses.first?.finding)
    #expect(practice.judgement.rootCauses.map(\.finding.kind) == [.pawsSynDrop])
    #expect(finding.certainty == .proven)
    #expect(finding.location == Location(from: "s", to: "s"))
    // The first SYN that nothing answers, and the last segment of its address before, on another connection.
    let s = try practice.packets("s").filter { $0.has.contains(.tcp) }
    let answered = Set(s.filter { $0.flags.isSuperset(of: [.syn, .ack]) }.map(\.destinationPort))
    let silent = try #require(s.first { $0.flags == .syn && !answered.contains($0.sourcePort) })
    let before = try #require(s.last { $0.frame < silent.frame && $0.source == silent.source })
    #expect(practice.cited(finding)["s"]?.isSuperset(of: [silent.frame, before.frame]) == true)
    #expect(practice.cited(finding)["cB"]?.isEmpty == false)
  }

  /// Which SYNs are silent agrees with what the server remembers far too well for chance.
  @Test(arguments: [["s"], ["g"], ["cA", "cB", "g"]])
  func stampsTellWithoutTheHost(vantages: [String]) throws {
    let causes = try PracticeCase("syn-dropped-paws", vantages: vantages, evidence: false).judgement.rootCauses
    #expect(causes.map(\.finding.kind) == [.pawsSynDrop])
    #expect(causes.first?.finding.certainty == .probable)
  }

  @Test(arguments: ["cA", "cB"])
  func oneClientCannotTell(vantage: String) throws {
    let practice = try PracticeCase("syn-dropped-paws", vantages: [vantage])
    #expect(practice.judgement.verdict == .inconclusive)
    #expect(practice.judgement.rootCauses.allSatisfy { $0.finding.certainty == .possible })
  }

  @Test func aFullAcceptQueue() throws {
    let practice = try PracticeCase("listen-overflow-syn-drop", vantages: ["c", "s"])
    let finding = try #require(practice.judgement.rootCauses.first?.finding)
    #expect(practice.judgement.rootCauses.map(\.finding.kind) == [.acceptQueueOverflow])
    #expect(finding.certainty == .proven)
    #expect(finding.location == Location(from: "s", to: "s"))
    let s = try practice.packets("s")
    let answered = Set(s.filter { $0.flags.isSuperset(of: [.syn, .ack]) }.map(\.destinationPort))
    let silent = try #require(s.first { $0.flags == .syn && !answered.contains($0.sourcePort) })
    #expect(practice.cited(finding)["s"]?.contains(silent.frame) == true)
  }

  /// Without its counters the silence could as well be a filter's.
  @Test func aFullAcceptQueueWithoutItsCounters() throws {
    let practice = try PracticeCase("listen-overflow-syn-drop", vantages: ["c", "s"], evidence: false)
    #expect(practice.judgement.verdict == .inconclusive)
  }

  @Test func aRefusedPortIsANote() throws {
    let practice = try PracticeCase("healthy-connection-refused", vantages: ["c", "g", "s"])
    #expect(practice.judgement.verdict == .healthy, "\(practice.judgement.reasons)")
    let note = try #require(practice.judgement.findings.first { $0.finding.kind == .connectionRefused }?.finding)
    #expect(note.standing == .note)
    let refusals = try practice.packets("s").filter { $0.flags.contains(.rst) }
    #expect(practice.cited(note)["s"]?.isSuperset(of: refusals.map(\.frame)) == true)
  }
}
