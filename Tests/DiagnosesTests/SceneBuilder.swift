import CaseModel
import Diagnoses
import Evidence

@testable import Alignment
@testable import Correlation

/// A case with client `c`, gateway `g` and server `s`, whose connections were written by hand.
struct SceneBuilder {
  var stories: [FlowStory] = []
  var manifest = Manifest(id: "test", tool: "test", state: .complete)
  var readouts: [Readout] = []
  var doubts: [Doubt] = []
  var expectations: [Expectation] = []
  var drops: Int? = 0
  /// Frames that each vantage is said to hold; 0 makes the case unreadable.
  var frames = 100

  mutating func read(_ phase: CheckPhase, _ command: String, on host: HostName, _ text: String) {
    readouts.append(
      Readout(
        host: host, namespace: .host, phase: phase, command: command, cited: "\(host)/\(phase)_\(command).txt",
        text: text))
  }

  /// What a gateway with connection tracking says of itself.
  mutating func gateway(liberal: Int = 0, invalidBefore: Int = 0, invalidAfter: Int = 1, kernel: String = "5.10.46") {
    for phase in [CheckPhase.before, .after] {
      let invalid = phase == .before ? invalidBefore : invalidAfter
      read(phase, "conntrack_S", on: "g", "cpu=0 found=0 invalid=\(invalid) insert=0 drop=0\n")
      read(phase, "sysctl", on: "g", "net.netfilter.nf_conntrack_tcp_be_liberal = \(liberal)\n")
      read(phase, "uname", on: "g", kernel + "\n")
    }
  }

  var scene: Scene {
    Scene(
      evidence: CaseEvidence(manifest: manifest, captures: [], readouts: readouts, doubts: doubts),
      timeline: Timeline(
        vantages: ["c", "g", "s"].map(vantage), reference: 0, t0: CaseTime(nanoseconds: 0), utc: nil,
        flows: stories.map(\.flow), doubts: [], stories: StoryStore(stories: stories)),
      expectations: expectations)
  }

  private func vantage(_ name: VantageName) -> Vantage {
    Vantage(
      name: name, host: HostName(name.text), namespace: .host, roles: [], clock: .identity, method: .packets,
      interfaces: ["eth0"], files: ["\(name).pcap"],
      health: CaptureHealth(frames: frames, drops: drops, backwardSteps: 0, unseenAcknowledgedBytes: 0))
  }
}
