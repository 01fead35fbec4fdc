internal import Wire

/// Which place of its direction's path each record of a story was seen at.
public struct PathPlaces: Sendable {
  public static let nowhere = UInt8.max

  /// Per vantage, per record: an index into the path; `nowhere` for ICMP errors and for places that are on no path.
  public let at: [[UInt8]]

  public init(_ story: FlowStory) {
    at = story.tracks.indices.map { vantage in
      let track = story.tracks[vantage]
      guard !track.records.isEmpty else { return [] }
      var finder = PlaceFinder(story, vantage)
      return track.records.indices.map { finder.find(track.records[$0]) }
    }
  }
}

/// The places of one vantage on both paths.
private struct PlaceFinder {
  private struct Stop {
    var fromOpener: Bool
    var place: Place
    var index: UInt8
    /// A place that the path passes twice, under two names (a one-armed gateway): the second time.
    var second: UInt8?
    /// Names that the flow wears there the second time.
    var secondNames: Set<UInt16> = []

    func holds(_ record: Record) -> Bool {
      place.interface == record.interface && place.direction == record.direction
        && fromOpener == record.isFromOpener && place.isInTunnel == record.bits.contains(.inTunnel)
    }
  }

  private var stops: [Stop] = []
  private var recent = 0

  init(_ story: FlowStory, _ vantage: Int) {
    for fromOpener in [true, false] {
      for (index, place) in story.paths[fromOpener].enumerated().prefix(Int(PathPlaces.nowhere))
      where place.vantage == vantage {
        let known = stops.firstIndex { $0.fromOpener == fromOpener && $0.place == place }
        if let known {
          stops[known].second = stops[known].second ?? UInt8(index)
        } else {
          stops.append(Stop(fromOpener: fromOpener, place: place, index: UInt8(index)))
        }
      }
    }
    for stop in stops.indices where stops[stop].second != nil {
      stops[stop].secondNames = Self.namesAfterTranslation(story, vantage, stops[stop])
    }
  }

  mutating func find(_ record: Record) -> UInt8 {
    guard !record.bits.contains(.icmpError) else { return PathPlaces.nowhere }
    if recent >= stops.count || !stops[recent].holds(record) {
      guard let found = stops.firstIndex(where: { $0.holds(record) }) else { return PathPlaces.nowhere }
      recent = found
    }
    let stop = stops[recent]
    guard let second = stop.second, stop.secondNames.contains(record.alias) else { return stop.index }
    return second
  }

  /// Names of the frames that are tied to an earlier frame at the same place.
  private static func namesAfterTranslation(_ story: FlowStory, _ vantage: Int, _ stop: Stop) -> Set<UInt16> {
    let track = story.tracks[vantage]
    var names: Set<UInt16> = []
    for index in track.records.indices where stop.holds(track.records[index]) {
      guard let up = track.upstream[index].to, up.vantage == vantage, stop.holds(track.records[up.index]) else {
        continue
      }
      names.insert(track.records[index].alias)
    }
    return names
  }
}
