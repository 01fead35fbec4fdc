import CaseModel
import Correlation
import Testing

@testable import Diagnoses

/// Notes that a trigger is about: a trigger defines the fault.
struct TriggeredNoteTests {
  private func judged(trigger: TriggerRecord, _ packets: (inout SceneBuilder) -> Void) throws -> Judgement {
    var builder = SceneBuilder()
    packets(&builder)
    builder.manifest.trigger = trigger
    return try judge(try builder.scene(), workers: InlineWorkers())
  }

  private func log(at seconds: Int64) -> TriggerRecord {
    TriggerRecord(
      kind: .log, occurred: true, at: HostTime(nanoseconds: seconds * 1_000_000_000), host: "c", says: "it broke")
  }

  private func refused(_ builder: inout SceneBuilder) {
    builder.packet(at: 1, "C:40001 > S [S] seq 0 win 64240 <mss 1460>")
    builder.packet(at: 1.01, "S > C:40001 [R.] seq 0 ack 1 win 0")
  }

  @Test func aRefusedConnectionIsTheFaultThatATriggerTellsOf() throws {
    let judgement = try judged(trigger: log(at: 2), refused)
    #expect(judgement.rootCauses.map(\.finding.kind) == [.connectionRefused])
    #expect(judgement.verdict == .rootCause)
  }

  @Test func withoutATriggerItIsANote() throws {
    let judgement = try judged(trigger: .none, refused)
    #expect(judgement.findings.map(\.finding.standing) == [.note])
    #expect(judgement.verdict == .healthy)
  }

  private func closings(_ builder: inout SceneBuilder) {
    for (number, lifetime) in [2.0, 3.5, 2.8, 3.9].enumerated() {
      let start = Double(number) * 5
      builder.connection(number, at: start)
      let stamp = 100 * number
      let client = "C:\(40_000 + number)"
      builder.packet(at: start + lifetime, "S > \(client) [F.] seq 1001 ack 101 <ts \(stamp + 4_000) \(stamp + 50)>")
      builder.packet(
        at: start + lifetime + 0.01, "\(client) > S [F.] seq 101 ack 1002 <ts \(stamp + 4_100) \(stamp + 4_000)>")
      builder.packet(
        at: start + lifetime + 0.02, "S > \(client) [.] seq 1002 ack 102 <ts \(stamp + 4_200) \(stamp + 4_100)>")
    }
  }

  /// The client's log says "disconnected", and that is how the server means it.
  @Test func closingByDesignAnswersATrigger() throws {
    let judgement = try judged(trigger: log(at: 19), closings)
    #expect(judgement.findings.map(\.finding.kind) == [.periodicClose])
    #expect(judgement.verdict == .healthy, "\(judgement.reasons)")
  }
}
