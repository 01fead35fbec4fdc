internal import CaseModel
internal import Correlation
internal import Wire

/// A segment outside the window that connection tracking expects, and that a translator renamed all the same: it enforces no window
/// (`nf_conntrack_tcp_be_liberal`), or its kernel lets be what lies below (Linux 6.1 and later).
struct ToleratedSegment {
  let standing: TrackedWindow.Standing
  /// Its frames, in the order of the path, each under the name that the flow has there.
  let sightings: [RecordReference]

  /// The first of a flow; nil where there is none.
  init?(_ story: FlowStory) {
    guard story.flow.windowScales != nil, let vantage = Self.translator(story) else { return nil }
    let strays = story.flow.aliases.map { $0.nature == .stray }
    func isStray(_ record: Record) -> Bool {
      strays.indices.contains(Int(record.alias)) && strays[Int(record.alias)]
    }
    var window = TrackedWindow(scales: story.flow.windowScales)
    for (index, record) in story.tracks[vantage].records.enumerated() where record.isSegment {
      guard !isStray(record) else { continue }
      let standing = window.standing(of: record)
      if standing.isOutside, !record.flags.contains(.rst) {
        let reference = RecordReference(vantage: vantage, index: index)
        let seen = story.sightings(of: reference).filter { !isStray(story[$0]) } + Self.onward(reference, story)
        let ways = Set(seen).map { (story.rank($0.vantage, fromOpener: record.isFromOpener), $0) }.sorted { $0 < $1 }
        guard Self.isRenamed(ways.map(\.1), story) else { continue }
        self.standing = standing
        sightings = ways.map(\.1)
        return
      }
      window.pass(record)
    }
    return nil
  }

  /// The capture that shows it under both names, the fullest one if there are several; else that nearest to the accepting end.
  private static func translator(_ story: FlowStory) -> Int? {
    let aliases = story.flow.aliases
    guard Set(aliases.map { [$0.opener, $0.acceptor] }).count > 1 else { return nil }
    let both = story.tracks.indices.filter { vantage in
      Set(aliases.filter { $0.vantage == vantage && $0.nature == .regular }.map { [$0.opener, $0.acceptor] }).count > 1
    }
    return both.max { story.tracks[$0].records.count < story.tracks[$1].records.count }
      ?? story.paths.fromOpener.last?.vantage
  }

  /// The same packet a moment later at the same vantage: on its way out.
  private static func onward(_ reference: RecordReference, _ story: FlowStory) -> [RecordReference] {
    let moment: Int64 = 100_000_000
    return story.alike(reference, at: reference.vantage).filter {
      $0.index > reference.index && story[$0].time &- story[reference].time <= moment
    }.prefix(1).map { $0 }
  }

  private static func isRenamed(_ sightings: [RecordReference], _ story: FlowStory) -> Bool {
    let aliases = story.flow.aliases
    let names = sightings.compactMap { reference -> [Endpoint]? in
      let alias = Int(story[reference].alias)
      return aliases.indices.contains(alias) ? [aliases[alias].opener, aliases[alias].acceptor] : nil
    }
    return Set(names).count > 1
  }
}
