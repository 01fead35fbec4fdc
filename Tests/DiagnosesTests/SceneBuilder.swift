import CaseModel
import Correlation
import Diagnoses
import Evidence
import TestSupport

/// A case with client `c`, gateway `g` (a translator) and server `s`, written by hand.
struct SceneBuilder {
  /// Lines of the packet table; columns are c, g@eth0, g@eth1, s.
  var packets: [String] = []
  var manifest = Manifest(id: "test", tool: "test", state: .complete)
  var readouts: [Readout] = []
  var doubts: [Doubt] = []
  var drops: Int? = 0

  private static let head = """
    vantage c has C
    vantage g link sll2
    vantage s has S
    address C 10.1.0.2:40000 isn 1000
    address V 192.0.2.10:80 isn 5000000
    address S 10.2.0.9:80 isn 5000000
    sees c S as V
    sees g@eth0 S as V
    epoch 0

    c  g@eth0  g@eth1  s  packet

    """

  /// One packet on its whole way, a millisecond from place to place.
  mutating func packet(at time: Double, _ text: String) {
    let times = (0..<4).map { Wording.decimal(time + Double($0) / 1_000, digits: 3) }
    packets.append((text.hasPrefix("S") ? times.reversed() : times).joined(separator: "  ") + "  " + text)
  }

  /// A connection of its own client port: opened, asked, answered, left open.
  mutating func connection(_ number: Int, at time: Double) {
    let client = "C:\(40_000 + number)"
    let stamp = 100 * number
    packet(at: time, "\(client) > S [S] seq 0 win 64240 <mss 1460, ts \(stamp) 0, wscale 7>")
    packet(at: time + 0.01, "S > \(client) [S.] seq 0 ack 1 win 65160 <mss 1460, ts \(stamp + 7) \(stamp), wscale 7>")
    packet(at: time + 0.02, "\(client) > S [.] seq 1 ack 1 <ts \(stamp + 20) \(stamp + 7)>")
    packet(at: time + 0.03, "\(client) > S [P.] 1:101 ack 1 <ts \(stamp + 30) \(stamp + 7)>")
    packet(at: time + 0.04, "S > \(client) [P.] 1:1001 ack 101 <ts \(stamp + 47) \(stamp + 30)>")
    packet(at: time + 0.05, "\(client) > S [.] seq 101 ack 1001 <ts \(stamp + 50) \(stamp + 47)>")
  }

  mutating func read(_ phase: CheckPhase, _ command: String, on host: HostName, _ text: String) {
    readouts.append(
      Readout(
        host: host, namespace: .host, phase: phase, command: command, cited: "\(host)/\(phase)_\(command).txt",
        text: text))
  }

  func scene() throws -> Scene {
    let script = try PacketScript(Self.head + packets.joined(separator: "\n"))
    let captures = script.vantages.map { vantage in
      Capture(
        record: CaptureRecord(vantage: VantageName(vantage), files: [], host: HostName(vantage), drops: drops),
        files: [CaptureFile(cited: "\(vantage).pcap", source: script.source(vantage))])
    }
    var manifest = manifest
    manifest.captures = captures.map(\.record) + manifest.captures
    let evidence = CaseEvidence(manifest: manifest, captures: captures, readouts: readouts, doubts: doubts)
    return Scene(evidence: evidence, timeline: try correlate(evidence, workers: InlineWorkers(), spool: MemorySpool()))
  }
}
