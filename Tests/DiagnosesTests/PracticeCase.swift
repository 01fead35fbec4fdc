import CaseModel
import CaseStore
import Correlation
import Diagnoses
import Evidence
import Foundation
import TestSupport
import Wire

/// A real incident as it was captured: `Fixtures/NAME/VANTAGE.pcap` and `Fixtures/NAME/evidence/VANTAGE/`.
struct PracticeCase {
  let folder: URL
  let scene: Scene
  let judgement: Judgement

  init(_ name: String, vantages: [String], evidence: Bool = true) throws {
    folder = fixtureURL("Fixtures/\(name)", in: .module)
    let folder = folder
    let foreign = try ForeignCase(
      captures: vantages.map {
        ForeignCase.CaptureArgument(
          vantage: VantageName($0), host: nil, file: folder.appending(path: "\($0).pcap").path)
      },
      evidence: evidence ? vantages.map { ($0, folder.appending(path: "evidence/\($0)").path) } : [])
    let read = readEvidence(foreign.manifest, from: foreign)
    scene = Scene(evidence: read, timeline: try correlate(read, workers: InlineWorkers(), spool: MemorySpool()))
    judgement = try judge(scene, workers: InlineWorkers())
  }

  /// A capture's packets, read afresh: what a test knows, it knows from here.
  func packets(_ vantage: String) throws -> [Packet] {
    var reader = try CaptureReader(FileByteSource(path: folder.appending(path: "\(vantage).pcap").path))
    var packets: [Packet] = []
    var packet = Packet()
    while reader.next(&packet) { packets.append(packet) }
    return packets
  }

  /// Frames that a finding cites, by vantage.
  func cited(_ finding: Finding) -> [String: Set<UInt32>] {
    var frames: [String: Set<UInt32>] = [:]
    for case .packet(let packet) in finding.citations {
      frames[packet.vantage.text, default: []].insert(UInt32(packet.frame))
    }
    return frames
  }
}
