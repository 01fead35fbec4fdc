internal import CaseModel
internal import Correlation

/// Fragments of the packets that carry others through a tunnel (RFC 791, 3.2): where one is dropped, all that it carries is lost.
struct OuterFragments {
  /// First and later fragments, by vantage; the later ones have no header that a filter by port would know.
  private struct Count {
    var first = 0
    var later = 0
  }

  private let names: [VantageName]
  private let counts: [Count]
  private let example: Citation?

  /// nil where no tunnel's packets were cut.
  init?(at location: Location, _ scene: Scene) {
    let timeline = scene.timeline
    let near = timeline.vantages.firstIndex { $0.name == location.from }
    let tunnel = timeline.flows.firstIndex { flow in flow.isTunnel && flow.aliases.contains { $0.vantage == near } }
    guard near != nil, let tunnel, let story = try? timeline.story(tunnel) else { return nil }
    var counts = [Count](repeating: Count(), count: timeline.vantages.count)
    var example: RecordReference?
    for (vantage, track) in story.tracks.enumerated() {
      for (index, record) in track.records.enumerated() {
        if record.bits.contains(.laterFragment) {
          counts[vantage].later += 1
          example = example ?? RecordReference(vantage: vantage, index: index)
        } else if record.bits.contains(.isFragment) {
          counts[vantage].first += 1
        }
      }
    }
    guard counts.contains(where: { $0.first + $0.later > 0 }) else { return nil }
    self.counts = counts
    names = timeline.vantages.map(\.name)
    self.example = example.map {
      FrameCitations(story, scene).cite(
        $0, "a later fragment of a packet of the tunnel, which was too large for the link")
    }
  }

  var citations: [Citation] { example.map { [$0] } ?? [] }

  var text: String {
    let shown = names.indices.filter { counts[$0].first + counts[$0].later > 0 }.map {
      "`\(names[$0])` shows \(Wording.grouped(Int64(counts[$0].first))) first and \(Wording.grouped(Int64(counts[$0].later))) later ones"
    }
    return "The tunnel's own packets are too large for their link and are cut into fragments: \(Wording.list(shown)). "
      + "What drops fragments on the way (a firewall, a balancer, a router that looks for ports) loses every large packet."
  }

  /// Where first fragments arrive and later ones do not, the packet inside is seen and yet lost: it happens one hop before.
  func corrected(_ location: Location) -> Location {
    guard let here = names.firstIndex(where: { $0 == location.from }), counts[here].first > 0, counts[here].later == 0,
      let before = counts.indices.first(where: { counts[$0].later > 0 })
    else { return location }
    return Location(from: names[before], to: names[here])
  }
}
