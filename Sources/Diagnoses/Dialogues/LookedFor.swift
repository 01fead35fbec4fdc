internal import CaseModel
internal import Correlation
internal import Evidence

/// The dialogue that somebody complains about, known by a text in its payload (`look-for: bad`).
struct LookedFor: Sendable {
  private let search: PayloadSearch

  /// nil where nothing is looked for, or a connection by its address and port.
  init?(_ evidence: CaseEvidence, _ timeline: Timeline) {
    guard let text = evidence.manifest.lookFor["bad"], !text.isEmpty,
      !timeline.flows.contains(where: { flow in
        flow.aliases.contains { "\($0.opener)" == text || "\($0.acceptor)" == text }
      })
    else { return nil }
    search = PayloadSearch(text, in: evidence)
  }

  var isFound: Bool { search.frames.contains { !$0.isEmpty } }

  /// Whether any of some frames of one capture holds it.
  func isIn(_ frames: [FramePayloads.Frame], at vantage: Int) -> Bool {
    search.frames.indices.contains(vantage) && frames.contains { search.frames[vantage].contains($0) }
  }

  /// Where the opener of one connection says it.
  func hits(_ story: FlowStory) -> [RecordReference] {
    guard isFound, story.flow.transport == 6 else { return [] }
    return story.tracks.indices.flatMap { vantage in
      story.tracks[vantage].records.indices.lazy.filter { index in
        let record = story.tracks[vantage].records[index]
        return record.isFromOpener && record.length > 0 && isIn([FramePayloads.Frame(record)], at: vantage)
      }.prefix(2).map { RecordReference(vantage: vantage, index: $0) }
    }
  }
}
