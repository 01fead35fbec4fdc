import CaseModel
import Lab
import Testing

@Suite
struct ClockSkewTests {
  private static let now: Int64 = 1_795_237_833_000_000_000

  @Test("a lead is what the two clocks show at the same moment", arguments: [-4.9, -0.1, 0, 3.7], [-100.0, 0, 55])
  func lead(seconds: Double, drift: Double) {
    let one = ClockSkew(offset: .seconds(seconds), partsPerMillion: drift, epoch: Self.now)
    let other = ClockSkew(offset: .milliseconds(-730), partsPerMillion: 80, epoch: Self.now)
    for moment in [Self.now, Self.now + 60_000_000_000] {
      let lead = one.lead(over: other, when: other.shown(moment))
      #expect(abs(lead - Double(one.shown(moment) - other.shown(moment)) / 1e9) < 1e-8)
    }
  }

  @Test("the same seed gives the same clocks, all of them wrong")
  func drawn() {
    let hosts: [HostName] = ["a", "b", "c", "d"]
    let clocks = ClockSkew.drawn(for: hosts, seed: 7, now: Self.now)
    #expect(clocks == ClockSkew.drawn(for: hosts, seed: 7, now: Self.now))
    #expect(clocks != ClockSkew.drawn(for: hosts, seed: 8, now: Self.now))
    #expect(Set(clocks.values.map(\.offset)).count == 4)
    #expect(clocks.values.allSatisfy { abs($0.offset / .seconds(1)) <= 5 && abs($0.partsPerMillion) <= 100 })
  }
}
