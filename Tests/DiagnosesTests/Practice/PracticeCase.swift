import CaseModel
import Correlation
import Diagnoses
import Evidence
import TestSupport
import Wire

/// A real incident, judged.
struct PracticeCase {
  let files: PracticeFiles
  let scene: Scene
  let judgement: Judgement

  init(_ name: String, vantages: [String], evidence: Bool = true) throws {
    let files = try PracticeFiles(name, vantages: vantages)
    try self.init(evidence ? files : files.withoutTexts)
  }

  init(_ files: PracticeFiles) throws {
    self.files = files
    let read = readEvidence(files.manifest, from: files.tree)
    scene = Scene(evidence: read, timeline: try correlate(read, workers: InlineWorkers(), spool: MemorySpool()))
    judgement = try judge(scene, workers: InlineWorkers())
  }

  /// A capture's packets, read afresh: what a test knows, it knows from here.
  func packets(_ vantage: String) throws -> [Packet] {
    let capture = files.vantages.first { $0.name == vantage }?.capture
    var reader = try CaptureReader(ByteArraySource(capture?.bytes ?? []))
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
