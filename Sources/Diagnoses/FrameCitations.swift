internal import CaseModel
internal import Checks
internal import Correlation
internal import Evidence
internal import Wire

/// Turns frames of a story into citations.
struct FrameCitations {
  let story: FlowStory
  let scene: Scene

  init(_ story: FlowStory, _ scene: Scene) {
    self.story = story
    self.scene = scene
  }

  func cite(_ reference: RecordReference, _ says: String) -> Citation {
    let record = story[reference]
    let vantage = scene.timeline.vantages[reference.vantage]
    return .packet(
      Citation.Packet(
        vantage: vantage.name, interface: InterfaceNames.name(story[reference].interface, at: vantage, scene),
        file: vantage.files.indices.contains(Int(record.file)) ? vantage.files[Int(record.file)] : vantage.name.text,
        frame: Int(record.frame), time: story.tracks[reference.vantage].times[reference.index],
        filter: DisplayFilter(story, scene.timeline).text(reference), says: says))
  }

  func time(_ reference: RecordReference) -> CaseTime? { story.tracks[reference.vantage].times[reference.index] }

  /// `10.1.0.2:48640 -> 192.168.107.214:15010`, as this record wears it.
  func names(_ reference: RecordReference) -> (source: Endpoint, destination: Endpoint)? {
    let record = story[reference]
    guard story.flow.aliases.indices.contains(Int(record.alias)) else { return nil }
    let alias = story.flow.aliases[Int(record.alias)]
    return record.isFromOpener ? (alias.opener, alias.acceptor) : (alias.acceptor, alias.opener)
  }

  func source(_ reference: RecordReference) -> String {
    names(reference).map { "\($0.source)" } ?? "an unknown address"
  }
  func destination(_ reference: RecordReference) -> String {
    names(reference).map { "\($0.destination)" } ?? "an unknown address"
  }

  func vantage(_ reference: RecordReference) -> VantageName { scene.timeline.vantages[reference.vantage].name }
  func frame(_ reference: RecordReference) -> String { "\(vantage(reference)) frame \(story[reference].frame)" }
}
