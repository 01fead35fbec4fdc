internal import CaseModel
internal import Correlation
internal import Diagnoses

/// What findings say of the frames of one connection.
struct FrameNotes {
  /// With the finding's id; the leading finding first.
  typealias Note = (finding: String, sentence: String)

  private let notes: [RecordReference: [Note]]

  var frames: Set<RecordReference> { Set(notes.keys) }
  subscript(_ frame: RecordReference) -> [Note] { notes[frame] ?? [] }

  init(_ findings: [JudgedFinding], _ story: FlowStory, _ timeline: Timeline) {
    let wanted = Self.wanted(findings, timeline)
    var notes: [RecordReference: [Note]] = [:]
    if !wanted.isEmpty {
      for (vantage, track) in story.tracks.enumerated() {
        for (index, record) in track.records.enumerated() {
          let frame = Frame(vantage: vantage, file: Int(record.file), number: Int(record.frame))
          if let says = wanted[frame] { notes[RecordReference(vantage: vantage, index: index)] = says }
        }
      }
    }
    self.notes = notes
  }

  private static func wanted(_ findings: [JudgedFinding], _ timeline: Timeline) -> [Frame: [Note]] {
    var wanted: [Frame: [Note]] = [:]
    for judged in findings {
      for case .packet(let packet) in judged.finding.citations {
        guard let vantage = timeline.vantages.firstIndex(where: { $0.name == packet.vantage }) else { continue }
        let file = timeline.vantages[vantage].files.firstIndex(of: packet.file) ?? 0
        wanted[Frame(vantage: vantage, file: file, number: packet.frame), default: []].append((judged.id, packet.says))
      }
    }
    return wanted
  }

  private struct Frame: Hashable {
    let vantage: Int
    let file: Int
    let number: Int
  }
}
