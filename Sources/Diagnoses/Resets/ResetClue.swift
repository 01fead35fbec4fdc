internal import CaseModel
internal import Correlation
internal import Wire

/// The frames of a RST that did not come from whom it names, and what they say.
struct ResetClue {
  private let reset: ForeignReset
  private let frames: FrameCitations

  init(_ reset: ForeignReset, _ frames: FrameCitations) {
    self.reset = reset
    self.frames = frames
  }

  func clue(_ kind: FindingKind, _ certainty: FindingRecord.Certainty) -> Clue? {
    let name = { (vantage: Int) in frames.scene.timeline.vantages[vantage].name }
    let place = Location(from: reset.location.from.map(name), to: reset.location.to.map(name))
    return Clue(
      kind: kind, location: place, certainty: certainty, citations: citations,
      words: [
        "claimed": frames.source(reset.reset), "receiver": frames.destination(reset.reset),
        "at": frames.frame(reset.reset), "why": why,
      ], detail: reset)
  }

  /// What tells that its claimed sender did not send it.
  private var why: String {
    var reasons: [String] = []
    if reset.signs.isAbsentBefore {
      reasons.append("every other packet of that end was seen on its way there before, this one was not")
    } else if reset.signs.isPerhapsAbsentBefore {
      reasons.append("the capture nearer to that end does not show it, though it may have ended by then")
    }
    if let others = reset.hops.others, reset.signs.isUnforwarded || reset.signs.hasOtherDistance {
      reasons.append(
        "its hop count is \(reset.hops.own)" + (reset.signs.isUnforwarded ? ", never forwarded," : "")
          + " where that end's own packets have \(others)")
    }
    if reset.signs.isOfNoConnection {
      reasons.append(
        "it acknowledges nothing and carries no packet number, as a stack answers that holds no such connection, while that end "
          + "had not closed it: something reached it under another name, or another host answers in its place")
    }
    if reset.isStale {
      reasons.append(
        "it stands where its receiver had acknowledged more already, so it answers a segment out of its time")
    }
    return reasons.joined(separator: ", and ")
  }

  private var citations: [Citation] {
    var all: [(RecordReference, String)] = []
    if let silence = reset.silence {
      let length = Wording.duration(nanoseconds: silence.length)
      all.append((silence.after, "the first packet after \(length) of silence"))
    }
    let receiver = reset.sightings.last ?? reset.reset
    all.append((receiver, "RST in the name of \(frames.source(receiver)), TTL \(frames.story[receiver].timeToLive)"))
    for sighting in reset.sightings {
      all.append((sighting, "the same RST, TTL \(frames.story[sighting].timeToLive): here it is seen first"))
    }
    for passing in reset.drew { all.append((passing, "the packet that the RST answers, on its way")) }
    if let silence = reset.silence {
      all.append((silence.before, "the last packet before the silence"))
      if let survivor = silence.survivor {
        let length = Wording.duration(nanoseconds: silence.survived)
        all.append((survivor, "after a silence of \(length) the connection still worked"))
      }
    }
    if let next = reset.sentOn {
      all.append((next, "\(frames.source(next)) knows of no reset and sends on"))
    }
    var seen: Set<RecordReference> = []
    return all.filter { seen.insert($0.0).inserted }.map { frames.cite($0.0, $0.1) }
  }
}
