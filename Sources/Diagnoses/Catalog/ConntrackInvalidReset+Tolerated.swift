internal import CaseModel
internal import Correlation

/// What would have been INVALID where the window is enforced, and did no harm.
extension ConntrackInvalidReset {
  func isTolerated(_ clue: Clue) -> Bool { clue.measures["tolerated"] == 1 }

  func tolerated(_ story: FlowStory, _ frames: FrameCitations) -> Clue? {
    guard let segment = ToleratedSegment(story), let first = segment.sightings.first else { return nil }
    let vantages = frames.scene.timeline.vantages
    let counts = Dictionary(grouping: segment.sightings, by: \.vantage)
    let translator = counts.keys.sorted().first { (counts[$0]?.count ?? 0) > 1 }.map { vantages[$0].name }
    let place = Sentences.standing(segment.standing)
    let citations = segment.sightings.enumerated().map { position, reference in
      frames.cite(
        reference,
        position == 0
          ? "a segment from \(frames.source(reference)), \(place)"
          : "the same segment, from \(frames.source(reference)): translated like all others")
    }
    return Clue(
      kind: Self.kind, location: Location(from: translator ?? frames.vantage(first), to: translator),
      certainty: .possible, citations: citations,
      measures: distance(segment.standing).merging(["tolerated": 1]) { first, _ in first },
      words: ["at": frames.frame(first), "place": place])
  }

  func refuted(by clue: Clue, _ scene: Scene) -> Conclusion {
    let readings = readings(at: clue.location, scene)
    return .refuted(
      because: Sentences.tolerated(clue, readings), shown: clue.citations + (readings?.citations ?? []))
  }
}

extension Sentences {
  static func tolerated(_ clue: Clue, _ readings: TrackerReadings?) -> String {
    let isBelow = clue.measures["behind_bytes"] != nil || clue.measures["old_ack_bytes"] != nil
    var text =
      "a segment that lies outside the window (\(clue.words["at"] ?? ""), \(clue.words["place"] ?? "")) was translated all the same, "
      + "and no RST followed"
    if readings?.isLiberal == true {
      text += ": `nf_conntrack_tcp_be_liberal` is 1 there"
    } else if isBelow, readings?.letsBelowWindowBe == true {
      text += ": this kernel lets be what lies below the window"
    }
    return text
  }
}
