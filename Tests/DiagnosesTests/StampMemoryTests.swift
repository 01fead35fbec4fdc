import Testing

@testable import Diagnoses

struct StampMemoryTests {
  private let second: Int64 = 1_000_000_000

  private func connection(
    _ flow: Int, at time: Int64, stamp: UInt32, answered: Bool = true, left: (Int64, UInt32)? = nil
  ) -> StampMemory.Connection {
    StampMemory.Connection(
      flow: flow, opened: time * second, stamp: stamp, wasAnswered: answered,
      left: left.map { (time: $0.0 * second, stamp: $0.1) })
  }

  @Test func aSYNBehindWhatWasLeftIsRejected() {
    let memory = StampMemory([
      connection(1, at: 0, stamp: 1_000, left: (1, 2_000)), connection(2, at: 5, stamp: 500, answered: false),
    ])
    #expect(memory.rejected[2]?.stamp == 2_000)
    #expect(memory.rejected[2]?.behind == 1_500)
    #expect(memory.rejected[2]?.age == 4 * second)
  }

  @Test func itForgetsAfterAMinute() {
    let memory = StampMemory([
      connection(1, at: 0, stamp: 1_000, left: (1, 2_000)), connection(2, at: 62, stamp: 500, answered: false),
    ])
    #expect(memory.rejected.isEmpty)
  }

  @Test func whatWasKeptBeforeTheFirstIsUnknownForAMinute() {
    let memory = StampMemory([
      connection(1, at: 0, stamp: 500, answered: false), connection(2, at: 1, stamp: 600),
      connection(3, at: 59, stamp: 500, answered: false), connection(4, at: 61, stamp: 500, answered: false),
    ])
    #expect(memory.untold == [1, 3])
    #expect(memory.rejected.isEmpty)
  }

  /// RFC 7323 compares stamps modulo 2^32.
  @Test func stampsWrap() {
    let memory = StampMemory([
      connection(1, at: 0, stamp: .max - 10, left: (1, .max - 5)), connection(2, at: 2, stamp: 3),
      connection(3, at: 3, stamp: .max - 100, answered: false),
    ])
    #expect(memory.passed == 1)
    #expect(memory.rejected[3] != nil)
  }

  @Test func anEarlierStampDoesNotReplaceALaterOne() {
    let memory = StampMemory([
      connection(1, at: 0, stamp: 5_000, left: (1, 6_000)), connection(2, at: 2, stamp: 7_000, left: (3, 5_500)),
      connection(3, at: 4, stamp: 5_800, answered: false),
    ])
    #expect(memory.rejected[3]?.stamp == 6_000)
  }

  @Test func oneCoincidenceIsNoAgreement() {
    let one = StampMemory([
      connection(1, at: 0, stamp: 1_000, left: (1, 2_000)), connection(2, at: 5, stamp: 500, answered: false),
    ])
    #expect(one.agreement < OpeningTriage.enough)
    let many = StampMemory(
      [connection(0, at: 0, stamp: 10_000, left: (1, 10_100))]
        + (1...6).map { connection($0, at: Int64($0) + 1, stamp: 100, answered: false) }
        + (7...12).map { connection($0, at: Int64($0) + 1, stamp: 20_000) })
    #expect(many.agreement >= OpeningTriage.enough)
  }

  /// The server had closed it before the capture began, and the client ended it later.
  @Test func aConnectionOfBeforeLeavesItsStampToo() {
    var before = connection(1, at: 0, stamp: 0, left: (1, 9_000))
    before.opened = nil
    let memory = StampMemory([before, connection(2, at: 2, stamp: 500, answered: false)])
    #expect(memory.rejected[2]?.stamp == 9_000)
    #expect(memory.rejected[2]?.flow == 1)
  }

  /// Kept when the capture began: 50,000. What is left meanwhile is behind that, and replaces it only in appearance.
  @Test func aStampFromBeforeTheCaptureExplainsWhatWouldNotFit() {
    let behind = (1...12).map { connection($0, at: Int64($0), stamp: 20_000 + UInt32($0), answered: false) }
    let ahead = (13...24).map { connection($0, at: Int64($0) - 12, stamp: 60_000, left: nil) }
    let misleading = [connection(25, at: 0, stamp: 40_000, answered: false), connection(26, at: 2, stamp: 55_000)]
    // Left behind a stamp that nobody saw: without that one it would forgive what runs ahead of it.
    let left = [connection(27, at: 0, stamp: 51_000, left: (1, 10_000))]
    let later = [connection(28, at: 13, stamp: 60_000, left: (14, 61_000))]
    let dropped = (29...40).map { connection($0, at: Int64($0), stamp: 30_000, answered: false) }
    let passed = (41...52).map { connection($0, at: Int64($0) - 12, stamp: 70_000) }
    let memory = StampMemory(behind + ahead + misleading + left + later + dropped + passed)
    #expect(memory.contradicted == 0)
    #expect(memory.untold == Set(1...12).union([25]))
    #expect(Set(memory.rejected.keys) == Set(29...40))
    #expect(memory.agreement >= OpeningTriage.enough)
  }

  @Test func whatWasAnsweredThoughItRanBehindSpeaksAgainstIt() {
    let memory = StampMemory([
      connection(0, at: 0, stamp: 10_000, left: (1, 10_100)), connection(1, at: 2, stamp: 100, answered: false),
      connection(2, at: 3, stamp: 100),
    ])
    #expect(memory.agreement == 0)
  }
}
