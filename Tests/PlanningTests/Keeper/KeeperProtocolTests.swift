import CaseModel
import Planning
import Testing

@Suite("What a keeper is asked and what it answers")
struct KeeperProtocolTests {
  @Test func startWords() {
    let unit = KeeperUnit(
      name: "node a", command: ["tcpdump", "-w", "x y"], output: .written("node%20a.pcap"), silence: nil,
      grace: .seconds(600), duration: .milliseconds(1_250), bytes: 100_000_000, freeKilobytes: 500,
      deadline: HostTime(nanoseconds: 1_795_237_833_999_999_999), flush: .milliseconds(50), ready: "listening on")
    #expect(
      unit.startWords(folder: "/var/tmp/stakeout-c") == [
        "sh", "/var/tmp/stakeout-c/keeper.sh", "start", "/var/tmp/stakeout-c", "node%20a", "kind=capture", "silence=0",
        "grace=600", "flush=0.05", "signal=INT", "poll=0.20", "duration=1.25", "bytes=100000000", "floor=500",
        "deadline=1795237833", "out=node%20a.pcap", "ready=listening on", "--", "tcpdump", "-w", "x y",
      ])
    #expect(unit.stateFile == "node%20a.state")
  }

  @Test func states() {
    let time = HostTime(nanoseconds: 1_795_237_833_000_000_012)
    #expect(UnitState(line: "starting 1795237833.000000012") == .starting(time))
    #expect(UnitState(line: "recording 1795237833.000000012 77") == .recording(armed: time, pid: 77))
    #expect(
      UnitState(line: "ended 1795237833.000000012 size 153 4096") == .ended(time, why: .size, status: 153, bytes: 4_096)
    )
    #expect(
      UnitState(line: "ended 1795237833.000000012 killed - 0") == .ended(time, why: .killed, status: nil, bytes: 0))
  }

  @Test(arguments: [
    "", " ", "starting", "starting x", "starting 1 2", "recording 1.0", "recording 1.0 -3", "recording 1.0 0",
    "ended 1.0 bored 0 0", "ended 1.0 stop x 0", "ended 1.0 stop 0 -1", "ended 1.0 stop 0", "ended  1.0 stop 0 0",
    "starting 2026-11-21T05:10:33.000000000Z", "starting 99999999999999999999.0", "starting -1.0",
  ])
  func garbageIsNoState(line: String) { #expect(UnitState(line: line) == nil) }

  @Test func beats() {
    let answer = BeatAnswer(line: "ok 12.500000000 82743068 web%201=recording:7 pod=ended-died:24 x=starting:0")
    #expect(answer?.time == HostTime(nanoseconds: 12_500_000_000))
    #expect(answer?.freeKilobytes == 82_743_068)
    #expect(
      answer?.units == [
        .init(name: "pod", phase: .ended(.died), bytes: 24), .init(name: "web 1", phase: .recording, bytes: 7),
        .init(name: "x", phase: .starting, bytes: 0),
      ])
    #expect(BeatAnswer(line: "ok 12.5 -")?.freeKilobytes == nil)
    #expect(BeatAnswer(line: "ok 12.5 -") != nil)
  }

  @Test(arguments: [
    "", "ok", "ok 1.0", "error no", "ok x 1", "ok 1.0 -5", "ok 1.0 5 pod", "ok 1.0 5 =recording:1",
    "ok 1.0 5 pod=recording",
    "ok 1.0 5 pod=ended-bored:1", "ok 1.0 5 pod=recording:-1", "ok 1.0 5 pod=ended:1", "stakeout-ready",
  ])
  func garbageIsNoBeat(line: String) { #expect(BeatAnswer(line: line) == nil) }

  @Test func armed() {
    let times = ArmedAnswer(line: "pod=12.500000000 web%201=-")?.times
    #expect(times == ["pod": HostTime(nanoseconds: 12_500_000_000), "web 1": nil])
    #expect(ArmedAnswer(line: "")?.times == [:])
    for garbage in ["error x", "pod", "pod=", "pod=x", "pod=1.0 pod=2.0"] {
      #expect(ArmedAnswer(line: garbage) == nil, "\(garbage)")
    }
  }
}
