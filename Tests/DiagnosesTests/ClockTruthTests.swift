import Alignment
import CaseModel
import Correlation
import Diagnoses
import Testing

/// Real captures whose clocks are known: the offset lies inside the stated bound.
struct ClockTruthTests {
  /// By how many seconds a vantage's clock was ahead of the reference's, as it was measured. A virtual machine's is known to half
  /// a millisecond, and was not followed while it ran.
  @Test(arguments: [
    ("ctinv-masq-upload", ["ct", "h", "s"], ["h": -0.008475]),
    ("ctinv-vip-dnat", ["c", "g", "s"], ["g": -0.158715]),
    ("healthy-ctinv-vip-liberal", ["c", "g", "s"], ["g": -0.10886]),
    ("mtu-vxlan-gso", ["ctA", "n1", "n2", "ctB"], [:]),
  ])
  func `clocks are where they are known to be`(name: String, vantages: [String], ahead: [String: Double]) throws {
    let timeline = try PracticeCase(name, vantages: vantages).scene.timeline
    let start = CaseTime(nanoseconds: timeline.vantages.compactMap { $0.health.first?.nanoseconds }.min() ?? 0)
    for vantage in timeline.vantages {
      let known = ahead[vantage.name.text]
      let clock = try #require(vantage.clock, "\(vantage.name)")
      let here = HostTime(nanoseconds: start.nanoseconds + Int64((known ?? 0) * 1e9))
      let error = Double(clock.caseTime(here).nanoseconds - start.nanoseconds)
      #expect(abs(error) <= clock.bound(at: here) + (known == nil ? 1 : 500_000), "\(vantage.name)")
    }
  }
}
