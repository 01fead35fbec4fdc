internal import CaseModel
internal import Correlation
internal import Evidence

/// The dialogue that somebody complains about, known by a text in its payload (`look-for: bad`).
struct LookedFor {
  private let search: PayloadSearch

  /// nil where nothing is looked for, or a connection by its address and port.
  init?(_ scene: Scene) {
    guard let text = scene.evidence.manifest.lookFor["bad"], !text.isEmpty,
      !scene.timeline.flows.contains(where: { flow in
        flow.aliases.contains { "\($0.opener)" == text || "\($0.acceptor)" == text }
      })
    else { return nil }
    search = PayloadSearch(text, in: scene.evidence)
  }

  var isFound: Bool { search.frames.contains { !$0.isEmpty } }

  /// Whether any of some frames of one capture holds it.
  func isIn(_ frames: [FramePayloads.Frame], at vantage: Int) -> Bool {
    search.frames.indices.contains(vantage) && frames.contains { search.frames[vantage].contains($0) }
  }

  /// Connections whose opener says it, and the frames.
  func hits(_ scene: Scene) -> [(flow: Int, citations: [Citation])] {
    guard isFound else { return [] }
    let read = try? scene.timeline.eachStory(InlineWorkers()) { story -> [Citation] in
      guard story.flow.transport == 6 else { return [] }
      let frames = FrameCitations(story, scene)
      return story.tracks.indices.flatMap { vantage in
        story.tracks[vantage].records.indices.filter { index in
          let record = story.tracks[vantage].records[index]
          return record.isFromOpener && record.length > 0 && isIn([FramePayloads.Frame(record)], at: vantage)
        }.prefix(2).map {
          frames.cite(RecordReference(vantage: vantage, index: $0), "the text that was looked for")
        }
      }
    }
    return (read ?? []).enumerated().filter { !$0.element.isEmpty }.map { ($0.offset, $0.element) }
  }
}
