import CaseModel
import Evidence
import Testing
import Wire

/// A case as it lies on disk, read as far as it is good.
struct EvidenceReaderTests {
  private static let clock = """
    {"schema": "stakeout.clock/1", "host": "web 1", "method": "bash", "quantum": 1000, "samples": []}
    """

  private func manifest(_ captures: [CaptureRecord] = [], failure: Failure? = nil) -> Manifest {
    Manifest(
      id: "c", tool: "t", state: .complete,
      hosts: [HostRecord(name: "web 1", roles: [], result: failure == nil ? .ok : .failed, failure: failure)],
      captures: captures)
  }

  private func read(_ manifest: Manifest, _ files: [String: String]) -> CaseEvidence {
    readEvidence(manifest, from: FileTreeInMemory(files.mapValues { Array($0.utf8) }))
  }

  @Test func readsWhatLiesInTheFolder() {
    let evidence = read(
      manifest(),
      [
        "hosts/web%201/host/checks/before_uname.txt": "6.1.0\n", "hosts/web%201/app/checks/uname.txt": "6.1.0\n",
        "hosts/web%201/host/checks/notes.md": "x", "hosts/web%201/clock.json": Self.clock,
        "hosts/web%201/host/logs/probe.get.log": "1795237833.5 end 1 status 0\nno instant\n\n",
        "hosts/web%201/host/logs/probe.get.log.stderr": "noise",
      ])
    #expect(evidence.readouts.map(\.command) == ["uname", "uname"])
    #expect(Set(evidence.readouts.map(\.phase)) == [.before, .after])
    #expect(Set(evidence.readouts.map(\.namespace)) == ["app", .host])
    #expect(evidence.readouts.allSatisfy { $0.host == "web 1" })
    #expect(evidence.clocks["web 1"]?.method == "bash")
    #expect(evidence.events.map(\.says) == ["end 1 status 0", "no instant"])
    #expect(evidence.events.map(\.at) == [HostTime(nanoseconds: 1_795_237_833_500_000_000), nil])
    #expect(evidence.events.map(\.line) == [1, 2])
    #expect(evidence.events.allSatisfy { $0.source == .probe })
    #expect(evidence.doubts.isEmpty)
  }

  @Test func whatCannotBeReadIsADoubt() {
    let evidence = read(
      manifest(failure: Failure("unreachable", what: "could not connect to web 1", cause: "refused")),
      ["hosts/web%201/clock.json": "{"])
    #expect(evidence.clocks.isEmpty)
    #expect(
      evidence.doubts.map(\.says) == [
        "web 1 took part only in part: could not connect to web 1: refused",
        "the clock samples of web 1 could not be read: `hosts/web%201/clock.json` is damaged",
      ])
    #expect(evidence.doubts.first?.couldHideFault == true)
  }

  @Test func aCaptureThatNeverCameHomeIsStillAVantage() {
    let evidence = read(manifest([CaptureRecord(vantage: "v", files: [], host: "web 1")]), [:])
    #expect(evidence.captures.map(\.vantage) == ["v"])
    #expect(evidence.captures.allSatisfy { $0.files.isEmpty })
  }

  @Test(
    arguments: [
      ("stop", nil), ("packets", false), ("duration", false), ("size", true), ("silence", true), ("disk", true),
      ("died", true), ("killed", true), ("something new", true),
    ] as [(String, Bool?)])
  func aCaptureThatEndedBeforeItWasAskedToIsADoubt(why: String, couldHideFault: Bool?) {
    let doubts = read(manifest([CaptureRecord(vantage: "v", files: [], host: "web 1", endedBy: why)]), [:]).doubts
    #expect(doubts.map(\.couldHideFault) == (couldHideFault.map { [$0] } ?? []))
  }
}
