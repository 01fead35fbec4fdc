internal import CaseModel
internal import Correlation
internal import Diagnoses
internal import Merging

/// What the merged capture says on the frames that a finding cites: the finding's id and what the frame shows.
func frameComments(_ judgement: Diagnoses.Judgement, _ scene: Scene) -> [FrameReference: [String]] {
  var comments: [FrameReference: [String]] = [:]
  for judged in judgement.findings {
    for case .packet(let packet) in judged.finding.citations {
      guard let vantage = scene.timeline.vantages.firstIndex(where: { $0.name == packet.vantage }),
        let file = scene.timeline.vantages[vantage].files.firstIndex(of: packet.file)
      else { continue }
      let reference = FrameReference(vantage: vantage, file: file, frame: UInt32(packet.frame))
      comments[reference, default: []].append("\(judged.id): \(packet.says)")
    }
  }
  return comments
}
