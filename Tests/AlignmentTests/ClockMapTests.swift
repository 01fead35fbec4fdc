import Alignment
import CaseModel
import Testing

struct ClockMapTests {
  private let epoch: Int64 = 1_795_237_833_000_000_000

  @Test func `each piece holds from its beginning on`() {
    let map = ClockMap(pieces: [
      ClockMap.Piece(
        from: HostTime(nanoseconds: .min), anchor: HostTime(nanoseconds: epoch), offset: -1_200_000_000, drift: 0,
        bound: 40),
      ClockMap.Piece(
        from: HostTime(nanoseconds: epoch + 1_000), anchor: HostTime(nanoseconds: epoch), offset: 5, drift: 1e-3,
        bound: 90),
    ])
    #expect(map.caseTime(HostTime(nanoseconds: epoch + 999)).nanoseconds == epoch + 999 - 1_200_000_000)
    #expect(map.caseTime(HostTime(nanoseconds: epoch + 1_000)).nanoseconds == epoch + 1_000 + 6)
    #expect(map.bound(at: HostTime(nanoseconds: epoch)) == 40)
    #expect(map.worstBound == 90)
  }

  @Test func `any instant has an answer`() {
    let map = ClockMap(pieces: [
      ClockMap.Piece(
        from: HostTime(nanoseconds: .min), anchor: HostTime(nanoseconds: .max), offset: 1e300, drift: 1e10, bound: 0)
    ])
    #expect(map.caseTime(HostTime(nanoseconds: 0)).nanoseconds != 1)
  }
}
