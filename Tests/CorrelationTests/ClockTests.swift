import Alignment
import CaseModel
import Correlation
import Testing
import Wire

struct ClockTests {
  @Test func `packets alone tell the clocks, with a bound`() throws {
    let timeline = try ScriptedCase(Stories.sourceNAT).timeline
    #expect(timeline.reference == 0)
    #expect(timeline.vantages.map(\.method) == [.sameHost, .packets, .packets])
    #expect(timeline.t0 == timeline.flows.first?.first)
    for (vantage, truth) in [(1, -1_200_000_000.0), (2, 400_000_000.0)] {
      let clock = try #require(timeline.vantages[vantage].clock)
      let first = try #require(timeline.vantages[vantage].health.first)
      let offset = Double(clock.caseTime(first).nanoseconds - first.nanoseconds)
      #expect(abs(offset - truth) <= clock.worstBound)
      #expect(clock.worstBound < 8_000_000)
    }
    #expect(timeline.doubts.isEmpty)
    #expect(timeline.utc == nil)
  }

  @Test func `nothing arrives before it was sent`() throws {
    let timeline = try ScriptedCase(Stories.sourceNAT).timeline
    let story = try timeline.story(0)
    for (vantage, track) in story.tracks.enumerated() {
      for (index, link) in track.upstream.enumerated() {
        guard let to = link.to, let sent = story.tracks[to.vantage].times[to.index], let seen = track.times[index]
        else { continue }
        #expect(sent < seen, "vantage \(vantage) record \(index)")
      }
    }
  }

  @Test func `the reference is the named one, else the client's`() throws {
    #expect(try ScriptedCase(Stories.sourceNAT, reference: "server").timeline.reference == 2)
    #expect(try ScriptedCase(Stories.sourceNAT, roles: ["gateway": "client"]).timeline.reference == 1)
  }

  @Test func `captures of one host share its clock`() throws {
    let timeline = try ScriptedCase(
      Stories.sourceNAT.replacing("vantage client has C", with: "vantage client has C clock +1.2"),
      hosts: ["client": "n1", "gateway": "n1"]
    ).timeline
    #expect(timeline.vantages.map(\.method) == [.sameHost, .sameHost, .packets])
    #expect(timeline.vantages[1].clock == .identity)
  }

  @Test func `captures without a common packet stay unaligned, and say so`() throws {
    let timeline = try ScriptedCase(
      """
      vantage a
      vantage b
      address A 10.1.0.2:1000
      address B 10.1.0.3:2000
      address C 10.1.0.4:3000
      a     b     packet
      0.000 -     A > B udp data "one"
      -     0.001 C > B udp data "two"
      """
    ).timeline
    #expect(timeline.vantages[1].clock == nil)
    #expect(timeline.vantages[1].method == .none)
    #expect(timeline.flows.map(\.first).last == .some(nil))
    #expect(timeline.doubts.map(\.vantage) == ["b"])
  }

  @Test func `clock samples align what packets do not, and give UTC`() throws {
    let epoch: Int64 = 1_795_237_833_000_000_000
    func log(_ host: HostName, ahead: Int64) -> ClockLog {
      let samples = (0..<20).map { number -> ClockSample in
        let sent = epoch + Int64(number) * 50_000_000 + 7_000_000
        return ClockSample(
          sent: HostTime(nanoseconds: sent), remote: HostTime(nanoseconds: sent - 7_000_000 + 40_000 + ahead),
          received: HostTime(nanoseconds: sent + 80_000))
      }
      return ClockLog(host: host, method: "bash", quantum: 1_000, samples: samples)
    }
    let timeline = try ScriptedCase(
      """
      vantage a
      vantage b clock 5
      address A 10.1.0.2:1000
      address B 10.1.0.3:2000
      a     b     packet
      0.000 -     A > B udp data "one"
      -     0.001 B > A udp data "two"
      """, clocks: ["a": log("a", ahead: 0), "b": log("b", ahead: 5_000_000_000)]
    ).timeline
    #expect(timeline.vantages.map(\.method) == [.sameHost, .ssh])
    let clock = try #require(timeline.vantages[1].clock)
    let told = clock.caseTime(HostTime(nanoseconds: epoch + 5_001_000_000)).nanoseconds
    #expect(abs(Double(told - (epoch + 1_000_000))) <= clock.worstBound)
    #expect(clock.worstBound < 1_000_000)
    let utc = try #require(timeline.utc)
    #expect(abs(utc.offset - 7_000_000) <= utc.bound && utc.bound < 1_000_000)
  }

  @Test func `a damaged capture is a doubt and no error`() throws {
    let timeline = try correlateCut()
    #expect(timeline.vantages[0].health.frames > 0)
    #expect(timeline.vantages[0].health.damage != nil)
    #expect(timeline.doubts.contains { $0.vantage == "client" && $0.couldHideFault })
  }
}
